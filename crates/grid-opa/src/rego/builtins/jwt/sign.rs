//! `io.jwt.encode_sign` and `io.jwt.encode_sign_raw`, with secrets.

use super::super::json::marshal;
use super::super::operands::{any, string};
use super::super::{Answer, Context, Failure};
use super::algorithm::Algorithm;
use super::base64::encode_url;
use super::keys::{self, Material};
use super::{VALUES_OF_JSON, token};
use crate::rego::value::Value;
use crate::rego::value::json::is_valid;

pub(super) fn encode_sign(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let header = marshal(any(operands, 1)?, None, context)?;
    let payload = marshal(any(operands, 2)?, None, context)?;
    let key = marshal(any(operands, 3)?, None, context)?;
    sign(&header, &payload, &key, context)
}

pub(super) fn encode_sign_raw(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let key = string(operands, 3)?;
    sign(string(operands, 1)?, string(operands, 2)?, key, context)
}

fn sign(header: &str, payload: &str, key: &str, context: &mut Context<'_>) -> Answer {
    let length = header.len().saturating_add(key.len());
    context.charge(length.saturating_mul(VALUES_OF_JSON))?;
    context.charge(payload.len().saturating_mul(3))?;
    let secret = keys::read_jwk(key)?.into_iter().next();
    let secret = secret.ok_or("no keys found in JWK set")?;
    let fields = token::object(header)?;
    let Some(Value::String(alg)) = token::field(&fields, "alg") else {
        return Err("missing or invalid 'alg' header: it must be a string".into());
    };
    let algorithm = Algorithm::named(alg).ok_or_else(|| format!("unknown JWS algorithm: {alg}"))?;
    let json = match token::field(&fields, "typ") {
        Some(Value::String(typ)) => &**typ == "JWT",
        _ => true,
    };
    if json && !is_valid(payload) {
        return Err("type is JWT but payload is not JSON".into());
    }
    if !algorithm.takes_secret() {
        return Err(Failure::unsure(format!(
            "this build signs with HS256, HS384 and HS512 only, not with {alg}"
        )));
    }
    let Material::Secret(secret) = secret.material else {
        return Err(format!("the key is none for {alg}, which takes a secret").into());
    };
    let signed = format!(
        "{}.{}",
        encode_url(header.as_bytes()),
        encode_url(payload.as_bytes())
    );
    let code = algorithm.code(&secret, signed.as_bytes())?;
    Ok(Some(format!("{signed}.{}", encode_url(&code)).into()))
}
