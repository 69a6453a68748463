//! Signatures of certificates, with the keys and algorithms of tokens.

use super::super::Failure;
use super::algorithm::{Algorithm, Form};
use super::material::{self, Material, Point};

/// The numbers of a public key, big-endian.
pub(in super::super) enum PublicKey<'k> {
    /// The modulus and the exponent.
    Rsa(&'k [u8], &'k [u8]),
    /// The name of the curve and the coordinates.
    Point(&'k str, &'k [u8], &'k [u8]),
    Edwards(&'k [u8]),
}

/// Fails unless the coordinates are those of a point on a curve.
pub(in super::super) fn is_point(curve: &str, x: &[u8], y: &[u8]) -> Result<(), String> {
    let (x, y) = (x.to_vec(), y.to_vec());
    material::point(&Point { curve, x, y }).map(drop)
}

/// Whether a key verifies the signature of a message by an algorithm with the name that it has in tokens. The two numbers of ES* have the
/// length of the curve.
pub(in super::super) fn verifies(
    algorithm: &str,
    key: &PublicKey<'_>,
    message: &[u8],
    signature: &[u8],
) -> Result<bool, Failure> {
    let Some(algorithm) = Algorithm::named(algorithm) else {
        return Ok(false);
    };
    let material = match key {
        PublicKey::Rsa(modulus, exponent) => material::rsa(modulus, exponent),
        PublicKey::Point(curve, x, y) => {
            let (x, y) = (x.to_vec(), y.to_vec());
            material::point(&Point { curve, x, y })
        }
        PublicKey::Edwards(bytes) => material::edwards(bytes),
    };
    // Go reads such a key in a certificate, but does not verify with it.
    let material = material.unwrap_or(Material::Useless);
    algorithm.verifies(&material, message, signature, Form::Exact)
}

/// Checks the numbers of a private RSA key as Go does when it reads one: n, e, d, p and q, and dP, dQ and qInv. A size that this build does
/// not support ends the evaluation.
pub(in super::super) fn check_private(
    numbers: [Vec<u8>; 5],
    crt: [Vec<u8>; 3],
) -> Result<(), Failure> {
    let crt = Some(crt);
    super::rsa::sign::check(&super::rsa::sign::Parts { numbers, crt })
}
