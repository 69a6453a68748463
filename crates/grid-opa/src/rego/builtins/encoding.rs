//! `base64.*`, `base64url.*` and `hex.*`.

pub(super) mod base64;

use super::operands::{any, string};
use super::{Answer, Builtin, Context, Failure, builtin};
use crate::rego::value::Value;
use crate::rego::value::text::is_printed;
use base64::Alphabet;
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};

pub(super) const ALL: &[Builtin] = &[
    builtin("base64.decode", 1, |operands, context| {
        let text = string(operands, 1)?;
        context.charge(text.len())?;
        decoded(base64::decode(text, Alphabet::Standard)?)
    }),
    builtin("base64.encode", 1, |operands, context| {
        encoded(operands, context, Alphabet::Standard, true)
    }),
    builtin("base64.is_valid", 1, |operands, context| {
        let valid = match any(operands, 1)? {
            Value::String(text) => {
                context.charge(text.len())?;
                base64::decode(text, Alphabet::Standard).is_ok()
            }
            _ => false,
        };
        Ok(Some(valid.into()))
    }),
    builtin("base64url.decode", 1, |operands, context| {
        let text = string(operands, 1)?;
        context.charge(text.len().saturating_mul(2))?;
        decoded(decode_url(text)?)
    }),
    builtin("base64url.encode", 1, |operands, context| {
        encoded(operands, context, Alphabet::Url, true)
    }),
    builtin("base64url.encode_no_pad", 1, |operands, context| {
        encoded(operands, context, Alphabet::Url, false)
    }),
    builtin("hex.decode", 1, |operands, context| {
        let text = string(operands, 1)?;
        context.charge(text.len())?;
        decoded(decode_hex(text.as_bytes())?)
    }),
    builtin("hex.encode", 1, |operands, context| {
        let text = string(operands, 1)?;
        context.charge(text.len().saturating_mul(2))?;
        Ok(Some(hex(text.as_bytes()).into()))
    }),
];

/// Decodes base64url; the padding is optional.
pub(super) fn decode_url(text: &str) -> Result<Vec<u8>, Failure> {
    let padding = match text.len() % 4 {
        _ if text.ends_with('=') => "",
        0 => "",
        2 => "==",
        3 => "=",
        _ => return Err(format!("illegal base64url string: {text}").into()),
    };
    base64::decode(&format!("{text}{padding}"), Alphabet::Url)
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

fn decode_hex(text: &[u8]) -> Result<Vec<u8>, Failure> {
    HEXLOWER_PERMISSIVE.decode(text).map_err(|_| {
        let other = text.iter().find(|byte| !byte.is_ascii_hexdigit());
        // Go checks all digits before it reports the odd length.
        let Some(byte) = other else {
            return "encoding/hex: odd length hex string".into();
        };
        let character = char::from(*byte);
        let shown = if is_printed(character) {
            format!(" '{character}'")
        } else {
            String::new()
        };
        format!("encoding/hex: invalid byte: U+{byte:04X}{shown}").into()
    })
}

// Strings are UTF-8 here. OPA allows other bytes in them.
fn decoded(bytes: Vec<u8>) -> Answer {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text.into())),
        Err(_) => Err(Failure::unsure("the decoded bytes are not UTF-8")),
    }
}

fn encoded(
    operands: &[Value],
    context: &mut Context<'_>,
    alphabet: Alphabet,
    padded: bool,
) -> Answer {
    let text = string(operands, 1)?;
    context.charge(text.len().saturating_mul(4) / 3 + 4)?;
    Ok(Some(
        base64::encode(text.as_bytes(), alphabet, padded).into(),
    ))
}
