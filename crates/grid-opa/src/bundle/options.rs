//! How a bundle is loaded.

use crate::engine::check_name;
use crate::error::Error;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The default name of a bundle.
pub(super) const DEFAULT_NAME: &str = "bundle";

/// How a bundle is loaded. End a literal with `..BundleOptions::default()`: later versions add options.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BundleOptions {
    /// The name of the bundle; the next bundle of this name replaces it. Default: `bundle`.
    pub name: Option<String>,
    /// The required signature. Default: none; a signed bundle is then an error.
    pub verification: Option<BundleVerification>,
}

/// The requirements for a signature. An unsigned bundle is an error.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleVerification {
    /// The accepted keys, by id.
    pub keys: BTreeMap<String, BundleKey>,
    /// The id of the required key. Default: the key that the signature names.
    #[serde(default)]
    pub key_id: Option<String>,
    /// The required scope of the signature. Default: the scope of the key, or none.
    #[serde(default)]
    pub scope: Option<String>,
    /// Files without a hash check, as patterns of Go's `filepath.Match` such as `docs/*.txt`. They are loaded anyway, so exclude no
    /// policies or data.
    #[serde(default)]
    pub exclude: Vec<String>,
}

/// A verification key.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleKey {
    /// The only algorithm that this key verifies: `HS256`, `RS256`, `ES256`, or another one of these families.
    pub algorithm: String,
    /// A secret for HS*; otherwise a public key or certificate in PEM.
    pub key: String,
    /// The required scope of signatures by this key. Default: none.
    #[serde(default)]
    pub scope: Option<String>,
}

// Does not print the secret.
impl std::fmt::Debug for BundleKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("BundleKey")
            .field("algorithm", &self.algorithm)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

impl BundleOptions {
    /// Reads options from JSON text of a binding; the fields have the same names.
    ///
    /// # Errors
    /// `GRID_ARGUMENT` for a field that is unknown, missing or of another type.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(|error| {
            let text = error.to_string();
            let reason = text.split(" at line ").next().unwrap_or(&text);
            Error::argument(format!("the options of a bundle: {reason}"))
        })
    }

    pub(crate) fn checked_name(&self) -> Result<&str, Error> {
        let name = self.name.as_deref().unwrap_or(DEFAULT_NAME);
        check_name(name, "a bundle")?;
        Ok(name)
    }

    /// The prefix of the names of its policies.
    pub(super) fn prefix(&self) -> String {
        match self.name.as_deref() {
            None | Some(DEFAULT_NAME) => String::new(),
            Some(name) => format!("{name}/"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_fields_are_errors_and_secrets_are_not_printed() {
        let text = r#"{"name": "n", "verification": {"keys": {"k": {"algorithm": "HS256", "key": "geheim"}}, "key_id": "k"}}"#;
        let options = BundleOptions::from_json(text);
        assert!(
            options.is_ok_and(|options| !format!("{options:?}").contains("geheim")
                && options.verification.is_some())
        );
        for text in [
            r#"{"nam": "n"}"#,
            r#"{"name": 1}"#,
            r#"{"verification": {}}"#,
            r#"{"verification": {"keys": {}, "keyId": "k"}}"#,
            r#"{"verification": {"keys": {"k": {"key": "x"}}}}"#,
            r#"{"verification": {"keys": {"k": {"algorithm": "HS256", "key": "x", "private_key": ""}}}}"#,
            "[]x",
        ] {
            let error = BundleOptions::from_json(text).map_err(|error| error.code());
            assert_eq!(error, Err("GRID_ARGUMENT"), "{text}");
        }
    }
}
