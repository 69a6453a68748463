//! Base64 as tokens and keys have it.

use super::super::Failure;
use super::super::encoding::base64;

pub(super) use super::super::encoding::base64::{Alphabet, decode};

/// Reads base64url of which the padding may be left out, as base64url.decode of OPA does.
pub(super) fn decode_url(text: &str) -> Result<Vec<u8>, Failure> {
    super::super::encoding::decode_url(text)
}

/// Reads what a field of a key has: either alphabet, with padding or without, as jwx guesses it.
pub(super) fn decode_field(text: &str) -> Result<Vec<u8>, Failure> {
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

/// Writes base64url without padding.
pub(super) fn encode_url(bytes: &[u8]) -> String {
    base64::encode(bytes, Alphabet::Url, false)
}
