//! JSON Web Tokens: io.jwt.*, as OPA has them in v1/topdown/tokens.go, with the keys that lestrrat-go/jwx reads for it.
//!
//! An algorithm or a kind of key that OPA knows and this build does not is [`Failure::Always`]: were it undefined, `not
//! io.jwt.verify_...` would hold. `io.jwt.decode_verify` without the constraint `time` looks at the clock.

mod algorithm;
mod base64;
mod constraints;
#[cfg(feature = "jwt-ec")]
mod curve;
mod keys;
mod pem;
#[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
mod public_key;
#[cfg(feature = "jwt-rsa")]
mod rsa;
mod sign;
#[cfg(feature = "bundle")]
mod signed;
#[cfg(test)]
mod tests;
mod token;
mod verify;

#[cfg(feature = "bundle")]
pub(crate) use signed::{SignedToken, VerificationKey};

use super::{Extension, Failure, crypto, guarded, text};
use algorithm::Algorithm;
use regorus::Value;
use token::Token;

/// How deep tokens may lie in each other.
const MAX_NESTED: usize = 64;

/// All of them that this build has.
pub(super) fn all() -> impl Iterator<Item = &'static Extension> {
    let all = SECRET.iter();
    #[cfg(feature = "jwt-rsa")]
    let all = all.chain(&RSA);
    #[cfg(feature = "jwt-ec")]
    let all = all.chain(&CURVES);
    all
}

static SECRET: [Extension; 7] = [
    guarded("io.jwt.decode", 1, |arguments| {
        decode(text(arguments, 1)?.to_owned())
    }),
    guarded("io.jwt.decode_verify", 2, verify::decode_verify),
    guarded("io.jwt.encode_sign", 3, sign::encode_sign),
    guarded("io.jwt.encode_sign_raw", 3, sign::encode_sign_raw),
    guarded("io.jwt.verify_hs256", 2, |arguments| {
        verify::with_secret(arguments, Algorithm::Hs256)
    }),
    guarded("io.jwt.verify_hs384", 2, |arguments| {
        verify::with_secret(arguments, Algorithm::Hs384)
    }),
    guarded("io.jwt.verify_hs512", 2, |arguments| {
        verify::with_secret(arguments, Algorithm::Hs512)
    }),
];

#[cfg(feature = "jwt-rsa")]
static RSA: [Extension; 6] = [
    guarded("io.jwt.verify_rs256", 2, |arguments| {
        verify::with_keys(arguments, Algorithm::Rs256)
    }),
    guarded("io.jwt.verify_rs384", 2, |arguments| {
        verify::with_keys(arguments, Algorithm::Rs384)
    }),
    guarded("io.jwt.verify_rs512", 2, |arguments| {
        verify::with_keys(arguments, Algorithm::Rs512)
    }),
    guarded("io.jwt.verify_ps256", 2, |arguments| {
        verify::with_keys(arguments, Algorithm::Ps256)
    }),
    guarded("io.jwt.verify_ps384", 2, |arguments| {
        verify::with_keys(arguments, Algorithm::Ps384)
    }),
    guarded("io.jwt.verify_ps512", 2, |arguments| {
        verify::with_keys(arguments, Algorithm::Ps512)
    }),
];

#[cfg(feature = "jwt-ec")]
static CURVES: [Extension; 4] = [
    guarded("io.jwt.verify_es256", 2, |arguments| {
        verify::with_keys(arguments, Algorithm::Es256)
    }),
    guarded("io.jwt.verify_es384", 2, |arguments| {
        verify::with_keys(arguments, Algorithm::Es384)
    }),
    guarded("io.jwt.verify_es512", 2, |arguments| {
        verify::with_keys(arguments, Algorithm::Es512)
    }),
    guarded("io.jwt.verify_eddsa", 2, |arguments| {
        verify::with_keys(arguments, Algorithm::EdDsa)
    }),
];

// The header, the payload and the signature in hexadecimal digits, none of it verified.
fn decode(mut text: String) -> Result<Value, Failure> {
    for _ in 0..MAX_NESTED {
        let token = Token::split(&text)?;
        let header = token.header()?;
        let payload = token.payload()?;
        match header.get("cty") {
            None => {}
            Some(Value::String(cty)) if &**cty == "JWT" => {
                // jwt.io quotes a token that is a payload.
                payload.trim_matches(['"', '\'']).clone_into(&mut text);
                continue;
            }
            Some(Value::String(_)) => {}
            Some(_) => return Err("cty: must be a string".into()),
        }
        let payload = token::object(&payload, "payload")?;
        let signature = token
            .signature()
            .map_err(|error| format!("JWT signature had invalid encoding: {error}"))?;
        return Ok(vec![
            header.into_value(),
            payload,
            Value::from(crypto::hex(&signature)),
        ]
        .into());
    }
    Err(format!("tokens lie in each other more than {MAX_NESTED} deep").into())
}
