//! Signs with private RSA keys, after the checks that Go does. The crate blinds each operation.

use super::super::super::Failure;
use super::super::algorithm::Algorithm;
use super::noise::Noise;
use super::{BITS, MAX_EXPONENT, number};
use rsa::traits::{PrivateKeyParts, PublicKeyParts, SignatureScheme};
use rsa::{BoxedUint, Error, Pkcs1v15Sign, PrivateKey, Pss};
use sha2::digest::Digest;
use sha2::{Sha256, Sha384, Sha512};

/// The largest key that signs here. A signature with a larger key takes a second or more, and the deadline cannot stop it.
const MAX_BITS: u32 = 8192;

/// The numbers of a private key.
pub(in super::super) struct Parts {
    /// n, e, d, p and q.
    pub(in super::super) numbers: [Vec<u8>; 5],
    /// dP, dQ and qInv.
    pub(in super::super) crt: Option<[Vec<u8>; 3]>,
}

/// Signs a message. `None` if the algorithm needs another type of key.
pub(in super::super) fn sign(
    parts: &Parts,
    algorithm: Algorithm,
    message: &[u8],
) -> Result<Option<Vec<u8>>, Failure> {
    macro_rules! by {
        (pkcs1v15, $hash:ty) => {
            signed(
                parts,
                message,
                Pkcs1v15Sign::new::<$hash>(),
                &<$hash>::digest(message),
                0,
            )
        };
        // With a salt as long as the hash.
        (pss, $hash:ty) => {
            signed(
                parts,
                message,
                Pss::<$hash>::new(),
                &<$hash>::digest(message),
                2 * <$hash>::output_size() + 2,
            )
        };
    }
    Ok(Some(match algorithm {
        Algorithm::Rs256 => by!(pkcs1v15, Sha256)?,
        Algorithm::Rs384 => by!(pkcs1v15, Sha384)?,
        Algorithm::Rs512 => by!(pkcs1v15, Sha512)?,
        Algorithm::Ps256 => by!(pss, Sha256)?,
        Algorithm::Ps384 => by!(pss, Sha384)?,
        Algorithm::Ps512 => by!(pss, Sha512)?,
        _ => return Ok(None),
    }))
}

fn signed(
    parts: &Parts,
    message: &[u8],
    scheme: impl SignatureScheme,
    hash: &[u8],
    least: usize,
) -> Result<Vec<u8>, Failure> {
    let key = key(parts)?;
    // The signed number is one bit shorter than the modulus.
    let bits = key.n().bit_width_vartime().saturating_sub(1);
    if (bits.div_ceil(8) as usize) < least {
        return Err("crypto/rsa: message too long for RSA key size".into());
    }
    let [_, _, d, ..] = &parts.numbers;
    key.sign_with_rng(&mut Noise::new(d, message)?, scheme, hash)
        .map_err(|error| Failure::unsure(format!("an RSA signature failed: {error}")))
}

/// Checks the numbers of a key. Go also reads keys that it does not sign with because they are short.
#[cfg(feature = "x509")]
pub(in super::super) fn check(parts: &Parts) -> Result<(), Failure> {
    let [n, ..] = &parts.numbers;
    if number(n).bit_width_vartime() < BITS.0 {
        let text = format!(
            "this build cannot check RSA keys of less than {} bits",
            BITS.0
        );
        return Err(Failure::unsure(text));
    }
    key(parts).map(drop)
}

// Makes the key, if Go would sign with it.
fn key(parts: &Parts) -> Result<PrivateKey, Failure> {
    let [n, e, d, p, q] = &parts.numbers;
    let (n, e) = (number(n), number(e));
    let bits = n.bit_width_vartime();
    if bits < BITS.0 {
        let page = "https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size";
        return Err(format!("crypto/rsa: {bits}-bit keys are insecure (see {page})").into());
    }
    if bits > MAX_BITS {
        return Err(Failure::unsure(format!(
            "this build cannot sign with RSA keys of more than {MAX_BITS} bits"
        )));
    }
    let (d, p, q) = (secret(d)?, secret(p)?, secret(q)?);
    if p.bit_width() < 2 || q.bit_width() < 2 {
        return Err("modulus must be > 1".into());
    }
    if e > BoxedUint::from(MAX_EXPONENT) {
        return Err("crypto/rsa: public exponent too large".into());
    }
    // Primes of different lengths take longer. This reveals nothing new: the texts in the JWK show the lengths.
    let half = bits.div_ceil(2);
    let primes = vec![p.clone(), q.clone()];
    let key = if p.bit_width() > half || q.bit_width() > half {
        PrivateKey::from_components_with_wide_primes(n, e, d.clone(), primes)
    } else {
        PrivateKey::from_components(n, e, d.clone(), primes)
    };
    let key = key.map_err(|error| match error {
        Error::InvalidModulus => Failure::from("crypto/rsa: p * q != n"),
        Error::InvalidExponent => "crypto/rsa: invalid CRT exponent".into(),
        Error::InvalidPrime => "crypto/rsa: invalid prime".into(),
        Error::PublicExponentTooSmall => "crypto/rsa: public exponent too small or negative".into(),
        other => Failure::unsure(format!("this build cannot use an RSA key: {other}")),
    })?;
    check_crt(&key, parts.crt.as_ref())?;
    // Prevents attacks on primes that are too close to each other, and on exponents that are too small.
    let (larger, smaller) = if p > q { (p, q) } else { (q, p) };
    if larger.wrapping_sub(&smaller).bit_width() <= (bits / 2).saturating_sub(100) {
        return Err("crypto/rsa: |p - q| too small".into());
    }
    if d.bit_width() <= bits / 2 {
        return Err("crypto/rsa: d too small".into());
    }
    Ok(key)
}

// The three numbers of the JWK must equal the computed ones.
fn check_crt(key: &PrivateKey, crt: Option<&[Vec<u8>; 3]>) -> Result<(), Failure> {
    let Some([dp, dq, qi]) = crt else {
        return Ok(());
    };
    let is = |given: &[u8], own: Option<&BoxedUint>| Ok::<_, Failure>(own == Some(&secret(given)?));
    if !is(dp, key.dp())? || !is(dq, key.dq())? {
        return Err("crypto/rsa: invalid CRT exponent".into());
    }
    if !is(qi, key.qinv().map(|qinv| qinv.retrieve()).as_ref())? {
        return Err("crypto/rsa: invalid CRT coefficient".into());
    }
    Ok(())
}

// A number of which only the length is public.
fn secret(bytes: &[u8]) -> Result<BoxedUint, Failure> {
    let bits = u32::try_from(bytes.len())
        .ok()
        .and_then(|length| length.checked_mul(8));
    bits.and_then(|bits| BoxedUint::from_be_slice(bytes, bits).ok())
        .ok_or_else(|| "input overflows the modulus size".into())
}
