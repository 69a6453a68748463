//! Verifies signatures of PKCS #1 v1.5. Signature, key and message are public, so a plain power replaces the crate's one of constant time,
//! which takes twice as many multiplications for the usual exponent, 65537.

use super::Key;
use crypto_bigint::modular::BoxedMontyForm;
use rsa::BoxedUint;
use rsa::traits::PublicKeyParts;

/// Whether a signature is that of a hash: RFC 8017, 8.2.2. `prefix` is the encoding of the algorithm of the hash.
pub(super) fn verifies(key: &Key, prefix: &[u8], hash: &[u8], signature: &[u8]) -> bool {
    let (size, precision) = (key.size(), key.n_bits_precision());
    if signature.len() != size {
        return false;
    }
    let number = |bytes: &[u8]| BoxedUint::from_be_slice(bytes, precision).ok();
    let (Some(signature), Some(encoded)) = (
        number(signature),
        encoded(size, prefix, hash).and_then(|encoded| number(&encoded)),
    ) else {
        return false;
    };
    signature < **key.n() && power(key, signature) == encoded
}

// The encoded message, as long as the modulus: `00 01 FF … FF 00`, the prefix and the hash. `None` if the modulus is too short.
fn encoded(size: usize, prefix: &[u8], hash: &[u8]) -> Option<Vec<u8>> {
    let filled = size.checked_sub(prefix.len() + hash.len() + 3)?;
    if filled < 8 {
        return None;
    }
    let mut encoded = vec![0, 1];
    encoded.resize(2 + filled, 0xff);
    encoded.push(0);
    encoded.extend_from_slice(prefix);
    encoded.extend_from_slice(hash);
    Some(encoded)
}

fn power(key: &Key, signature: BoxedUint) -> BoxedUint {
    let base = BoxedMontyForm::new(signature, key.n_params());
    let mut power = base.clone();
    let exponent = key.e();
    for bit in (0..exponent.bit_width_vartime().saturating_sub(1)).rev() {
        power = power.square();
        if exponent.bit_vartime(bit) {
            power = power.mul(&base);
        }
    }
    power.retrieve()
}

#[cfg(test)]
mod tests;
