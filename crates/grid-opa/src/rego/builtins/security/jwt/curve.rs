//! Signatures with keys on elliptic curves: ECDSA and EdDSA.

pub(super) mod sign;

use super::super::Failure;
use super::algorithm::{Algorithm, Form};
use ed25519_dalek::{Signature, Verifier, VerifyingKey};
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use sha2::digest::Digest;
use sha2::{Sha256, Sha384, Sha512};

pub(super) type EdwardsKey = VerifyingKey;

/// A key for ECDSA.
pub(super) enum Key {
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
    P521(p521::ecdsa::VerifyingKey),
}

/// Makes a key from its curve and its coordinates, which have the length of the curve. A key must be on its curve.
pub(super) fn key(curve: &str, x: &[u8], y: &[u8]) -> Result<Key, String> {
    // 4 means that both coordinates follow.
    let point = [&[4], x, y].concat();
    let key = match curve {
        "P-256" => p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).map(Key::P256),
        "P-384" => p384::ecdsa::VerifyingKey::from_sec1_bytes(&point).map(Key::P384),
        "P-521" => p521::ecdsa::VerifyingKey::from_sec1_bytes(&point).map(Key::P521),
        other => return Err(format!("a key has the unknown curve {other}")),
    };
    key.map_err(|_| format!("a key is not a point on {curve}"))
}

/// Makes a key for EdDSA. `None` if it is not a point: Go reads such a key, but never verifies with it.
pub(super) fn edwards_key(bytes: &[u8; 32]) -> Option<EdwardsKey> {
    VerifyingKey::from_bytes(bytes).ok()
}

/// Whether the signature matches the message. The algorithm selects only the hash: as in OPA, it works with any curve.
pub(super) fn verifies(
    key: &Key,
    algorithm: Algorithm,
    form: Form,
    message: &[u8],
    signature: &[u8],
) -> Result<bool, Failure> {
    let Some(hash) = hash(algorithm, message) else {
        return Ok(false);
    };
    Ok(match key {
        Key::P256(key) => sized(signature, 32, form)
            .and_then(|bytes| p256::ecdsa::Signature::from_slice(&bytes).ok())
            .is_some_and(|signature| key.verify_prehash(&padded(hash, 32), &signature).is_ok()),
        Key::P384(key) => sized(signature, 48, form)
            .and_then(|bytes| p384::ecdsa::Signature::from_slice(&bytes).ok())
            .is_some_and(|signature| key.verify_prehash(&padded(hash, 48), &signature).is_ok()),
        Key::P521(key) => sized(signature, 66, form)
            .and_then(|bytes| p521::ecdsa::Signature::from_slice(&bytes).ok())
            .is_some_and(|signature| key.verify_prehash(&padded(hash, 66), &signature).is_ok()),
    })
}

/// Whether the signature matches the message.
pub(super) fn verifies_edwards(key: &EdwardsKey, message: &[u8], signature: &[u8]) -> bool {
    Signature::from_slice(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok())
}

// The hash of a message. `None` if the algorithm is not for these keys.
fn hash(algorithm: Algorithm, message: &[u8]) -> Option<Vec<u8>> {
    match algorithm {
        Algorithm::Es256 => Some(Sha256::digest(message).to_vec()),
        Algorithm::Es384 => Some(Sha384::digest(message).to_vec()),
        Algorithm::Es512 => Some(Sha512::digest(message).to_vec()),
        _ => None,
    }
}

// The two numbers of a signature in `size` bytes each.
fn sized(signature: &[u8], size: usize, form: Form) -> Option<Vec<u8>> {
    if signature.len() == 2 * size {
        return Some(signature.to_vec());
    }
    if form == Form::Exact {
        return None;
    }
    let (first, second) = signature.split_at(signature.len() / 2);
    Some([fitted(first, size)?, fitted(second, size)?].concat())
}

// Pads a hash with leading zeros to the length of the numbers of the curve.
fn padded(hash: Vec<u8>, size: usize) -> Vec<u8> {
    let mut bytes = vec![0; size.saturating_sub(hash.len())];
    bytes.extend(hash);
    bytes
}

// A big-endian number in `size` bytes.
fn fitted(bytes: &[u8], size: usize) -> Option<Vec<u8>> {
    let leading = bytes.iter().take_while(|byte| **byte == 0).count();
    let digits = bytes.get(leading..)?;
    let mut fitted = vec![0; size.checked_sub(digits.len())?];
    fitted.extend_from_slice(digits);
    Some(fitted)
}
