//! io.jwt.encode_sign and io.jwt.encode_sign_raw, with secrets.

use super::super::{Failure, argument, text, wrong};
use super::algorithm::Algorithm;
use super::base64::encode_url;
use super::keys::{self, Material};
use super::token;
use crate::answer;
use regorus::Value;
use serde::de::IgnoredAny;

pub(super) fn encode_sign(arguments: &[Value]) -> Result<Value, Failure> {
    let json = |number, what| match argument(arguments, number)? {
        value @ Value::Object(_) => answer::write_text(value)
            .map(|text| escaped(&text))
            .map_err(|error| Failure::Always(format!("{what}: {error}"))),
        other => Err(wrong(number, "an object", other).into()),
    };
    sign(&json(1, "headers")?, &json(2, "payload")?, &json(3, "key")?)
}

pub(super) fn encode_sign_raw(arguments: &[Value]) -> Result<Value, Failure> {
    sign(
        text(arguments, 1)?,
        text(arguments, 2)?,
        text(arguments, 3)?,
    )
}

fn sign(header: &str, payload: &str, key: &str) -> Result<Value, Failure> {
    let fields = token::object(header, "header")?;
    let Some(Value::String(alg)) = token::field(&fields, "alg") else {
        return Err("missing or invalid 'alg' header: it must be a string".into());
    };
    let algorithm = Algorithm::named(alg).ok_or_else(|| format!("unknown JWS algorithm: {alg}"))?;
    let json = match token::field(&fields, "typ") {
        Some(Value::String(typ)) => &**typ == "JWT",
        _ => true,
    };
    if json && serde_json::from_str::<IgnoredAny>(payload).is_err() {
        return Err("type is JWT but payload is not JSON".into());
    }
    if !algorithm.takes_secret() {
        return Err(Failure::Always(format!(
            "this build signs with HS256, HS384 and HS512 only, not with {alg}"
        )));
    }
    let secret = match keys::read_jwk(key)?.into_iter().next() {
        Some(keys::Key {
            material: Material::Secret(secret),
            ..
        }) => secret,
        Some(_) => return Err(format!("the key is none for {alg}, which takes a secret").into()),
        None => return Err("no keys found in JWK set".into()),
    };
    let signed = format!(
        "{}.{}",
        encode_url(header.as_bytes()),
        encode_url(payload.as_bytes())
    );
    let code = algorithm.code(&secret, signed.as_bytes())?;
    Ok(format!("{signed}.{}", encode_url(&code)).into())
}

// JSON as Go writes it, with the characters escaped that mean something in HTML or JavaScript; they stand in strings only.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                text.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            _ => text.push(character),
        }
    }
    text
}
