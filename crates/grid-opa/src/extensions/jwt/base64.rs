//! Base64 as Go's encoding/base64 reads it: line ends are passed over, and what the last character has too much is not looked at.

const URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Which characters stand for 62 and 63.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Alphabet {
    /// `-` and `_`.
    Url,
    /// `+` and `/`.
    Standard,
}

/// Reads base64url of which the padding may be left out, as base64url.decode of OPA does.
pub(super) fn decode_url(text: &str) -> Result<Vec<u8>, String> {
    let padding = match text.len() % 4 {
        _ if text.ends_with('=') => "",
        0 => "",
        2 => "==",
        3 => "=",
        _ => return Err("illegal base64url string".to_owned()),
    };
    decode(&format!("{text}{padding}"), Alphabet::Url)
}

/// Reads what a field of a key has: either alphabet, with padding or without, as jwx guesses it.
pub(super) fn decode_field(text: &str) -> Result<Vec<u8>, String> {
    let alphabet = if text.contains(['+', '/']) {
        Alphabet::Standard
    } else {
        Alphabet::Url
    };
    let padding = match text.len() % 4 {
        _ if text.ends_with('=') => "",
        2 => "==",
        3 => "=",
        _ => "",
    };
    decode(&format!("{text}{padding}"), alphabet)
}

/// Reads base64 with its padding.
pub(super) fn decode(text: &str, alphabet: Alphabet) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count, mut padding) = (0_u32, 0_u32, 0_u32);
    for (place, byte) in text.bytes().enumerate() {
        let illegal = || format!("illegal base64 data at input byte {place}");
        if matches!(byte, b'\r' | b'\n') {
            continue;
        }
        if byte == b'=' {
            padding += 1;
            if count < 2 || count + padding > 4 {
                return Err(illegal());
            }
            continue;
        }
        let digit = value(byte, alphabet).ok_or_else(illegal)?;
        if padding > 0 {
            return Err(illegal());
        }
        bits = (bits << 6) | u32::from(digit);
        count += 1;
        if count == 4 {
            bytes.extend_from_slice(bits.to_be_bytes().get(1..).unwrap_or_default());
            (bits, count) = (0, 0);
        }
    }
    if (count + padding) % 4 != 0 {
        return Err(format!("illegal base64 data at input byte {}", text.len()));
    }
    // Two characters are one byte and four bits, three are two bytes and two bits.
    let rest = match count {
        2 => bits << 12,
        3 => bits << 6,
        _ => 0,
    };
    let kept = (count.saturating_sub(1)) as usize;
    bytes.extend(rest.to_be_bytes().into_iter().skip(1).take(kept));
    Ok(bytes)
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

/// Writes base64url without padding.
pub(super) fn encode_url(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let digit = (bits >> (18 - 6 * place)) & 0x3f;
            text.extend(URL.get(digit as usize).copied().map(char::from));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for length in 0..20_u8 {
            let bytes: Vec<u8> = (0..length).map(|byte| byte.wrapping_mul(251)).collect();
            assert_eq!(decode_url(&encode_url(&bytes)), Ok(bytes));
        }
    }

    #[test]
    fn it_reads_as_go_does() {
        for (text, expected) in [
            ("", &b""[..]),
            ("Zg", b"f"),
            ("Zg==", b"f"),
            // The last four bits of `h` are not looked at.
            ("Zh==", b"f"),
            ("Zm8", b"fo"),
            ("Zm9v", b"foo"),
            ("Zm9v\nZg=\n=", b"foof"),
            ("-_8", &[0xfb, 0xff]),
        ] {
            assert_eq!(decode_url(text).as_deref(), Ok(expected), "{text}");
        }
        for text in [
            "Z", "Zg=", "Zm9v=", "Zm9v====", "Zg==Zg==", "=", "==", "Z===", "+/8", "Zm 9", "Zmé9",
            "Zg===", "\n\n\n", "Zg==A",
        ] {
            assert!(decode_url(text).is_err(), "{text:?}");
        }
        assert_eq!(decode_field("+/8=").as_deref(), Ok(&[0xfb, 0xff][..]));
        assert_eq!(decode_field("-_8").as_deref(), Ok(&[0xfb, 0xff][..]));
    }
}
