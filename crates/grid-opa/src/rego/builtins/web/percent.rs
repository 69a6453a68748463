//! Percent-encoding as in Go's net/url, which OPA uses.

use super::Failure;
use crate::rego::value::text::quoted;
use data_encoding::HEXUPPER;

/// A part of a URL. The parts differ in the characters that need no encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rego::builtins) enum Part {
    User,
    Host,
    /// The zone of an IPv6 address.
    Zone,
    Path,
    /// A key or a value of a query.
    Query,
    Fragment,
}

fn plain(byte: u8, part: Part) -> bool {
    let host = matches!(part, Part::Host | Part::Zone);
    match byte {
        b'-' | b'.' | b'_' | b'~' => true,
        b'!' | b'(' | b')' | b'*' => host || part == Part::Fragment,
        b'"' | b'\'' | b'<' | b'>' | b'[' | b']' => host,
        b'$' | b'&' | b'+' | b',' | b';' | b'=' => part != Part::Query,
        b'/' | b'@' => matches!(part, Part::Path | Part::Fragment),
        b':' => host || matches!(part, Part::Path | Part::Fragment),
        b'?' => part == Part::Fragment,
        _ => byte.is_ascii_alphanumeric(),
    }
}

/// Encodes the bytes that `part` does not allow. The result is at most three times as long.
pub(in crate::rego::builtins) fn escape(bytes: &[u8], part: Part) -> String {
    let mut result = Vec::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || plain(byte, part) {
            result.push(byte);
        } else if byte == b' ' && part == Part::Query {
            result.push(b'+');
        } else {
            let mut digits = [0; 2];
            HEXUPPER.encode_mut(&[byte], &mut digits);
            result.push(b'%');
            result.extend_from_slice(&digits);
        }
    }
    // Plain bytes and escapes are ASCII.
    String::from_utf8(result)
        .unwrap_or_else(|other| String::from_utf8_lossy(other.as_bytes()).into_owned())
}

/// Whether a text is a valid encoding of a path or a fragment.
#[cfg(any(feature = "yaml", feature = "crypto", feature = "network"))]
pub(in crate::rego::builtins) fn is_escaped(text: &str, part: Part) -> bool {
    let fits = |byte: u8| b"!$&'()*+,;=:@[]%".contains(&byte) || plain(byte, part);
    text.bytes().all(fits)
}

/// Decodes a text of `part`.
pub(in crate::rego::builtins) fn unescape(text: &str, part: Part) -> Result<Vec<u8>, String> {
    let mut result = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'%' => {
                let shown = || {
                    // Go shows at most two bytes after the `%`.
                    let bytes = after.get(..2).unwrap_or(after);
                    format!("%{}", String::from_utf8_lossy(bytes))
                };
                let Some((byte, behind)) = escaped(after) else {
                    return Err(invalid("URL escape", &shown(), ""));
                };
                // A host may escape only non-ASCII bytes and `%`. A zone may also escape bytes that a host allows, and spaces for Windows.
                let allowed = match part {
                    Part::Host => byte >= 0x80 || byte == b'%',
                    Part::Zone => matches!(byte, b'%' | b' ') || plain(byte, Part::Host),
                    _ => true,
                };
                if !allowed {
                    return Err(invalid("URL escape", &shown(), ""));
                }
                result.push(byte);
                rest = behind;
            }
            b'+' if part == Part::Query => result.push(b' '),
            _ => {
                let host = matches!(part, Part::Host | Part::Zone);
                if host && first.is_ascii() && !plain(first, part) {
                    let character = char::from(first).to_string();
                    return Err(invalid("character", &character, " in host name"));
                }
                result.push(first);
            }
        }
    }
    Ok(result)
}

fn invalid(what: &str, shown: &str, behind: &str) -> String {
    format!("invalid {what} {}{behind}", quoted(shown))
}

// Reads a byte from two hexadecimal digits. Returns the rest too.
fn escaped(after: &[u8]) -> Option<(u8, &[u8])> {
    let (digits, after) = after.split_at_checked(2)?;
    let digit = |digit: &u8| char::from(*digit).to_digit(16);
    let [high, low] = digits else { return None };
    let byte = u8::try_from(digit(high)? * 16 + digit(low)?).ok()?;
    Some((byte, after))
}

/// Converts bytes to a string. Strings are UTF-8 here; OPA allows other bytes in them.
pub(in crate::rego::builtins) fn utf8(bytes: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|_| Failure::unsure("the decoded bytes are not UTF-8"))
}
