//! The signature of a bundle: a token in `.signatures.json` that lists the hashes of all files.

use super::archive::File;
use super::options::BundleVerification;
use super::{canonical, contents, pattern::Pattern};
use crate::error::Error;
use crate::rego::builtins::{SignedToken, VerificationKey, hex};
use crate::sorting::gathered;
use serde::Deserialize;
use sha2::Digest;
use std::collections::BTreeMap;

/// The file name of signatures, in any folder.
const SIGNATURES: &str = ".signatures.json";
/// OPA's name of its built-in signing.
const PLUGIN: &str = "_default";

#[derive(Deserialize)]
struct Signatures {
    #[serde(default)]
    signatures: Vec<String>,
    #[serde(default)]
    plugin: String,
}

#[derive(Deserialize)]
struct Payload {
    files: Vec<SignedFile>,
    #[serde(default)]
    keyid: String,
    #[serde(default)]
    scope: String,
}

#[derive(Deserialize)]
struct SignedFile {
    name: String,
    hash: String,
    algorithm: String,
}

/// Verifies the signature of a bundle.
pub(super) struct Verifier<'o> {
    options: &'o BundleVerification,
    keys: BTreeMap<&'o str, VerificationKey>,
    exclude: Vec<Pattern>,
}

impl<'o> Verifier<'o> {
    /// # Errors
    /// `GRID_ARGUMENT` for invalid keys and patterns.
    pub(super) fn new(options: &'o BundleVerification) -> Result<Self, Error> {
        if options.keys.is_empty() {
            return Err(Error::argument(
                "the verification of a bundle has no keys; add the key that signs the bundle",
            ));
        }
        if let Some(id) = options
            .key_id
            .as_ref()
            .filter(|id| !options.keys.contains_key(*id))
        {
            return Err(Error::argument(format!(
                "the verification of a bundle names the key {id}, which is not one of its keys"
            )));
        }
        let keys = options.keys.iter().map(|(id, key)| {
            let read = VerificationKey::read(&key.algorithm, &key.key);
            let read = read.map_err(|text| {
                Error::argument(format!("the key {id} cannot verify a bundle: {text}"))
            })?;
            Ok((id.as_str(), read))
        });
        let exclude = options.exclude.iter().map(|text| {
            Pattern::path(text)
                .map_err(|error| Error::argument(format!("{text:?} cannot exclude files: {error}")))
        });
        Ok(Self {
            options,
            keys: gathered(keys.collect::<Result<Vec<_>, Error>>()?),
            exclude: exclude.collect::<Result<_, Error>>()?,
        })
    }

    // The files that the token lists, if its signature is valid.
    fn listed(&self, file: &File) -> Result<BTreeMap<String, SignedFile>, Error> {
        let signatures: Signatures = serde_json::from_str(file.text()?)
            .map_err(|error| wrong(&format!("{SIGNATURES}: {error}")))?;
        if !matches!(signatures.plugin.as_str(), "" | PLUGIN) {
            return Err(wrong(&format!(
                "it was created by the plugin {}, which this engine does not support",
                signatures.plugin
            )));
        }
        let [token] = signatures.signatures.as_slice() else {
            return Err(wrong(&format!(
                "{SIGNATURES} must have one token, not {}",
                signatures.signatures.len()
            )));
        };
        let token = SignedToken::read(token).map_err(|text| wrong(&text))?;
        let payload: Payload = serde_json::from_str(&token.payload)
            .map_err(|error| wrong(&format!("its payload: {error}")))?;
        let named = [
            self.options.key_id.as_deref().unwrap_or_default(),
            &token.kid,
            &payload.keyid,
        ];
        let id = named
            .into_iter()
            .find(|id| !id.is_empty())
            .ok_or_else(|| wrong("it does not name a key; set key_id of the verification"))?;
        let (Some(key), Some(options)) = (self.keys.get(id), self.options.keys.get(id)) else {
            return Err(wrong(&format!(
                "it names the key {id}, which is not one of the keys of the verification"
            )));
        };
        if !token.is_signed_with(key).map_err(|text| wrong(&text))? {
            return Err(wrong(&format!("it is not signed with the key {id}")));
        }
        let scope = [&self.options.scope, &options.scope]
            .into_iter()
            .flatten()
            .find(|scope| !scope.is_empty());
        let scope = scope.map_or("", String::as_str);
        if payload.scope != scope {
            return Err(wrong(&format!(
                "its scope is {:?}, but the verification requires {scope:?}",
                payload.scope
            )));
        }
        let mut listed = BTreeMap::new();
        for file in payload.files {
            if let Some(twice) = listed.insert(file.name.clone(), file) {
                return Err(wrong(&format!("it lists the file {} twice", twice.name)));
            }
        }
        Ok(listed)
    }

    fn check(&self, signatures: &File, files: &[File]) -> Result<(), Error> {
        let mut listed = self.listed(signatures)?;
        for file in files {
            let signed = listed.remove(&file.name);
            if self.exclude.iter().any(|pattern| pattern.fits(&file.name)) {
                continue;
            }
            let Some(signed) = signed else {
                let text = format!(
                    "it does not list the file {}, so the file was added after signing",
                    file.name
                );
                return Err(wrong(&text));
            };
            if !hash(file, &signed.algorithm)?.eq_ignore_ascii_case(&signed.hash) {
                return Err(wrong(&format!(
                    "the file {} was changed after signing",
                    file.name
                )));
            }
        }
        match listed.keys().next() {
            None => Ok(()),
            Some(name) => Err(wrong(&format!(
                "it lists the file {name}, which is not in the bundle"
            ))),
        }
    }
}

/// Verifies the signature, and returns the other files.
pub(super) fn verified(
    files: Vec<File>,
    verifier: Option<&Verifier<'_>>,
) -> Result<Vec<File>, Error> {
    let (signatures, files): (Vec<File>, Vec<File>) = files
        .into_iter()
        .partition(|file| file.base() == SIGNATURES);
    match (signatures.as_slice(), verifier) {
        ([], None) => {}
        ([], Some(_)) => {
            return Err(Error::input(format!(
                "the bundle is not signed (it has no {SIGNATURES}), but the option verification is set; sign it with `opa sign`"
            )));
        }
        ([_, _, ..], _) => return Err(wrong(&format!("there is more than one {SIGNATURES}"))),
        ([_], None) => {
            return Err(Error::input(
                "the bundle is signed, but there is no key to verify it; set the option verification",
            ));
        }
        ([signatures], Some(verifier)) => verifier.check(signatures, &files)?,
    }
    Ok(files)
}

// The hash of a file: of the canonical form for JSON and YAML files, otherwise of the bytes.
fn hash(file: &File, algorithm: &str) -> Result<String, Error> {
    let form;
    let bytes = if contents::is_structured(file) {
        form = canonical::of(&contents::json_of(file)?).map_err(|text| {
            Error::input(format!("the file is not JSON: {text}")).in_file(&file.name)
        })?;
        form.as_bytes()
    } else {
        &file.bytes
    };
    let hash = match algorithm {
        "SHA-224" => sha2::Sha224::digest(bytes).to_vec(),
        "SHA-256" => sha2::Sha256::digest(bytes).to_vec(),
        "SHA-384" => sha2::Sha384::digest(bytes).to_vec(),
        "SHA-512" => sha2::Sha512::digest(bytes).to_vec(),
        "SHA-512-224" => sha2::Sha512_224::digest(bytes).to_vec(),
        "SHA-512-256" => sha2::Sha512_256::digest(bytes).to_vec(),
        other => {
            return Err(wrong(&format!(
                "the hash of the file {} has the algorithm {other}, which is unsupported or no longer safe; sign with SHA-256",
                file.name
            )));
        }
    };
    Ok(hex(&hash))
}

fn wrong(text: &str) -> Error {
    Error::input(format!("the signature of the bundle is invalid: {text}"))
}
