//! Keys: certificates, public keys and JWK sets, and what they are made of.

use super::super::Failure;
use super::algorithm::{Algorithm, Kind};
#[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
use super::private::Private;
use super::token::{self, Parameters};
use super::{jwk, pem};

/// A key, and what a JWK says of it.
pub(super) struct Key {
    /// The algorithm that it is for, as a name; empty is any.
    alg: String,
    kid: String,
    material: Material,
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
    #[cfg(any(feature = "jwt-rsa", feature = "jwt-ec"))]
    Private(Box<Private>),
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
    let keys = jwk::read(text)
        .map_err(|failure| token::within(failure, "failed to parse a JWK key (set)"))?;
    let keys = keys.into_iter().map(|key| {
        Ok::<_, Failure>(Key {
            alg: key.alg,
            kid: key.kid,
            material: key.material?,
        })
    });
    let keys: Vec<Key> = keys.collect::<Result<_, _>>()?;
    Ok(keys
        .into_iter()
        .filter(|key| key.alg.is_empty() || Algorithm::named(&key.alg).is_some())
        .collect())
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
    for (name, bytes) in [("x", &point.x), ("y", &point.y)] {
        if bytes.len() != size {
            let length = bytes.len();
            return Err(format!(
                "invalid {name:?} length ({length}) for curve {:?}",
                point.curve
            ));
        }
    }
    #[cfg(feature = "jwt-ec")]
    return super::curve::key(point);
    #[cfg(not(feature = "jwt-ec"))]
    {
        let what = "keys on elliptic curves: it is without the feature jwt-ec";
        Ok(Material::Unsupported(Kind::Curve, what))
    }
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
