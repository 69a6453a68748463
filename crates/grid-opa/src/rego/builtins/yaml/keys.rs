//! The keys of mappings.

use super::super::Failure;
use super::super::encoding::base64::{Alphabet, decode as base64};
use super::super::percent::utf8;
use super::resolve::{Tag, resolve};
use super::scalar::Scalar;
use super::tree::Node;
use super::wrong;
use crate::rego::syntax::annotations::Yaml;

/// A key of a mapping.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Null,
    Bool(bool),
    Int(i64),
    Unsigned(u64),
    /// The bits of a float.
    Float(u64),
    Text(String),
    /// A time as written.
    Time(String),
}

impl From<Key> for Yaml {
    fn from(key: Key) -> Self {
        match key {
            Key::Null => Self::Null,
            Key::Bool(flag) => Self::Bool(flag),
            Key::Int(number) => Self::Int(number),
            Key::Unsigned(number) => Self::Unsigned(number),
            Key::Float(bits) => Self::Float(f64::from_bits(bits)),
            Key::Text(text) => Self::Text(text),
            Key::Time(text) => Self::Time(text),
        }
    }
}

/// The key of a scalar.
pub(super) fn key_of(node: &Node, text: &str) -> Result<Key, Failure> {
    Ok(match resolve(node.tag, text)? {
        Scalar::Null => Key::Null,
        Scalar::Bool(flag) => Key::Bool(flag),
        Scalar::Int(number) => Key::Int(number),
        Scalar::Unsigned(number) => Key::Unsigned(number),
        Scalar::Float(float) => Key::Float(float.to_bits()),
        Scalar::Text => Key::Text(text_of(node, text)?),
        Scalar::Timestamp => Key::Time(text.to_owned()),
    })
}

/// The text of a scalar, decoded if it is binary.
pub(super) fn text_of(node: &Node, text: &str) -> Result<String, Failure> {
    if node.tag != Tag::Binary {
        return Ok(text.to_owned());
    }
    match base64(text, Alphabet::Standard) {
        Ok(bytes) => utf8(bytes),
        Err(_) => Err(wrong("!!binary value contains invalid base64 data")),
    }
}
