//! Base64 in tokens and keys.

use super::super::Failure;
use super::super::encoding::base64;

pub(super) use super::super::encoding::base64::{Alphabet, decode};

/// Decodes base64url with optional padding, as OPA's base64url.decode does.
pub(super) fn decode_url(text: &str) -> Result<Vec<u8>, Failure> {
    super::super::encoding::decode_url(text)
}

/// Decodes a field of a key: either alphabet, with or without padding, as jwx guesses it.
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

/// Encodes base64url without padding.
pub(super) fn encode_url(bytes: &[u8]) -> String {
    base64::encode(bytes, Alphabet::Url, false)
}
