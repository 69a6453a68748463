//! Held to num-bigint and to the crate rsa.

use super::*;
use crate::rego::builtins::security::jwt::base64::decode_url;
use crate::rego::builtins::security::jwt::rsa::{Numbers, key};
use num_bigint::BigUint;
use rsa::Pkcs1v15Sign;
use sha2::{Digest, Sha256};

fn key_of(modulus: &[u8], exponent: &[u8]) -> Key {
    match key(modulus, exponent) {
        Ok(Numbers::Key(key)) => key,
        _ => unreachable!("not a key"),
    }
}

#[test]
fn powers_are_those_of_num_bigint() {
    let mut random = fastrand::Rng::with_seed(1);
    for bytes in [128, 129, 200, 256, 257, 384] {
        for exponent in [3_u32, 5, 17, 257, 65_537, 65_539, (1 << 31) - 1] {
            let mut modulus: Vec<u8> = (0..bytes).map(|_| random.u8(..)).collect();
            modulus[0] |= 1 << random.u8(..8);
            modulus[bytes - 1] |= 1;
            if bytes == 128 {
                modulus[0] |= 0x80;
            }
            let key = key_of(&modulus, &exponent.to_be_bytes());
            let modulus = BigUint::from_bytes_be(&modulus);
            for base in [
                random.u64(..).into(),
                BigUint::default(),
                &modulus - 1_u32,
                &modulus / 3_u32,
                &modulus - random.u64(1..),
            ] {
                let number =
                    BoxedUint::from_be_slice(&base.to_bytes_be(), key.n_bits_precision()).unwrap();
                let found = BigUint::from_bytes_be(&power(&key, number).to_be_bytes());
                assert_eq!(found, base.modpow(&exponent.into(), &modulus));
            }
        }
    }
}

#[test]
fn signatures_are_those_of_the_crate() {
    let data: serde_json::Value =
        serde_json::from_str(include_str!("../../../../tests/tokens.json")).unwrap();
    let bytes = |text: &serde_json::Value| decode_url(text.as_str().unwrap()).unwrap();
    let jwk = &data["keys"]["rsa"];
    let key = key_of(&bytes(&jwk["n"]), &bytes(&jwk["e"]));
    let (message, signature) = data["fixed"]["RS256"]
        .as_str()
        .unwrap()
        .rsplit_once('.')
        .unwrap();
    let signature = decode_url(signature).unwrap();
    let hash = Sha256::digest(message);
    let prefix = Pkcs1v15Sign::new::<Sha256>().prefix;
    let agreed = |hash: &[u8], signature: &[u8]| {
        let found = verifies(&key, &prefix, hash, signature);
        let scheme = Pkcs1v15Sign::new::<Sha256>();
        assert_eq!(found, key.verify(scheme, hash, signature).is_ok());
        found
    };
    assert!(agreed(&hash, &signature));
    for place in 0..signature.len() {
        for bit in [1, 0x80] {
            let mut other = signature.clone();
            other[place] ^= bit;
            assert!(!agreed(&hash, &other));
        }
    }
    let mut other = hash.to_vec();
    other[31] ^= 1;
    assert!(!agreed(&other, &signature));
    assert!(!agreed(&hash, &signature[1..]));
    assert!(!agreed(&hash, &[&[0], &*signature].concat()));
    assert!(!agreed(&hash, &[]));
    // The same number, but beyond the modulus.
    let modulus = BigUint::from_bytes_be(&bytes(&jwk["n"]));
    let beyond = modulus + BigUint::from_bytes_be(&signature);
    let beyond = beyond.to_bytes_be();
    assert!(!agreed(&hash, &beyond));
}
