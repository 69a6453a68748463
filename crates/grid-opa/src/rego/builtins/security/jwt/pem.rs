//! Certificates and public keys in PEM.

use super::super::Failure;
use super::base64::{self, Alphabet};
use super::material::Material;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// A PEM block: its label and its bytes.
pub(super) struct Block<'t> {
    label: &'t str,
    bytes: Vec<u8>,
}

/// Finds the PEM block of a text; `None` if there is none. Only white space can follow on its last line.
pub(super) fn find(text: &str) -> Result<Option<Block<'_>>, Failure> {
    let begins = if text.starts_with(BEGIN) {
        Some(text)
    } else {
        text.split_once("\n-----BEGIN ")
            .and_then(|(before, _)| text.get(before.len() + 1..))
    };
    let Some(block) = begins.and_then(|block| block.strip_prefix(BEGIN)) else {
        return Ok(None);
    };
    let malformed = || "a PEM block is malformed".to_owned();
    let (label, after) = block.split_once(DASHES).ok_or_else(malformed)?;
    let end = format!("\n{END}{label}{DASHES}");
    let (body, rest) = after.split_once(&end).ok_or_else(malformed)?;
    if body.contains(':') {
        let text = "this build cannot read a PEM block with headers; remove them";
        return Err(Failure::unsure(text.to_owned()));
    }
    let rest = rest.trim_start_matches([' ', '\t', '\r']);
    if !matches!(rest, "" | "\n") {
        return Err("extra data after a PEM certificate block".into());
    }
    let body: String = body
        .chars()
        .filter(|one| !one.is_ascii_whitespace())
        .collect();
    let bytes = base64::decode(&body, Alphabet::Standard).map_err(|_| malformed())?;
    Ok(Some(Block { label, bytes }))
}

impl Block<'_> {
    /// Reads the key of a certificate or a public key.
    pub(super) fn key(&self) -> Result<Material, Failure> {
        match self.label {
            "CERTIFICATE" | "PUBLIC KEY" => self.public_key(),
            label => Err(format!(
                "failed to extract a Key from the PEM certificate: it is a {label}"
            )
            .into()),
        }
    }

    #[cfg(not(any(feature = "jwt-rsa", feature = "jwt-ec")))]
    fn public_key(&self) -> Result<Material, Failure> {
        let length = self.bytes.len();
        Err(Failure::unsure(format!(
            "this build cannot read a {} of {length} bytes: it was built without the features jwt-rsa and jwt-ec",
            self.label
        )))
    }

    #[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
    fn public_key(&self) -> Result<Material, Failure> {
        let (key, what) = if self.label == "CERTIFICATE" {
            (
                super::public_key::of_certificate(&self.bytes),
                "certificate",
            )
        } else {
            (super::public_key::of_info(&self.bytes), "public key")
        };
        key.map_err(|error| format!("failed to parse a PEM {what}: {error}").into())
    }
}
