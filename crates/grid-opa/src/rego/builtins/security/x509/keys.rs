//! Public keys.

use super::der::{Der, INTEGER, Oid, SEQUENCE};
use super::{Failure, Wrong};
use crate::rego::builtins::security::jwt::certificate;
use num_bigint::{BigInt, Sign};

/// The algorithms of keys, by their numbers in Go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Unknown = 0,
    Rsa = 1,
    Dsa = 2,
    Ecdsa = 3,
    Ed25519 = 4,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Key {
    /// A key of an algorithm that Go does not know.
    Unknown,
    /// The modulus and the exponent.
    Rsa(BigInt, i64),
    /// P, Q, G and Y.
    Dsa([BigInt; 4]),
    /// The name of the curve, and the coordinates.
    Ecdsa(&'static str, Vec<u8>, Vec<u8>),
    Ed25519(Vec<u8>),
}

impl Key {
    pub(super) const fn kind(&self) -> Kind {
        match self {
            Self::Unknown => Kind::Unknown,
            Self::Rsa(..) => Kind::Rsa,
            Self::Dsa(_) => Kind::Dsa,
            Self::Ecdsa(..) => Kind::Ecdsa,
            Self::Ed25519(_) => Kind::Ed25519,
        }
    }
}

/// An algorithm and its parameters, all bytes of their element.
pub(super) struct Algorithm<'d> {
    pub(super) of: Oid,
    pub(super) parameters: &'d [u8],
}

pub(super) fn algorithm(mut der: Der<'_>) -> Result<Algorithm<'_>, Wrong> {
    let of = der.oid().ok_or("x509: malformed OID")?;
    let parameters = match der.is_empty() {
        true => &[],
        false => der.any().ok_or("x509: malformed parameters")?.whole,
    };
    Ok(Algorithm { of, parameters })
}

const NULL: [u8; 2] = [5, 0];

/// The key of the contents of a SubjectPublicKeyInfo.
pub(super) fn key(mut der: Der<'_>) -> Result<Key, Wrong> {
    let malformed = "x509: malformed public key algorithm identifier";
    let algorithm = algorithm(der.read(SEQUENCE).ok_or(malformed)?)?;
    let bits = der.bits().ok_or("x509: malformed subjectPublicKey")?;
    let bytes = whole(bits)?;
    match &*algorithm.of {
        [1, 2, 840, 113_549, 1, 1, 1] => rsa(&algorithm, bytes),
        [1, 2, 840, 10_040, 4, 1] => dsa(&algorithm, bytes),
        [1, 2, 840, 10_045, 2, 1] => curve(&algorithm, bytes),
        [1, 3, 101, 112] if !algorithm.parameters.is_empty() => {
            Err("x509: Ed25519 key encoded with illegal parameters".into())
        }
        [1, 3, 101, 112] if bytes.len() != 32 => Err("x509: wrong Ed25519 public key size".into()),
        [1, 3, 101, 112] => Ok(Key::Ed25519(bytes.to_vec())),
        _ => Ok(Key::Unknown),
    }
}

/// The bytes of a bit string without unused bits.
pub(super) fn whole((bytes, unused): (&[u8], u8)) -> Result<&[u8], Wrong> {
    match unused {
        0 => Ok(bytes),
        _ => Err(Failure::unsure("this build cannot read a bit string with unused bits").into()),
    }
}

fn rsa(algorithm: &Algorithm<'_>, bytes: &[u8]) -> Result<Key, Wrong> {
    if algorithm.parameters != NULL {
        return Err("x509: RSA key missing NULL parameters".into());
    }
    let numbers = Der(bytes).read(SEQUENCE);
    let mut numbers = numbers.ok_or("x509: invalid RSA public key")?;
    let modulus = numbers
        .integer(INTEGER)
        .ok_or("x509: invalid RSA modulus")?;
    let exponent = numbers
        .small(INTEGER)
        .ok_or("x509: invalid RSA public exponent")?;
    if modulus.sign() != Sign::Plus {
        return Err("x509: RSA modulus is not a positive number".into());
    }
    if exponent <= 0 {
        return Err("x509: RSA public exponent is not a positive number".into());
    }
    Ok(Key::Rsa(modulus, exponent))
}

fn dsa(algorithm: &Algorithm<'_>, bytes: &[u8]) -> Result<Key, Wrong> {
    let y = Der(bytes)
        .integer(INTEGER)
        .ok_or("x509: invalid DSA public key")?;
    let wrong = "x509: invalid DSA parameters";
    let mut numbers = Der(algorithm.parameters).read(SEQUENCE).ok_or(wrong)?;
    let mut number = || numbers.integer(INTEGER).ok_or(wrong);
    let numbers = [number()?, number()?, number()?, y];
    if numbers.iter().any(|number| number.sign() != Sign::Plus) {
        return Err("x509: zero or negative DSA parameter".into());
    }
    Ok(Key::Dsa(numbers))
}

/// The name of a curve, and the number of bytes of a coordinate.
pub(super) fn curve_of(oid: &[u32]) -> Result<(&'static str, usize), Wrong> {
    match oid {
        [1, 2, 840, 10_045, 3, 1, 7] => Ok(("P-256", 32)),
        [1, 3, 132, 0, 34] => Ok(("P-384", 48)),
        [1, 3, 132, 0, 35] => Ok(("P-521", 66)),
        [1, 3, 132, 0, 33] => {
            Err(Failure::unsure("this build cannot read keys on the curve P-224").into())
        }
        _ => Err("x509: unsupported elliptic curve".into()),
    }
}

fn curve(algorithm: &Algorithm<'_>, bytes: &[u8]) -> Result<Key, Wrong> {
    let oid = Der(algorithm.parameters).oid();
    let (curve, size) = curve_of(&oid.ok_or("x509: invalid ECDSA parameters")?)?;
    let point = match bytes.split_first() {
        Some((4, point)) if point.len() == 2 * size => point,
        _ => return Err("crypto/ecdsa: invalid uncompressed public key".into()),
    };
    let (x, y) = point.split_at(size);
    certificate::is_point(curve, x, y)
        .map_err(|_| format!("{} point not on curve", curve.replace('-', "")))?;
    Ok(Key::Ecdsa(curve, x.to_vec(), y.to_vec()))
}
