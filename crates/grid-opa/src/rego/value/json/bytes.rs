//! JSON in bytes that are not all UTF-8, as Go reads it: in strings a replacement character stands for each byte that is no
//! part of a character, and outside of strings there is none.

use super::read::{Unread, read};
use super::scan::{is_space, scan_bytes};
use crate::rego::value::Value;
use std::borrow::Cow;

/// The value of JSON in bytes.
pub(crate) fn read_bytes<R>(
    bytes: &[u8],
    charge: &mut dyn FnMut(u64) -> Result<(), R>,
) -> Result<Value, Unread<R>> {
    let text = replaced(bytes);
    if let Cow::Owned(_) = text {
        // What is wrong with the bytes, not with what stands for them.
        let wrong = |from| scan_bytes(bytes, from).map_err(|wrong| Unread::Wrong(wrong.text()));
        let end = wrong(0)?;
        let rest = bytes.get(end..).unwrap_or_default();
        match rest.iter().find(|byte| !is_space(**byte)) {
            // The text tells it.
            None | Some(b'[' | b'{') => {}
            Some(_) => {
                wrong(end)?;
            }
        }
    }
    read(&text, charge)
}

/// A text of bytes, in which a replacement character stands for each byte that is no part of a character.
pub(crate) fn replaced(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        // Rust has one for all bytes that begin a character together; Go has one for each.
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
    fn bytes_in_strings_are_replaced_one_by_one() {
        assert_eq!(of(b"[\"\xff\xc3\xa9\"]"), "[\"\u{fffd}\u{e9}\"]");
        // The beginning of a character, and half of a surrogate pair.
        assert_eq!(of(b"\"\xf0\x9f\x98\""), "\"\u{fffd}\u{fffd}\u{fffd}\"");
        assert_eq!(of(b"\"\xed\xa0\x80\""), "\"\u{fffd}\u{fffd}\u{fffd}\"");
        // Names that become the same are one.
        assert_eq!(of(b"{\"\xff\": 1, \"\xfe\": 2}"), "{\"\u{fffd}\": 2}");
    }

    #[test]
    fn bytes_outside_of_strings_are_wrong() {
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
