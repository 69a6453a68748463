//! How a bundle is loaded.

use crate::engine::check_name;
use crate::error::Error;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The name of a bundle that is given none.
pub(super) const DEFAULT_NAME: &str = "bundle";

/// How a bundle is loaded. Write `..BundleOptions::default()` after the options that you set: more will come.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BundleOptions {
    /// The name of the bundle, under which the next version of it replaces it. Default: `bundle`.
    pub name: Option<String>,
    /// With which keys the bundle must be signed. Default: none, and then it may not be signed.
    pub verification: Option<BundleVerification>,
}

/// What a signature must be like. An unsigned bundle is refused.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleVerification {
    /// The keys that may have signed it, by their ids.
    pub keys: BTreeMap<String, BundleKey>,
    /// The id of the one key that must have signed it. Default: the one that the signature names.
    #[serde(default)]
    pub key_id: Option<String>,
    /// The scope that the signature must have. Default: that of the key, or none.
    #[serde(default)]
    pub scope: Option<String>,
    /// Files whose hashes are not looked at, as patterns of Go's `filepath.Match` such as `docs/*.txt`. They are loaded all the
    /// same: name none that a policy or its data is in.
    #[serde(default)]
    pub exclude: Vec<String>,
}

/// A key to verify with.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleKey {
    /// The one algorithm that it verifies: `HS256`, `RS256`, `ES256`, or another one of their families.
    pub algorithm: String,
    /// A secret for HS*, else a public key or certificate in PEM.
    pub key: String,
    /// The scope that what it signs must have. Default: none.
    #[serde(default)]
    pub scope: Option<String>,
}

// A secret is not to be printed.
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
    /// Reads options from JSON, as a binding gives them: the fields under the names that they have here.
    ///
    /// # Errors
    /// `GRID_ARGUMENT` for a field that is unknown, lacks or is of another type.
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

    /// What the names of its policies begin with.
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
    fn they_are_read_strictly_and_keep_secrets() {
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
