//! JSON in bytes that are not valid UTF-8, as Go reads it: in strings, a replacement character replaces each invalid byte; outside strings,
//! invalid bytes are errors.

use super::read::{Unread, read};
use super::scan::{is_space, scan_bytes};
use crate::rego::value::Value;
use std::borrow::Cow;

/// Reads JSON from bytes.
pub(crate) fn read_bytes<R>(
    bytes: &[u8],
    charge: &mut dyn FnMut(u64) -> Result<(), R>,
) -> Result<Value, Unread<R>> {
    let text = replaced(bytes);
    if let Cow::Owned(_) = text {
        // Reports errors of the bytes and not of their replacements.
        let wrong = |from| scan_bytes(bytes, from).map_err(|wrong| Unread::Wrong(wrong.text()));
        let end = wrong(0)?;
        let rest = bytes.get(end..).unwrap_or_default();
        match rest.iter().find(|byte| !is_space(**byte)) {
            // `read` reports it.
            None | Some(b'[' | b'{') => {}
            Some(_) => {
                wrong(end)?;
            }
        }
    }
    read(&text, charge)
}

/// Decodes bytes to text; a replacement character replaces each invalid byte.
pub(crate) fn replaced(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        // Rust groups the bytes that begin a character; Go replaces each byte.
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rego::value::text::begin_of;

    fn of(bytes: &[u8]) -> String {
        match read_bytes(bytes, &mut |_| Ok::<(), ()>(())) {
            Ok(value) => begin_of(&value, usize::MAX),
            Err(Unread::Wrong(text)) => text,
            Err(other) => format!("{other:?}"),
        }
    }

    #[test]
    fn each_invalid_byte_in_a_string_is_replaced() {
        assert_eq!(of(b"[\"\xff\xc3\xa9\"]"), "[\"\u{fffd}\u{e9}\"]");
        // The begin of a character, and half of a surrogate pair.
        assert_eq!(of(b"\"\xf0\x9f\x98\""), "\"\u{fffd}\u{fffd}\u{fffd}\"");
        assert_eq!(of(b"\"\xed\xa0\x80\""), "\"\u{fffd}\u{fffd}\u{fffd}\"");
        // Names that become equal are one field.
        assert_eq!(of(b"{\"\xff\": 1, \"\xfe\": 2}"), "{\"\u{fffd}\": 2}");
    }

    #[test]
    fn invalid_bytes_outside_strings_are_errors() {
        let beginning = "invalid character 'ÿ' looking for beginning of value";
        assert_eq!(of(b"[\xff]"), beginning);
        assert_eq!(of(b"[\"\xc3\"] \xff"), beginning);
        assert_eq!(
            of(b"{\xff: 1}"),
            "invalid character 'ÿ' looking for beginning of object key string"
        );
        assert_eq!(
            of(b"\"\\\xff\""),
            "invalid character 'ÿ' in string escape code"
        );
        assert_eq!(
            of(b"[\"\xff\"] {"),
            "error: invalid character '{' after top-level value"
        );
        assert_eq!(
            of(b"[1] \"\xff\""),
            "error: invalid character '\u{fffd}' after top-level value"
        );
    }
}
