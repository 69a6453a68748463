//! Tokens and their headers.

use super::super::Failure;
use super::base64::decode_url;
use crate::rego::value::Value;
use crate::rego::value::json::{Unread, read_bytes};
use std::collections::BTreeMap;

/// The three parts of a token as written.
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

    /// The signed part.
    pub(super) fn signed(&self) -> Vec<u8> {
        format!("{}.{}", self.header, self.payload).into_bytes()
    }

    pub(super) fn header(&self) -> Result<Header, Failure> {
        let json = decoded(self.header, "header")?;
        let header = Header(object(&json).map_err(|failure| within(failure, "bad JWT header"))?);
        if header.get("enc").is_some() {
            return Err("JWT is a JWE object, which is not supported".into());
        }
        Ok(header)
    }

    /// The payload, which is not always UTF-8.
    pub(super) fn payload(&self) -> Result<Vec<u8>, Failure> {
        decoded(self.payload, "payload")
    }

    pub(super) fn signature(&self) -> Result<Vec<u8>, Failure> {
        decode_url(self.signature)
    }
}

fn decoded(text: &str, what: &str) -> Result<Vec<u8>, Failure> {
    decode_url(text).map_err(|failure| within(failure, &format!("JWT {what} had invalid encoding")))
}

/// Reads a JSON object. The last of several fields with the same name wins. The caller has charged the memory.
pub(super) fn object(json: &[u8]) -> Result<Value, Failure> {
    match read_bytes(json, &mut |_| Ok::<(), ()>(())) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err("decoded JSON type was not an Object".into()),
        Err(Unread::Wrong(text)) => Err(format!("invalid JSON: {text}").into()),
        Err(Unread::Beyond(why)) => Err(Failure::unsure(format!(
            "this build cannot read the JSON: {why}"
        ))),
        Err(Unread::Refused(())) => Err(Failure::unsure("this build cannot read the JSON")),
    }
}

/// Adds a prefix to the text of a failure.
pub(super) fn within(failure: Failure, what: &str) -> Failure {
    match failure {
        Failure::Builtin(text) => Failure::Builtin(format!("{what}: {text}")),
        other => other,
    }
}

/// A field of an object.
pub(super) fn field<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    match object {
        Value::Object(fields) => fields.field(name),
        _ => None,
    }
}

/// The header of a token: an object.
pub(super) struct Header(Value);

/// The fields of a header that a verification reads. A missing field is empty.
pub(super) struct Parameters {
    pub(super) alg: String,
    pub(super) kid: String,
    pub(super) cty: String,
    /// Whether the header names an algorithm and has no unknown critical field.
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

    // The critical fields: a reader that does not know one of them must reject the token.
    fn critical(&self) -> Result<Vec<&str>, String> {
        match self.get("crit") {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => {
                // OPA reads up to the first item that is not a string.
                let names = items.iter().map_while(|item| match item {
                    Value::String(name) => Some(&**name),
                    _ => None,
                });
                let names: Vec<&str> = names.collect();
                if names.is_empty() {
                    return Err("crit: must be a nonempty list".to_owned());
                }
                Ok(names)
            }
            Some(_) => Err("crit: must be a list".to_owned()),
        }
    }
}
