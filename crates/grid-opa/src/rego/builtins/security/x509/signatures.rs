//! The algorithms of signatures, and their check.

use super::der::{Der, INTEGER, SEQUENCE, constructed};
use super::keys::{Algorithm, Key, algorithm};
use super::{Failure, Wrong};
use crate::rego::builtins::security::jwt::certificate::{self, PublicKey};
use num_bigint::{BigInt, Sign};

/// An algorithm: its number in Go, and its name in tokens. Go does not verify those without a name: they are unknown or not safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Signature {
    pub(super) number: u8,
    name: Option<&'static str>,
}

const fn signature(number: u8, name: Option<&'static str>) -> Signature {
    Signature { number, name }
}

const UNKNOWN: Signature = signature(0, None);
const NULL: [u8; 2] = [5, 0];
const HASHES: [(&[u32], i64, Signature); 3] = [
    (
        &[2, 16, 840, 1, 101, 3, 4, 2, 1],
        32,
        signature(13, Some("PS256")),
    ),
    (
        &[2, 16, 840, 1, 101, 3, 4, 2, 2],
        48,
        signature(14, Some("PS384")),
    ),
    (
        &[2, 16, 840, 1, 101, 3, 4, 2, 3],
        64,
        signature(15, Some("PS512")),
    ),
];

/// The algorithm of an identifier.
pub(super) fn kind(of: &Algorithm<'_>) -> Result<Signature, Wrong> {
    Ok(match &*of.of {
        [1, 2, 840, 113_549, 1, 1, 4] => signature(2, None),
        [1, 2, 840, 113_549, 1, 1, 5] | [1, 3, 14, 3, 2, 29] => signature(3, None),
        [1, 2, 840, 113_549, 1, 1, 11] => signature(4, Some("RS256")),
        [1, 2, 840, 113_549, 1, 1, 12] => signature(5, Some("RS384")),
        [1, 2, 840, 113_549, 1, 1, 13] => signature(6, Some("RS512")),
        [1, 2, 840, 113_549, 1, 1, 10] => pss(of.parameters)?,
        [1, 2, 840, 10_040, 4, 3] => signature(7, None),
        [2, 16, 840, 1, 101, 3, 4, 3, 2] => signature(8, None),
        [1, 2, 840, 10_045, 4, 1] => signature(9, None),
        [1, 2, 840, 10_045, 4, 3, 2] => signature(10, Some("ES256")),
        [1, 2, 840, 10_045, 4, 3, 3] => signature(11, Some("ES384")),
        [1, 2, 840, 10_045, 4, 3, 4] => signature(12, Some("ES512")),
        [1, 3, 101, 112] if of.parameters.is_empty() => signature(16, Some("EdDSA")),
        _ => UNKNOWN,
    })
}

// The algorithm is in the parameters. Go reads them by another package with other rules for unusual ones.
fn pss(parameters: &[u8]) -> Result<Signature, Wrong> {
    let unsure = || Failure::unsure("this build cannot read the parameters of RSASSA-PSS");
    Ok(usual_pss(parameters).ok_or_else(unsure)?)
}

fn usual_pss(parameters: &[u8]) -> Option<Signature> {
    let mut parts = Der(parameters).read(SEQUENCE)?;
    let mut inner = |number| {
        let mut inner = parts.optional(constructed(number))??;
        inner.read(SEQUENCE).filter(|_| inner.is_empty())
    };
    let hash = algorithm(inner(0)?).ok()?;
    let generator = algorithm(inner(1)?).ok()?;
    let mut salt = parts.optional(constructed(2))??;
    let salt = salt.small(INTEGER)?;
    let trailer = match parts.optional(constructed(3))? {
        Some(mut trailer) => trailer.small(INTEGER)?,
        None => 1,
    };
    let mut of_generator = Der(generator.parameters);
    let inner = algorithm(of_generator.read(SEQUENCE)?).ok()?;
    let is_plain = |of: &Algorithm<'_>| of.parameters.is_empty() || of.parameters == NULL;
    let is_usual = is_plain(&hash)
        && is_plain(&inner)
        && generator.of == [1, 2, 840, 113_549, 1, 1, 8]
        && inner.of == hash.of
        && trailer == 1;
    let mut known = HASHES.into_iter();
    let known = known.find(|(of, length, _)| **of == *hash.of && *length == salt);
    Some(match known {
        Some((_, _, signature)) if is_usual => signature,
        _ => UNKNOWN,
    })
}

/// Whether a key verifies a signature.
pub(super) fn verifies(
    of: Signature,
    key: &Key,
    message: &[u8],
    signature: &[u8],
) -> Result<bool, Failure> {
    let Some(name) = of.name else {
        return Ok(false);
    };
    match (key, name.as_bytes()) {
        (Key::Rsa(modulus, exponent), [b'R' | b'P', ..]) => {
            let (_, modulus) = modulus.to_bytes_be();
            let exponent = exponent.to_be_bytes();
            let key = PublicKey::Rsa(&modulus, &exponent);
            certificate::verifies(name, &key, message, signature)
        }
        (Key::Ecdsa(curve, x, y), [b'E', b'S', ..]) => match numbers(signature, x.len()) {
            Some(signature) => {
                certificate::verifies(name, &PublicKey::Point(curve, x, y), message, &signature)
            }
            None => Ok(false),
        },
        (Key::Ed25519(bytes), [b'E', b'd', ..]) => {
            certificate::verifies(name, &PublicKey::Edwards(bytes), message, signature)
        }
        _ => Ok(false),
    }
}

// The two numbers of a signature of ECDSA, each in `size` bytes.
fn numbers(signature: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut outer = Der(signature);
    let mut parts = outer.read(SEQUENCE).filter(|_| outer.is_empty())?;
    let mut number = || sized(&parts.integer(INTEGER)?, size);
    let both = [number()?, number()?].concat();
    parts.is_empty().then_some(both)
}

fn sized(number: &BigInt, size: usize) -> Option<Vec<u8>> {
    let (sign, bytes) = number.to_bytes_be();
    if sign == Sign::Minus {
        return None;
    }
    let mut sized = vec![0; size.checked_sub(bytes.len())?];
    sized.extend(bytes);
    Some(sized)
}
