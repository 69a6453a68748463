//! The constraints of io.jwt.decode_verify.

use super::super::{Context, Failure};
use super::algorithm::{Algorithm, Form};
use super::keys::{self, Key};
use super::material::Material;
use super::token::{self, Parameters};
use crate::rego::value::{Object, Value};
use std::cmp::Ordering;
use std::rc::Rc;

const NANOSECONDS: f64 = 1_000_000_000.0;

/// Constraints as written. An empty text is no constraint.
#[derive(Default)]
pub(super) struct Constraints {
    keys: Option<Rc<Vec<Key>>>,
    secret: String,
    alg: String,
    iss: String,
    aud: String,
    /// In nanoseconds since 1970.
    time: Option<f64>,
}

impl Constraints {
    pub(super) fn read(fields: &Object, context: &mut Context<'_>) -> Result<Self, Failure> {
        let mut constraints = Self::default();
        for (name, value) in fields.iter() {
            let Value::String(name) = name else {
                return Err("the name of a token validation constraint must be a string".into());
            };
            let text = || match value {
                Value::String(text) => Ok(text.to_string()),
                _ => Err(Failure::from(format!(
                    "{name} constraint: must be a string"
                ))),
            };
            match &**name {
                "cert" => {
                    let text = text()?;
                    context.charge(text.len().saturating_mul(super::VALUES_OF_JSON))?;
                    constraints.keys = Some(keys::read(&text, context)?);
                }
                "secret" => constraints.secret = text()?,
                "alg" => constraints.alg = text()?,
                "iss" => constraints.iss = text()?,
                "aud" => constraints.aud = text()?,
                "time" => constraints.time = Some(time(value)?),
                _ => return Err(format!("unknown token validation constraint: {name}").into()),
            }
        }
        if constraints.time.is_none() {
            constraints.time = Some(context.now_ns() as f64);
        }
        match (&constraints.keys, constraints.secret.is_empty()) {
            (Some(_), false) => Err("duplicate key constraints".into()),
            (None, true) => Err("no key constraint".into()),
            _ => Ok(constraints),
        }
    }

    /// Whether a token may have this algorithm.
    pub(super) fn allows(&self, alg: &str) -> bool {
        self.alg.is_empty() || self.alg == alg
    }

    /// Whether one of the keys verifies the signature.
    pub(super) fn verifies(
        &self,
        header: &Parameters,
        message: &[u8],
        signature: &[u8],
    ) -> Result<bool, Failure> {
        // RFC 9864 names the curve. OPA accepts both names here.
        let named = match header.alg.as_str() {
            "Ed25519" => Some(Algorithm::EdDsa),
            name => Algorithm::named(name),
        };
        let Some(algorithm) = named else {
            return Ok(false);
        };
        match &self.keys {
            Some(keys) => keys::any(keys, header, |key| {
                algorithm.verifies(key, message, signature, Form::Exact)
            }),
            None => {
                let secret = Material::Secret(self.secret.clone().into_bytes());
                algorithm.verifies(&secret, message, signature, Form::Exact)
            }
        }
    }

    /// Whether the claims of a token satisfy the constraints.
    pub(super) fn accepts(&self, payload: &Value) -> Result<bool, Failure> {
        let claim = |name| token::field(payload, name);
        let issuer = match claim("iss") {
            _ if self.iss.is_empty() => true,
            None => false,
            Some(Value::String(issuer)) => **issuer == *self.iss,
            Some(_) => return Err("iss value must be a string".into()),
        };
        if !issuer || !self.is_for(claim("aud")) {
            return Ok(false);
        }
        let (exp, nbf) = (claim("exp"), claim("nbf"));
        if exp.is_none() && nbf.is_none() {
            return Ok(true);
        }
        let time = self.time.unwrap_or_default();
        let seconds = Value::from(time / NANOSECONDS);
        let compared = |claim: Option<&Value>, name| match claim {
            None => Ok(None),
            Some(value @ Value::Number(_)) => Ok(Some(seconds.cmp(value))),
            Some(_) => Err(format!("{name} value must be a number")),
        };
        if compared(exp, "exp")?.is_some_and(|order| order != Ordering::Less) {
            return Ok(false);
        }
        Ok(compared(nbf, "nbf")?.is_none_or(|order| order != Ordering::Less))
    }

    fn is_for(&self, audience: Option<&Value>) -> bool {
        let is = |value: &Value| matches!(value, Value::String(text) if **text == *self.aud);
        match audience {
            None => self.aud.is_empty(),
            Some(Value::Array(items)) => items.iter().any(is),
            Some(value) => is(value),
        }
    }
}

fn time(value: &Value) -> Result<f64, Failure> {
    let Value::Number(number) = value else {
        return Err("token time constraint: must be a number".into());
    };
    // An integer with more digits than a float has is rounded.
    match number.to_f64() {
        time if time < 0.0 => Err("token time constraint: must not be negative".into()),
        time if time.is_finite() => Ok(time),
        _ => Err("token time constraint: unvalid float64".into()),
    }
}
