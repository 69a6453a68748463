//! Keys: certificates, public keys and JWK sets.

use super::super::Failure;
use super::algorithm::{Algorithm, Kind};
use super::base64::decode_field;
use super::pem;
use super::token::{self, Parameters};
use crate::rego::value::Value;

/// A key, and what a JWK says of it.
pub(super) struct Key {
    /// The algorithm that it is for, as a name; empty is any.
    alg: String,
    kid: String,
    pub(super) material: Material,
}

/// What a key is made of.
pub(super) enum Material {
    Secret(Vec<u8>),
    #[cfg(feature = "jwt-rsa")]
    Rsa(super::rsa::Key),
    #[cfg(feature = "jwt-ec")]
    Curve(super::curve::Key),
    #[cfg(feature = "jwt-ec")]
    Edwards(super::curve::EdwardsKey),
    /// A key that OPA verifies with and this build does not.
    Unsupported(Kind, &'static str),
    /// A key that verifies nothing.
    Useless,
}

/// The numbers that a key of a curve consists of.
pub(super) struct Point<'p> {
    pub(super) curve: &'p str,
    pub(super) x: Vec<u8>,
    pub(super) y: Vec<u8>,
}

/// Signature and encryption algorithms that a JWK may name without being one that OPA verifies with: such a key is passed over.
#[rustfmt::skip]
const OTHER_ALGORITHMS: [&str; 31] = [
    "A128CBC-HS256", "A128GCM", "A128GCMKW", "A128KW", "A192CBC-HS384", "A192GCM", "A192GCMKW", "A192KW", "A256CBC-HS512",
    "A256GCM", "A256GCMKW", "A256KW", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW", "ES256K", "Ed25519",
    "Ed448", "PBES2-HS256+A128KW", "PBES2-HS384+A192KW", "PBES2-HS512+A256KW", "RSA-OAEP", "RSA-OAEP-256", "RSA-OAEP-384",
    "RSA-OAEP-512", "RSA1_5", "dir", "none", "C20P", "XC20P",
];

/// Whether one of the keys that a header may mean verifies: the one of its `kid`, else all that are for its algorithm.
pub(super) fn any(
    keys: &[Key],
    header: &Parameters,
    verifies: impl Fn(&Material) -> Result<bool, Failure>,
) -> Result<bool, Failure> {
    if !header.kid.is_empty()
        && let Some(key) = keys.iter().find(|key| key.kid == header.kid)
    {
        return verifies(&key.material);
    }
    let mut refusal = None;
    for key in keys
        .iter()
        .filter(|key| key.alg.is_empty() || key.alg == header.alg)
    {
        match verifies(&key.material) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(error) => refusal = Some(error),
        }
    }
    refusal.map_or(Ok(false), Err)
}

/// Reads a certificate or a public key in PEM, or else a JWK or a set of them.
pub(super) fn read(text: &str) -> Result<Vec<Key>, Failure> {
    if let Some(block) = pem::find(text)? {
        return Ok(vec![Key {
            alg: String::new(),
            kid: String::new(),
            material: block.key()?,
        }]);
    }
    let keys = read_jwk(text)?.into_iter();
    Ok(keys
        .filter(|key| key.alg.is_empty() || Algorithm::named(&key.alg).is_some())
        .collect())
}

/// Reads a JWK or a set of them.
pub(super) fn read_jwk(text: &str) -> Result<Vec<Key>, Failure> {
    let object = token::object(text)
        .map_err(|failure| token::within(failure, "failed to parse a JWK key (set)"))?;
    match token::field(&object, "keys") {
        None => Ok(vec![key(&object)?]),
        Some(Value::Array(keys)) => keys.iter().map(key).collect(),
        Some(_) => Err("the keys of a JWK set must be an array".into()),
    }
}

fn key(jwk: &Value) -> Result<Key, Failure> {
    let optional = |name: &str| match token::field(jwk, name) {
        None => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.to_string()),
        Some(_) => Err(format!("the field {name} of a JWK must be a string")),
    };
    let (alg, kid) = (optional("alg")?, optional("kid")?);
    let known = alg.is_empty()
        || Algorithm::named(&alg).is_some()
        || OTHER_ALGORITHMS.contains(&alg.as_str());
    if !known {
        return Err(format!("a JWK is for the unknown algorithm {alg}").into());
    }
    Ok(Key {
        alg,
        kid,
        material: material(jwk)?,
    })
}

fn material(jwk: &Value) -> Result<Material, Failure> {
    let text = |name: &str| match token::field(jwk, name) {
        Some(Value::String(text)) => Ok(&**text),
        _ => Err(format!("the field {name} of a JWK must be a string")),
    };
    let bytes = |name: &str| {
        let bytes = decode_field(text(name)?)
            .map_err(|failure| token::within(failure, &format!("field {name}")))?;
        if bytes.is_empty() {
            return Err(Failure::from(format!("the field {name} of a JWK is empty")));
        }
        Ok(bytes)
    };
    let kty = text("kty")?;
    if kty == "oct" {
        return Ok(Material::Secret(bytes("k")?));
    }
    if !matches!(token::field(jwk, "d"), None | Some(Value::Null)) {
        return Err(Failure::unsure(
            "a JWK is a private key, and this build verifies with public ones only; leave out its field d".to_owned(),
        ));
    }
    match kty {
        "RSA" => Ok(rsa(&bytes("n")?, &bytes("e")?)?),
        "EC" => {
            let (curve, x, y) = (text("crv")?, bytes("x")?, bytes("y")?);
            Ok(point(&Point { curve, x, y })?)
        }
        "OKP" => match text("crv")? {
            "Ed25519" => Ok(edwards(&bytes("x")?)?),
            "X25519" => Ok(Material::Useless),
            other => Err(format!("a JWK is on the curve {other}, which OPA does not know").into()),
        },
        other => Err(format!("a JWK has the unknown type {other}").into()),
    }
}

/// An RSA key of its modulus and exponent.
pub(super) fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<Material, String> {
    #[cfg(feature = "jwt-rsa")]
    return super::rsa::key(modulus, exponent);
    #[cfg(not(feature = "jwt-rsa"))]
    {
        let odd = exponent.last().is_some_and(|byte| byte & 1 == 1);
        if !odd || modulus.iter().all(|byte| *byte == 0) {
            return Err("a key is no RSA key".to_owned());
        }
        let what = "RSA keys: it is without the feature jwt-rsa";
        Ok(Material::Unsupported(Kind::Rsa, what))
    }
}

/// A key on one of the curves P-256, P-384 and P-521.
pub(super) fn point(point: &Point<'_>) -> Result<Material, String> {
    let size = match point.curve {
        "P-256" => 32,
        "P-384" => 48,
        "P-521" => 66,
        other => return Err(format!("a key is on the unknown curve {other}")),
    };
    let coordinate = |bytes: &[u8]| {
        fitted(bytes, size)
            .ok_or_else(|| format!("a coordinate of a key is too long for {}", point.curve))
    };
    let (x, y) = (coordinate(&point.x)?, coordinate(&point.y)?);
    #[cfg(feature = "jwt-ec")]
    return super::curve::key(point.curve, &x, &y);
    #[cfg(not(feature = "jwt-ec"))]
    {
        drop((x, y));
        let what = "keys on elliptic curves: it is without the feature jwt-ec";
        Ok(Material::Unsupported(Kind::Curve, what))
    }
}

/// A number in as many bytes, from the highest on.
pub(super) fn fitted(bytes: &[u8], size: usize) -> Option<Vec<u8>> {
    let leading = bytes.iter().take_while(|byte| **byte == 0).count();
    let digits = bytes.get(leading..)?;
    let mut fitted = vec![0; size.checked_sub(digits.len())?];
    fitted.extend_from_slice(digits);
    Some(fitted)
}

/// A key for EdDSA.
pub(super) fn edwards(bytes: &[u8]) -> Result<Material, String> {
    let Ok(bytes) = <[u8; 32]>::try_from(bytes) else {
        return Err("an Ed25519 key has not 32 bytes".to_owned());
    };
    #[cfg(feature = "jwt-ec")]
    return Ok(super::curve::edwards_key(&bytes));
    #[cfg(not(feature = "jwt-ec"))]
    {
        let _ = bytes;
        let what = "Ed25519 keys: it is without the feature jwt-ec";
        Ok(Material::Unsupported(Kind::Edwards, what))
    }
}
