//! `io.jwt.verify_*` and `io.jwt.decode_verify`.

use super::super::operands::{object, string};
use super::super::{Answer, Context, Failure};
use super::algorithm::{Algorithm, Form};
use super::constraints::Constraints;
#[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
use super::keys;
use super::material::Material;
use super::token::{self, Token};
use super::{MAX_NESTED, VALUES_OF_JSON};
use crate::rego::value::Value;
use crate::rego::value::json::replaced;

/// Whether the token of the first operand is signed with the secret of the second.
pub(super) fn with_secret(
    operands: &[Value],
    context: &mut Context<'_>,
    algorithm: Algorithm,
) -> Answer {
    let (text, secret) = (string(operands, 1)?, string(operands, 2)?);
    context.charge(text.len().saturating_mul(2))?;
    let secret = Material::Secret(secret.as_bytes().to_vec());
    let token = Token::split(text)?;
    let signature = token.signature()?;
    let verified = algorithm.verifies(&secret, &token.signed(), &signature, Form::Exact)?;
    Ok(Some(verified.into()))
}

/// Whether the token of the first operand is signed with a key of the second: a certificate, a public key, or a JWK (set).
#[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
pub(super) fn with_keys(
    operands: &[Value],
    context: &mut Context<'_>,
    algorithm: Algorithm,
) -> Answer {
    let text = string(operands, 1)?;
    let token = Token::split(text)?;
    let keys = string(operands, 2)?;
    context.charge(
        text.len()
            .saturating_add(keys.len())
            .saturating_mul(VALUES_OF_JSON),
    )?;
    let keys = keys::read(keys, context)?;
    let signature = token.signature()?;
    let header = token.header()?.parameters()?;
    let signed = token.signed();
    let verified = keys::any(&keys, &header, |key| {
        context.in_time()?;
        algorithm.verifies(key, &signed, &signature, Form::Any)
    })?;
    Ok(Some(verified.into()))
}

/// Verifies a token and its claims against the constraints of the second operand. Returns its header and payload too.
pub(super) fn decode_verify(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let constraints = Constraints::read(object(operands, 2)?, context)?;
    let mut text = string(operands, 1)?.to_owned();
    context.charge(text.len().saturating_mul(VALUES_OF_JSON))?;
    for _ in 0..MAX_NESTED {
        context.in_time()?;
        let token = Token::split(&text)?;
        let header = token.header()?;
        let parameters = header.parameters()?;
        if !parameters.valid || !constraints.allows(&parameters.alg) {
            return Ok(Some(unverified()));
        }
        let signature = token.signature()?;
        if !constraints.verifies(&parameters, &token.signed(), &signature)? {
            return Ok(Some(unverified()));
        }
        let payload = token.payload()?;
        if parameters.cty.eq_ignore_ascii_case("JWT") {
            // A payload that is not UTF-8 is not a token, whatever characters replace the other bytes.
            text = replaced(&payload).into_owned();
            continue;
        }
        let payload = token::object(&payload)?;
        if !constraints.accepts(&payload)? {
            return Ok(Some(unverified()));
        }
        return Ok(Some(
            vec![Value::Bool(true), header.into_value(), payload].into(),
        ));
    }
    Err(Failure::unsure(format!(
        "tokens are nested more than {MAX_NESTED} levels deep"
    )))
}

fn unverified() -> Value {
    vec![Value::Bool(false), Value::new_object(), Value::new_object()].into()
}
