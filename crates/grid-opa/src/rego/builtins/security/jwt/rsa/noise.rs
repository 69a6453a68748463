//! The random bytes of a signature, for salts and for the blinding of the private key.
//!
//! They need not be secret from the owner of the key. So they come from the key and the message, as in RFC 6979. Random bits of the
//! system make them different each time. Without the key they cannot be distinguished from random bytes, even if the bits of the system
//! are known.

use super::super::super::Failure;
use super::super::super::random;
use hmac::{Hmac, KeyInit, Mac};
use rsa::rand_core::{TryCryptoRng, TryRng};
use sha2::Sha256;
use std::convert::Infallible;

/// The bytes in blocks. Each block is the code of its number with a key that is made for one signature.
pub(super) struct Noise {
    keyed: Hmac<Sha256>,
    block: u64,
}

impl Noise {
    pub(super) fn new(secret: &[u8], message: &[u8]) -> Result<Self, Failure> {
        let mut seed = keyed(secret)?;
        for _ in 0..4 {
            seed.update(&random::bits().to_le_bytes());
        }
        seed.update(message);
        Ok(Self {
            keyed: keyed(&seed.finalize().into_bytes())?,
            block: 0,
        })
    }
}

fn keyed(key: &[u8]) -> Result<Hmac<Sha256>, Failure> {
    Hmac::<Sha256>::new_from_slice(key).map_err(|_| Failure::unsure("HMAC cannot use this key"))
}

impl TryRng for Noise {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for part in bytes.chunks_mut(32) {
            let mut code = self.keyed.clone();
            code.update(&self.block.to_le_bytes());
            self.block = self.block.wrapping_add(1);
            for (to, from) in part.iter_mut().zip(code.finalize().into_bytes()) {
                *to = from;
            }
        }
        Ok(())
    }
}

impl TryCryptoRng for Noise {}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(noise: &mut Noise, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        let Ok(()) = noise.try_fill_bytes(&mut bytes);
        bytes
    }

    #[test]
    fn bytes_never_repeat() {
        let mut one = Noise::new(b"secret", b"message").unwrap();
        let mut other = Noise::new(b"secret", b"message").unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for noise in [&mut one, &mut other] {
            // Incomplete blocks are discarded, and a long result has several blocks.
            for length in [16, 16, 64] {
                for part in bytes(noise, length).chunks(16) {
                    assert!(seen.insert(part.to_vec()));
                }
            }
        }
        assert_eq!(seen.len(), 12);
    }
}
