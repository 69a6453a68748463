//! Percent-encoding as Go's net/url has it, which OPA uses.

use super::Failure;
use crate::rego::value::text::quoted;

/// A part of a URL; what may stand in it as it is differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
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

/// The text with what may not stand in `part` encoded: at most three times as long.
pub(super) fn escape(bytes: &[u8], part: Part) -> String {
    let mut result = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte == b' ' && part == Part::Query {
            result.push('+');
        } else if plain(byte, part) {
            result.push(char::from(byte));
        } else {
            result.push_str(&format!("%{byte:02X}"));
        }
    }
    result
}

/// Whether a path or a fragment may be written like this.
#[cfg(any(feature = "yaml", feature = "crypto"))]
pub(super) fn is_escaped(text: &str, part: Part) -> bool {
    let fits = |byte: u8| b"!$&'()*+,;=:@[]%".contains(&byte) || plain(byte, part);
    text.bytes().all(fits)
}

/// The bytes that a text of `part` stands for.
pub(super) fn unescape(text: &str, part: Part) -> Result<Vec<u8>, String> {
    let mut result = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'%' => {
                let shown = || {
                    // As much as Go shows of it.
                    let bytes = after.get(..2).unwrap_or(after);
                    format!("%{}", String::from_utf8_lossy(bytes))
                };
                let Some((byte, behind)) = escaped(after) else {
                    return Err(invalid("URL escape", &shown(), ""));
                };
                // A host may escape only what is no ASCII, a zone also what it might hold as it is, and Windows has spaces there.
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

// The byte of two hexadecimal digits, and what follows them.
fn escaped(after: &[u8]) -> Option<(u8, &[u8])> {
    let (digits, after) = after.split_at_checked(2)?;
    let digit = |digit: &u8| char::from(*digit).to_digit(16);
    let [high, low] = digits else { return None };
    let byte = u8::try_from(digit(high)? * 16 + digit(low)?).ok()?;
    Some((byte, after))
}

/// As text; texts of Rego are UTF-8 here, where OPA lets other bytes into them.
pub(super) fn utf8(bytes: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|_| Failure::unsure("what is decoded is no UTF-8"))
}
