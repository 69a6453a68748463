//! A token and what its header says.

use super::super::Failure;
use super::base64::decode_url;
use crate::document;
use regorus::Value;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// The three parts of a token, as they are written.
pub(super) struct Token<'t> {
    header: &'t str,
    payload: &'t str,
    signature: &'t str,
}

impl<'t> Token<'t> {
    pub(super) fn split(text: &'t str) -> Result<Self, String> {
        if !text.contains('.') {
            return Err("encoded JWT had no period separators".to_owned());
        }
        let parts: Vec<&str> = text.split('.').collect();
        match *parts {
            [header, payload, signature] => Ok(Self {
                header,
                payload,
                signature,
            }),
            _ => Err(format!(
                "encoded JWT must have 3 sections, found {}",
                parts.len()
            )),
        }
    }

    /// What was signed.
    pub(super) fn signed(&self) -> Vec<u8> {
        format!("{}.{}", self.header, self.payload).into_bytes()
    }

    pub(super) fn header(&self) -> Result<Header, Failure> {
        let text = decoded(self.header, "header")?;
        let header = Header(object(&text, "header")?);
        if header.get("enc").is_some() {
            return Err("JWT is a JWE object, which is not supported".into());
        }
        Ok(header)
    }

    /// The text of the payload.
    pub(super) fn payload(&self) -> Result<String, Failure> {
        decoded(self.payload, "payload")
    }

    pub(super) fn signature(&self) -> Result<Vec<u8>, String> {
        decode_url(self.signature)
    }
}

fn decoded(text: &str, what: &str) -> Result<String, Failure> {
    let bytes =
        decode_url(text).map_err(|error| format!("JWT {what} had invalid encoding: {error}"))?;
    // Go puts another character in its place.
    String::from_utf8(bytes)
        .map_err(|_| Failure::Always(format!("the {what} of the JWT is not UTF-8")))
}

/// Reads a JSON object; of fields of the same name the last one stays.
pub(super) fn object(text: &str, what: &str) -> Result<Value, Failure> {
    let value = document::read_text(text, what, "", u32::MAX).map_err(|error| {
        let text_of_error = format!("bad JWT {what}: {error}");
        if serde_json::from_str::<IgnoredAny>(text).is_ok() {
            // OPA reads it: it nests deeper, or has larger numbers, than this engine can hold.
            Failure::Always(text_of_error)
        } else {
            Failure::Undefined(text_of_error)
        }
    })?;
    match value {
        Value::Object(_) => Ok(value),
        _ => Err(format!("the {what} of the JWT is no JSON object").into()),
    }
}

/// A field of an object.
pub(super) fn field<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    match object {
        Value::Object(fields) => fields.get(&Value::from(name)),
        _ => None,
    }
}

/// The header of a token: an object.
pub(super) struct Header(Value);

/// The fields of a header that verifying looks at; one that is not there is empty.
pub(super) struct Parameters {
    pub(super) alg: String,
    pub(super) kid: String,
    pub(super) cty: String,
    /// Whether the token says which algorithm it has, and nothing critical that is not known.
    pub(super) valid: bool,
}

const KNOWN: [&str; 5] = ["alg", "crit", "cty", "kid", "typ"];

impl Header {
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        field(&self.0, name)
    }

    pub(super) fn into_value(self) -> Value {
        self.0
    }

    pub(super) fn parameters(&self) -> Result<Parameters, String> {
        let mut texts = BTreeMap::new();
        for name in KNOWN.iter().filter(|name| **name != "crit") {
            match self.get(name) {
                None => {}
                Some(Value::String(text)) => {
                    texts.insert(*name, text.to_string());
                }
                Some(_) => return Err(format!("{name}: must be a string")),
            }
        }
        let mut take = |name| texts.remove(name).unwrap_or_default();
        let alg = take("alg");
        let unknown = |name: &&str| !KNOWN.contains(name) && self.get(name).is_some();
        let valid = !alg.is_empty() && !self.critical()?.iter().any(unknown);
        Ok(Parameters {
            alg,
            kid: take("kid"),
            cty: take("cty"),
            valid,
        })
    }

    // The fields that whoever does not know them must refuse the token for.
    fn critical(&self) -> Result<Vec<&str>, String> {
        match self.get("crit") {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) if items.is_empty() => {
                Err("crit: must be a nonempty list".to_owned())
            }
            Some(Value::Array(items)) => items
                .iter()
                .map(|item| match item {
                    Value::String(name) => Ok(&**name),
                    _ => Err("crit: must be a list of strings".to_owned()),
                })
                .collect(),
            Some(_) => Err("crit: must be a list".to_owned()),
        }
    }
}
