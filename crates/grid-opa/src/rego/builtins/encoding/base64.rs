//! Base64 as Go's encoding/base64 reads it: it skips line breaks and ignores the unused bits of the last character.

use super::Failure;
use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD, Encoding};

/// The characters for 62 and 63.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::rego::builtins) enum Alphabet {
    /// `-` and `_`.
    Url,
    /// `+` and `/`.
    Standard,
}

const fn encoding(alphabet: Alphabet, padded: bool) -> Encoding {
    match (alphabet, padded) {
        (Alphabet::Standard, true) => BASE64,
        (Alphabet::Standard, false) => BASE64_NOPAD,
        (Alphabet::Url, true) => BASE64URL,
        (Alphabet::Url, false) => BASE64URL_NOPAD,
    }
}

/// Decodes base64; the padding is required.
pub(in crate::rego::builtins) fn decode(
    text: &str,
    alphabet: Alphabet,
) -> Result<Vec<u8>, Failure> {
    let illegal =
        |place: usize| Failure::from(format!("illegal base64 data at input byte {place}"));
    let bytes = text.as_bytes();
    // All groups but the last are most often plain, and the library is faster.
    let groups = bytes.len().saturating_sub(1) / 4 * 4;
    let decoded = bytes.get(..groups).unwrap_or_default();
    let (mut output, mut at) = match encoding(alphabet, false).decode(decoded) {
        Ok(output) => (output, groups),
        Err(_) => (Vec::with_capacity(text.len() / 4 * 3), 0),
    };
    loop {
        // Four characters, or fewer at the end.
        let (mut bits, mut count) = (0_u32, 0_usize);
        while count < 4 {
            let Some(&byte) = bytes.get(at) else {
                return if count == 0 {
                    Ok(output)
                } else {
                    Err(illegal(at - count))
                };
            };
            at += 1;
            match (byte, value(byte, alphabet)) {
                (b'\r' | b'\n', _) => continue,
                (_, Some(digit)) => bits = (bits << 6) | u32::from(digit),
                (b'=', None) if count >= 2 => {
                    let rest = padding(bytes, at, count).map_err(illegal)?;
                    if rest < bytes.len() {
                        return Err(illegal(rest));
                    }
                    // Two characters hold one byte and four bits, three hold two bytes and two bits.
                    bits <<= 6 * (4 - count);
                    output.extend(bits.to_be_bytes().into_iter().skip(1).take(count - 1));
                    return Ok(output);
                }
                _ => return Err(illegal(at - 1)),
            }
            count += 1;
        }
        output.extend(bits.to_be_bytes().into_iter().skip(1));
    }
}

// Reads the rest of the padding and the line breaks after it, behind the first `=`. Returns its end, or the place of an error.
fn padding(bytes: &[u8], at: usize, count: usize) -> Result<usize, usize> {
    let after_breaks = |from: usize| {
        let ends = bytes
            .iter()
            .skip(from)
            .take_while(|byte| matches!(byte, b'\r' | b'\n'));
        from + ends.count()
    };
    let mut at = at;
    if count == 2 {
        at = after_breaks(at);
        match bytes.get(at) {
            None => return Err(bytes.len()),
            Some(b'=') => at += 1,
            Some(_) => return Err(at - 1),
        }
    }
    Ok(after_breaks(at))
}

const fn value(byte: u8, alphabet: Alphabet) -> Option<u8> {
    match (byte, alphabet) {
        (b'A'..=b'Z', _) => Some(byte - b'A'),
        (b'a'..=b'z', _) => Some(byte - b'a' + 26),
        (b'0'..=b'9', _) => Some(byte - b'0' + 52),
        (b'-', Alphabet::Url) | (b'+', Alphabet::Standard) => Some(62),
        (b'_', Alphabet::Url) | (b'/', Alphabet::Standard) => Some(63),
        _ => None,
    }
}

/// Encodes base64.
pub(in crate::rego::builtins) fn encode(bytes: &[u8], alphabet: Alphabet, padded: bool) -> String {
    encoding(alphabet, padded).encode(bytes)
}
