//! Values: text or bytes, one allocation per entry.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use crate::Error;

/// A value to store in a cache.
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

/// A value of a cache: a counted reference, so that a read copies nothing and the value outlives its eviction.
#[derive(Clone)]
pub struct Value(Blob);

/// The key and, after it, the value in one allocation: a second one would cost its header and rounding per entry. The length of the key
/// is in the padding of the tag.
#[derive(Clone)]
enum Blob {
    Text {
        key_len: u32,
        blob: Arc<str>,
    },
    /// Bytes, or a long text.
    Bytes {
        is_text: bool,
        key_len: u32,
        blob: Arc<[u8]>,
    },
}

/// Up to this size a text is joined in a buffer of its thread and then copied, since std only makes an `Arc<str>` from one `&str`: 34 ns
/// against 45 ns with a new buffer (x86_64, 20 bytes). A longer text is copied once, as bytes are, and each read checks it again, for 22
/// ns per KiB.
const LONGEST_BUFFERED: usize = 16 * 1024;

/// From this size on the allocation is tried first: std makes an `Arc` or ends the process.
const SHORTEST_PROBED: usize = 64 * 1024;

thread_local! {
    static BUFFER: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Copies a key and its value together. Cleared memory first costs less than a chain of two iterators, which moves single bytes: 43 us
/// per MiB against 520.
fn join(key: &[u8], value: &[u8]) -> Arc<[u8]> {
    let mut blob: Arc<[u8]> = std::iter::repeat_n(0, key.len() + value.len()).collect();
    // A new Arc has one owner.
    if let Some(bytes) = Arc::get_mut(&mut blob) {
        let (front, back) = bytes.split_at_mut(key.len());
        front.copy_from_slice(key);
        back.copy_from_slice(value);
    }
    blob
}

/// The same for text.
fn join_text(key: &str, text: &str) -> Arc<str> {
    // Fails only while the thread ends.
    let joined = BUFFER.try_with(|buffer| {
        let mut buffer = buffer.try_borrow_mut().ok()?;
        buffer.clear();
        buffer.push_str(key);
        buffer.push_str(text);
        Some(Arc::from(buffer.as_str()))
    });
    joined
        .ok()
        .flatten()
        .unwrap_or_else(|| [key, text].concat().into())
}

impl Value {
    /// Copies a key and its value together.
    ///
    /// # Errors
    /// [`Error::KeyTooLong`] and [`Error::OutOfMemory`].
    pub(crate) fn new(key: &str, value: ValueRef<'_>) -> Result<Self, Error> {
        let key_len =
            u32::try_from(key.len()).map_err(|_| Error::KeyTooLong { length: key.len() })?;
        let bytes = key.len().saturating_add(value.len());
        if bytes >= SHORTEST_PROBED {
            Vec::<u8>::new()
                .try_reserve_exact(bytes)
                .map_err(|_| Error::OutOfMemory { bytes })?;
        }
        Ok(Self(match value {
            ValueRef::Text(text) if bytes <= LONGEST_BUFFERED => Blob::Text {
                key_len,
                blob: join_text(key, text),
            },
            ValueRef::Text(text) => Blob::Bytes {
                is_text: true,
                key_len,
                blob: join(key.as_bytes(), text.as_bytes()),
            },
            ValueRef::Bytes(bytes) => Blob::Bytes {
                is_text: false,
                key_len,
                blob: join(key.as_bytes(), bytes),
            },
        }))
    }

    /// The key's length and all bytes.
    fn parts(&self) -> (usize, &[u8]) {
        match &self.0 {
            Blob::Text { key_len, blob } => (*key_len as usize, blob.as_bytes()),
            Blob::Bytes { key_len, blob, .. } => (*key_len as usize, blob),
        }
    }

    /// Bytes of key and value.
    pub(crate) fn bytes(&self) -> usize {
        self.parts().1.len()
    }

    /// Whether the entry has this key.
    pub(crate) fn has_key(&self, key: &str) -> bool {
        let (key_len, blob) = self.parts();
        key_len == key.len() && blob.starts_with(key.as_bytes())
    }

    // The key's length is a boundary of the blob by construction; `get` and `unwrap_or_default` below only prevent a panic.

    /// The key of the entry.
    pub fn key(&self) -> &str {
        match &self.0 {
            Blob::Text { key_len, blob } => blob.get(..*key_len as usize).unwrap_or_default(),
            Blob::Bytes { key_len, blob, .. } => {
                let key = blob.get(..*key_len as usize).unwrap_or_default();
                std::str::from_utf8(key).unwrap_or_default()
            }
        }
    }

    /// The value without its key.
    pub fn as_value_ref(&self) -> ValueRef<'_> {
        match &self.0 {
            Blob::Text { key_len, blob } => {
                ValueRef::Text(blob.get(*key_len as usize..).unwrap_or_default())
            }
            Blob::Bytes { is_text: true, .. } => {
                ValueRef::Text(std::str::from_utf8(self.as_bytes()).unwrap_or_default())
            }
            Blob::Bytes { is_text: false, .. } => ValueRef::Bytes(self.as_bytes()),
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
        let (key_len, blob) = self.parts();
        blob.get(key_len..).unwrap_or_default()
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
            assert_eq!(value.key(), key);
            assert_eq!(value.as_str(), Some(text));
            assert_eq!(value.bytes(), key.len() + text.len());
        }
        let value = Value::new("k", (&[0xff, 0]).into()).unwrap();
        assert_eq!(value.key(), "k");
        assert_eq!((value.as_str(), value.as_bytes()), (None, &[0xff, 0][..]));
    }

    #[test]
    fn every_length_of_text_is_a_text() {
        for length in [LONGEST_BUFFERED - 1, LONGEST_BUFFERED, SHORTEST_PROBED] {
            let text = "\u{e9}".repeat(length / 2);
            let value = Value::new("schl\u{fc}ssel", text.as_str().into()).unwrap();
            assert_eq!(value.as_str(), Some(text.as_str()), "{length}");
            assert_eq!(value.key(), "schl\u{fc}ssel");
            assert_ne!(
                value,
                Value::new("k", text.as_bytes().into()).unwrap(),
                "{length}"
            );
        }
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
