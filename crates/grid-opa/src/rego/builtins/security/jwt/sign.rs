//! `io.jwt.encode_sign` and `io.jwt.encode_sign_raw`.

use super::super::json::marshal;
use super::super::operands::{any, string};
use super::super::{Answer, Context};
use super::algorithm::Algorithm;
use super::base64::encode_url;
use super::header::SigningHeader;
use super::{VALUES_OF_JSON, jwk};
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
    let key = jwk::read(key, context)?.into_iter().next();
    let key = key.ok_or("no keys found in JWK set")?;
    let invalid = |error| format!("missing or invalid 'alg' header: {error}");
    let mut fields = SigningHeader::read(header).map_err(invalid)?;
    let alg = fields.text("alg").map_err(invalid)?;
    let algorithm =
        Algorithm::named(&alg).ok_or_else(|| format!("unknown JWS algorithm: {alg}"))?;
    let json = fields.text("typ").map_or(true, |typ| typ == "JWT");
    if json && !is_valid(payload) {
        return Err("type is JWT but payload is not JSON".into());
    }
    let signed = format!(
        "{}.{}",
        encode_url(header.as_bytes()),
        encode_url(payload.as_bytes())
    );
    context.in_time()?;
    let signature = algorithm.sign(&key.material?, signed.as_bytes())?;
    let signature = signature.ok_or_else(|| format!("{alg} cannot sign with this key"))?;
    Ok(Some(format!("{signed}.{}", encode_url(&signature)).into()))
}
