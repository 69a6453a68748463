//! Values: text or bytes, one allocation an entry.

use std::fmt;
use std::sync::Arc;

use crate::{ENTRY_OVERHEAD, Error};

/// A value on its way into a cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueRef<'a> {
    /// Text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
}

impl ValueRef<'_> {
    /// Bytes of the value.
    pub fn len(&self) -> usize {
        match self {
            ValueRef::Text(text) => text.len(),
            ValueRef::Bytes(bytes) => bytes.len(),
        }
    }

    /// Whether the value has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a> From<&'a str> for ValueRef<'a> {
    fn from(text: &'a str) -> Self {
        ValueRef::Text(text)
    }
}

impl<'a> From<&'a String> for ValueRef<'a> {
    fn from(text: &'a String) -> Self {
        ValueRef::Text(text)
    }
}

impl<'a> From<&'a [u8]> for ValueRef<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        ValueRef::Bytes(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for ValueRef<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        ValueRef::Bytes(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for ValueRef<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        ValueRef::Bytes(bytes)
    }
}

/// A value out of a cache: a counted reference, so that a read copies nothing and the value outlives its eviction.
#[derive(Clone)]
pub struct Value(Blob);

/// The key and, behind it, the value in one allocation: a second one costs its header and rounding for every entry. The
/// length of the key sits in the padding of the tag.
#[derive(Clone)]
enum Blob {
    Text { key_len: u32, blob: Arc<str> },
    Bytes { key_len: u32, blob: Arc<[u8]> },
}

impl Value {
    /// Copies a key and its value together.
    pub(crate) fn new(key: &str, value: ValueRef<'_>) -> Result<Self, Error> {
        let key_len =
            u32::try_from(key.len()).map_err(|_| Error::KeyTooLong { length: key.len() })?;
        Ok(Self(match value {
            ValueRef::Text(text) => Blob::Text {
                key_len,
                blob: [key, text].concat().into(),
            },
            ValueRef::Bytes(bytes) => Blob::Bytes {
                key_len,
                blob: [key.as_bytes(), bytes].concat().into(),
            },
        }))
    }

    /// What the entry counts against the byte cap.
    pub(crate) fn cost(&self) -> usize {
        match &self.0 {
            Blob::Text { blob, .. } => ENTRY_OVERHEAD + blob.len(),
            Blob::Bytes { blob, .. } => ENTRY_OVERHEAD + blob.len(),
        }
    }

    /// Whether the entry has this key.
    pub(crate) fn has_key(&self, key: &str) -> bool {
        let (key_len, blob) = match &self.0 {
            Blob::Text { key_len, blob } => (*key_len, blob.as_bytes()),
            Blob::Bytes { key_len, blob } => (*key_len, &blob[..]),
        };
        key_len as usize == key.len() && blob.starts_with(key.as_bytes())
    }

    /// The value without its key.
    pub fn as_value_ref(&self) -> ValueRef<'_> {
        // The key's length is a boundary of the blob by construction; `get` only keeps a fault from being a panic.
        match &self.0 {
            Blob::Text { key_len, blob } => {
                ValueRef::Text(blob.get(*key_len as usize..).unwrap_or_default())
            }
            Blob::Bytes { key_len, blob } => {
                ValueRef::Bytes(blob.get(*key_len as usize..).unwrap_or_default())
            }
        }
    }

    /// The text, or `None` for bytes.
    pub fn as_str(&self) -> Option<&str> {
        match self.as_value_ref() {
            ValueRef::Text(text) => Some(text),
            ValueRef::Bytes(_) => None,
        }
    }

    /// The bytes; those of a text are its UTF-8.
    pub fn as_bytes(&self) -> &[u8] {
        match self.as_value_ref() {
            ValueRef::Text(text) => text.as_bytes(),
            ValueRef::Bytes(bytes) => bytes,
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.as_value_ref() == other.as_value_ref()
    }
}

impl Eq for Value {}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_value_ref().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_come_apart_again() {
        for (key, text) in [
            ("", ""),
            ("k", ""),
            ("", "v"),
            ("schlüssel", "wert \u{1f511}"),
        ] {
            let value = Value::new(key, text.into()).unwrap();
            assert!(value.has_key(key));
            assert_eq!(value.as_str(), Some(text));
            assert_eq!(value.cost(), ENTRY_OVERHEAD + key.len() + text.len());
        }
        let value = Value::new("k", (&[0xff, 0]).into()).unwrap();
        assert_eq!((value.as_str(), value.as_bytes()), (None, &[0xff, 0][..]));
    }

    #[test]
    fn a_key_is_not_its_prefix() {
        let value = Value::new("ab", "c".into()).unwrap();
        assert!(!value.has_key("a") && !value.has_key("abc") && !value.has_key("ax"));
    }

    #[test]
    fn text_and_bytes_differ() {
        assert_ne!(
            Value::new("k", "v".into()).unwrap(),
            Value::new("k", b"v".into()).unwrap()
        );
    }
}
