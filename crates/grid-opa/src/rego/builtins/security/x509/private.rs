//! Private keys. Those on elliptic curves and of other algorithms end the evaluation: this build cannot compute their public keys here.

use super::der::{Der, INTEGER, OCTET_STRING, SEQUENCE};
use super::keys::{self, Key};
use super::value::{Writer, big};
use super::{Failure, Wrong, pem};
use crate::rego::builtins::encoding::base64::{Alphabet, decode, encode};
use crate::rego::builtins::security::jwt::certificate;
use crate::rego::value::Value;
use num_bigint::{BigInt, Sign};

/// An RSA key with two primes: n, e, d, p, q, and dP, dQ and qInv.
#[derive(Debug)]
pub(super) struct Private {
    exponent: i64,
    numbers: [BigInt; 4],
    crt: [BigInt; 3],
}

/// The private keys of a text in PEM.
pub(super) fn list(text: &str) -> Result<Vec<Private>, Wrong> {
    let decoded = decode(text, Alphabet::Standard).ok();
    let decoded = match decoded.map(String::from_utf8) {
        Some(Ok(text)) => Some(text),
        Some(Err(bytes)) if pem::can_be(bytes.as_bytes()) => {
            return Err(Failure::unsure("a text in base64 is not UTF-8").into());
        }
        Some(Err(_)) => return Ok(Vec::new()),
        None => None,
    };
    let mut rest = decoded.as_deref().unwrap_or(text);
    let mut keys = Vec::new();
    while let Some((block, after)) = pem::find(rest) {
        match block.of {
            "RSA PRIVATE KEY" => keys.push(rsa(&block.bytes)?),
            "PRIVATE KEY" => keys.push(wrapped(&block.bytes)?),
            "EC PRIVATE KEY" => return Err(unsure()),
            _ => {}
        }
        rest = after;
    }
    Ok(keys)
}

/// A key without a type, as Go's crypto/tls reads it.
pub(super) fn any(bytes: &[u8]) -> Result<Private, Wrong> {
    match rsa(bytes) {
        Err(Wrong::Error(_)) => wrapped(bytes),
        other => other,
    }
}

fn unsure() -> Wrong {
    Failure::unsure("this build cannot read this type of private key").into()
}

// The reader takes less than that of Go, so an error is not certain.
fn unread() -> Wrong {
    Failure::unsure("this build cannot read a private key").into()
}

// A key of PKCS #1.
fn rsa(bytes: &[u8]) -> Result<Private, Wrong> {
    let mut outer = Der(bytes);
    let Some(mut parts) = outer.read(SEQUENCE) else {
        return Err("asn1: structure error: tags don't match".into());
    };
    let version = parts.small(INTEGER);
    if !parts.is_next(INTEGER) {
        // Another structure, such as PKCS #8.
        return Err("x509: failed to parse private key".into());
    }
    if version != Some(0) || !outer.is_empty() {
        return Err(unread());
    }
    let mut number = || {
        let number = parts.integer(INTEGER).ok_or_else(unread)?;
        match number.sign() {
            Sign::Plus => Ok(number),
            _ => Err(unread()),
        }
    };
    let (n, e, d, p, q) = (number()?, number()?, number()?, number()?, number()?);
    let crt = [number()?, number()?, number()?];
    if !parts.is_empty() {
        return Err(unread());
    }
    let bytes = |number: &BigInt| number.to_bytes_be().1;
    let numbers = [&n, &e, &d, &p, &q].map(bytes);
    certificate::check_private(numbers, crt.each_ref().map(bytes))?;
    let exponent = i64::try_from(&e).map_err(|_| unread())?;
    Ok(Private {
        exponent,
        numbers: [n, d, p, q],
        crt,
    })
}

// A key of PKCS #8.
fn wrapped(bytes: &[u8]) -> Result<Private, Wrong> {
    let mut parts = Der(bytes).read(SEQUENCE).ok_or_else(unread)?;
    parts.small(INTEGER).ok_or_else(unread)?;
    let algorithm = keys::algorithm(parts.read(SEQUENCE).ok_or_else(unread)?)?;
    let key = parts.read(OCTET_STRING).ok_or_else(unread)?;
    match &*algorithm.of {
        [1, 2, 840, 113_549, 1, 1, 1] => rsa(key.0).map_err(|wrong| match wrong {
            Wrong::Error(_) => unread(),
            other => other,
        }),
        _ => Err(unsure()),
    }
}

impl Private {
    /// Whether it belongs to a public key.
    pub(super) fn is_of(&self, key: &Key) -> bool {
        let [modulus, ..] = &self.numbers;
        matches!(key, Key::Rsa(n, e) if n == modulus && *e == self.exponent)
    }

    /// The JSON that Go makes of it.
    pub(super) fn value(&self, writer: &mut Writer<'_, '_>) -> Result<Value, Failure> {
        let [n, d, p, q] = &self.numbers;
        let [dp, dq, qinv] = &self.crt;
        let precomputed = writer.object(vec![
            ("Dp", big(dp)),
            ("Dq", big(dq)),
            ("Qinv", big(qinv)),
            ("CRTValues", Value::from(Vec::new())),
        ])?;
        writer.object(vec![
            ("N", big(n)),
            ("E", self.exponent.into()),
            ("D", big(d)),
            ("Primes", vec![big(p), big(q)].into()),
            ("Precomputed", precomputed),
        ])
    }

    /// Its JWK.
    pub(super) fn jwk(&self, writer: &mut Writer<'_, '_>) -> Result<Value, Failure> {
        let text = |number: &BigInt| encode(&number.to_bytes_be().1, Alphabet::Url, false).into();
        let [n, d, p, q] = &self.numbers;
        let [dp, dq, qi] = &self.crt;
        writer.object(vec![
            ("kty", "RSA".into()),
            ("n", text(n)),
            ("e", text(&self.exponent.into())),
            ("d", text(d)),
            ("p", text(p)),
            ("q", text(q)),
            ("dp", text(dp)),
            ("dq", text(dq)),
            ("qi", text(qi)),
        ])
    }
}
