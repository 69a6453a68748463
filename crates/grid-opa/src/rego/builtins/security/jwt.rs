//! JSON Web Tokens: `io.jwt.*`. Keys are read as by lestrrat-go/jwx, which OPA uses.
//!
//! If OPA has an algorithm or a type of key that this build lacks, the evaluation ends: if the call were undefined,
//! `not io.jwt.verify_...` would be true.

mod algorithm;
mod base64;
#[cfg(feature = "x509")]
pub(super) mod certificate;
mod constraints;
#[cfg(feature = "jwt-ec")]
mod curve;
mod header;
mod jwk;
mod keys;
mod material;
mod pem;
#[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
mod public_key;
#[cfg(feature = "jwt-rsa")]
mod rsa;
mod sign;
mod signature;
#[cfg(feature = "bundle")]
pub(crate) mod signed;
mod token;
mod verify;

use super::encoding::hex;
use super::operands::string;
use super::{Answer, Builtin, Failure, builtin, impure};
use crate::rego::value::Value;
use crate::rego::value::json::replaced;
use algorithm::Algorithm;
use token::Token;

/// The maximum depth of nested tokens.
const MAX_NESTED: usize = 64;

/// The maximum memory of the values of a JSON text, in bytes per character.
const VALUES_OF_JSON: usize = 24;

pub(super) const SECRET: &[Builtin] = &[
    builtin("io.jwt.decode", 1, |operands, context| {
        let text = string(operands, 1)?;
        context.charge(text.len().saturating_mul(VALUES_OF_JSON))?;
        decode(text.to_owned())
    }),
    // Without the constraint `time` it reads the clock.
    impure("io.jwt.decode_verify", 2, verify::decode_verify),
    impure("io.jwt.encode_sign", 3, sign::encode_sign),
    impure("io.jwt.encode_sign_raw", 3, sign::encode_sign_raw),
    builtin("io.jwt.verify_hs256", 2, |operands, context| {
        verify::with_secret(operands, context, Algorithm::Hs256)
    }),
    builtin("io.jwt.verify_hs384", 2, |operands, context| {
        verify::with_secret(operands, context, Algorithm::Hs384)
    }),
    builtin("io.jwt.verify_hs512", 2, |operands, context| {
        verify::with_secret(operands, context, Algorithm::Hs512)
    }),
];

#[cfg(feature = "jwt-rsa")]
pub(super) const RSA: &[Builtin] = &[
    builtin("io.jwt.verify_rs256", 2, |operands, context| {
        verify::with_keys(operands, context, Algorithm::Rs256)
    }),
    builtin("io.jwt.verify_rs384", 2, |operands, context| {
        verify::with_keys(operands, context, Algorithm::Rs384)
    }),
    builtin("io.jwt.verify_rs512", 2, |operands, context| {
        verify::with_keys(operands, context, Algorithm::Rs512)
    }),
    builtin("io.jwt.verify_ps256", 2, |operands, context| {
        verify::with_keys(operands, context, Algorithm::Ps256)
    }),
    builtin("io.jwt.verify_ps384", 2, |operands, context| {
        verify::with_keys(operands, context, Algorithm::Ps384)
    }),
    builtin("io.jwt.verify_ps512", 2, |operands, context| {
        verify::with_keys(operands, context, Algorithm::Ps512)
    }),
];

#[cfg(feature = "jwt-ec")]
pub(super) const CURVES: &[Builtin] = &[
    builtin("io.jwt.verify_es256", 2, |operands, context| {
        verify::with_keys(operands, context, Algorithm::Es256)
    }),
    builtin("io.jwt.verify_es384", 2, |operands, context| {
        verify::with_keys(operands, context, Algorithm::Es384)
    }),
    builtin("io.jwt.verify_es512", 2, |operands, context| {
        verify::with_keys(operands, context, Algorithm::Es512)
    }),
    builtin("io.jwt.verify_eddsa", 2, |operands, context| {
        verify::with_keys(operands, context, Algorithm::EdDsa)
    }),
];

// Returns the header, the payload and the hexadecimal signature without verification.
fn decode(mut text: String) -> Answer {
    for _ in 0..MAX_NESTED {
        let token = Token::split(&text)?;
        let header = token.header()?;
        let payload = token.payload()?;
        match header.get("cty") {
            None => {}
            Some(Value::String(cty)) if &**cty == "JWT" => {
                // jwt.io puts a nested token in quotes.
                let payload = replaced(&payload);
                payload.trim_matches(['"', '\'']).clone_into(&mut text);
                continue;
            }
            Some(Value::String(_)) => {}
            // OPA panics.
            Some(_) => return Err("cty: must be a string".into()),
        }
        let payload = token::object(&payload)?;
        let signature = token
            .signature()
            .map_err(|failure| token::within(failure, "JWT signature had invalid encoding"))?;
        let parts = vec![header.into_value(), payload, Value::from(hex(&signature))];
        return Ok(Some(parts.into()));
    }
    Err(Failure::unsure(format!(
        "tokens are nested more than {MAX_NESTED} levels deep"
    )))
}
