//! RSA signatures.

mod noise;
mod power;
pub(super) mod sign;

use super::super::Failure;
use super::algorithm::{Algorithm, Form};
use rsa::signature::Verifier;
use rsa::{BoxedUint, Pkcs1v15Sign, PublicKey, pss};
use sha2::{Digest, Sha256, Sha384, Sha512};

pub(super) type Key = PublicKey;

/// The minimum and maximum size of a key. Go does not verify with smaller keys, and a verification with larger ones takes too long.
const BITS: (u32, u32) = (1024, 16384);
/// The largest exponent that Go verifies with.
const MAX_EXPONENT: u32 = (1 << 31) - 1;

/// The result of reading a modulus and an exponent.
pub(super) enum Numbers {
    Key(Key),
    /// A key that Go reads and never verifies with.
    Useless,
    /// A key with more bits than this build supports.
    TooLong,
}

/// Reads a modulus and an exponent.
pub(super) fn key(modulus: &[u8], exponent: &[u8]) -> Result<Numbers, String> {
    let is_odd = exponent.last().is_some_and(|byte| byte & 1 == 1);
    let (modulus, exponent) = (number(modulus), number(exponent));
    let bits = modulus.bit_width_vartime();
    if bits == 0 || !is_odd || exponent.bit_width_vartime() > 63 {
        return Err("a key is not a valid RSA key".to_owned());
    }
    if bits > BITS.1 {
        return Ok(Numbers::TooLong);
    }
    if bits < BITS.0 || exponent > BoxedUint::from(MAX_EXPONENT) {
        return Ok(Numbers::Useless);
    }
    let sizes = BITS.0 as usize..=BITS.1 as usize;
    Ok(PublicKey::new_with_size_limits(modulus, exponent, sizes)
        .map_or(Numbers::Useless, Numbers::Key))
}

fn number(bytes: &[u8]) -> BoxedUint {
    BoxedUint::from_be_slice_vartime(bytes)
}

/// Whether the signature matches the message.
pub(super) fn verifies(
    key: &Key,
    algorithm: Algorithm,
    form: Form,
    message: &[u8],
    signature: &[u8],
) -> Result<bool, Failure> {
    macro_rules! by {
        (pkcs1v15, $hash:ty) => {{
            let prefix = Pkcs1v15Sign::new::<$hash>().prefix;
            power::verifies(key, &prefix, &<$hash>::digest(message), signature)
        }};
        (pss, $hash:ty) => {{
            let key = match form {
                Form::Exact => pss::VerifyingKey::<$hash>::new(key.clone()),
                Form::Any => pss::VerifyingKey::<$hash>::new_with_auto_salt_len(key.clone()),
            };
            pss::Signature::from_bytes_with_max_len(signature, usize::MAX)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok())
        }};
    }
    Ok(match algorithm {
        Algorithm::Rs256 => by!(pkcs1v15, Sha256),
        Algorithm::Rs384 => by!(pkcs1v15, Sha384),
        Algorithm::Rs512 => by!(pkcs1v15, Sha512),
        Algorithm::Ps256 => by!(pss, Sha256),
        Algorithm::Ps384 => by!(pss, Sha384),
        Algorithm::Ps512 => by!(pss, Sha512),
        _ => false,
    })
}
