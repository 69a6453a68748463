//! io.jwt.verify_* and io.jwt.decode_verify.

use super::super::{Failure, argument, text};
use super::algorithm::{Algorithm, Form};
use super::constraints::Constraints;
use super::token::{self, Token};
use super::{MAX_NESTED, keys};
use regorus::Value;

/// Whether the token of the first argument is signed with the secret of the second.
pub(super) fn with_secret(arguments: &[Value], algorithm: Algorithm) -> Result<Value, Failure> {
    let secret = keys::Material::Secret(text(arguments, 2)?.as_bytes().to_vec());
    let token = Token::split(text(arguments, 1)?)?;
    let signature = token.signature()?;
    let verified = algorithm.verifies(&secret, &token.signed(), &signature, Form::Exact)?;
    Ok(verified.into())
}

/// Whether the token of the first argument is signed with a key of the second: a certificate, a public key, or a JWK (set).
#[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
pub(super) fn with_keys(arguments: &[Value], algorithm: Algorithm) -> Result<Value, Failure> {
    let token = Token::split(text(arguments, 1)?)?;
    let keys = keys::read(text(arguments, 2)?)?;
    let signature = token.signature()?;
    let header = token.header()?.parameters()?;
    let signed = token.signed();
    let verified = keys::any(&keys, &header, |key| {
        algorithm.verifies(key, &signed, &signature, Form::Any)
    })?;
    Ok(verified.into())
}

/// Whether a token is signed and its claims are as the constraints of the second argument say; with its header and payload.
pub(super) fn decode_verify(arguments: &[Value]) -> Result<Value, Failure> {
    let constraints = Constraints::read(argument(arguments, 2)?)?;
    let mut text = text(arguments, 1)?.to_owned();
    for _ in 0..MAX_NESTED {
        let token = Token::split(&text)?;
        let header = token.header()?;
        let parameters = header.parameters()?;
        if !parameters.valid || !constraints.allows(&parameters.alg) {
            return Ok(unverified());
        }
        let signature = token.signature()?;
        if !constraints.verifies(&parameters, &token.signed(), &signature)? {
            return Ok(unverified());
        }
        let payload = token.payload()?;
        if parameters.cty.eq_ignore_ascii_case("JWT") {
            text = payload;
            continue;
        }
        let payload = token::object(&payload, "payload")?;
        if !constraints.hold(&payload)? {
            return Ok(unverified());
        }
        return Ok(vec![Value::Bool(true), header.into_value(), payload].into());
    }
    Err(format!("tokens lie in each other more than {MAX_NESTED} deep").into())
}

fn unverified() -> Value {
    vec![Value::Bool(false), Value::new_object(), Value::new_object()].into()
}
