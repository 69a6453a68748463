//! Signs with private keys on elliptic curves. No signature needs a random number: ECDSA follows RFC 6979.

use super::super::super::Failure;
use super::super::algorithm::Algorithm;
use super::{Key, hash};
use ed25519_dalek::{Signer, SigningKey};
use p256::ecdsa::signature::hazmat::PrehashSigner;

pub(in super::super) type EdwardsKey = SigningKey;

/// Signs a message. Returns the two numbers of the signature, each as long as those of the curve. As in OPA, any hash works with any
/// curve, and the secret is not compared with the public key.
pub(in super::super) fn sign(
    public: &Key,
    secret: &[u8],
    algorithm: Algorithm,
    message: &[u8],
) -> Result<Option<Vec<u8>>, Failure> {
    let Some(hash) = hash(algorithm, message) else {
        return Ok(None);
    };
    macro_rules! by {
        ($curve:ident) => {{
            let key = $curve::ecdsa::SigningKey::from_slice(secret).map_err(|_| wrong(secret))?;
            let signature: $curve::ecdsa::Signature = key
                .sign_prehash(&hash)
                .map_err(|_| Failure::unsure("an ECDSA signature failed"))?;
            signature.to_bytes().to_vec()
        }};
    }
    Ok(Some(match public {
        Key::P256(_) => by!(p256),
        Key::P384(_) => by!(p384),
        Key::P521(_) => by!(p521),
    }))
}

// Go's error for a wrong secret, which must be above zero and below the order of the curve.
fn wrong(secret: &[u8]) -> Failure {
    let why = if secret.iter().all(|byte| *byte == 0) {
        "ecdsa: private key scalar is zero or negative"
    } else {
        "input overflows the modulus"
    };
    format!("failed to sign payload using ecdsa: {why}").into()
}

/// Makes a key from its secret and its point, which must match.
pub(in super::super) fn edwards_key(point: &[u8], secret: &[u8]) -> Result<EdwardsKey, String> {
    let secret = secret
        .try_into()
        .map_err(|_| "ed25519: wrong private key size".to_owned())?;
    let key = SigningKey::from_bytes(secret);
    if key.verifying_key().as_bytes() != point {
        return Err("ed25519: invalid x value given d value".to_owned());
    }
    Ok(key)
}

/// Signs a message.
pub(in super::super) fn sign_edwards(key: &EdwardsKey, message: &[u8]) -> Vec<u8> {
    key.sign(message).to_bytes().to_vec()
}
