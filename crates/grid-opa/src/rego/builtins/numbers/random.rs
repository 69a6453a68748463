//! Random numbers: the standard library keys each hasher differently, with random bits of the system.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

/// 64 random bits.
pub(in crate::rego::builtins) fn bits() -> u64 {
    RandomState::new().hash_one(0_u8)
}

/// A number from 0 up to, but not including, `most`. All numbers have the same probability.
pub(in crate::rego::builtins) fn below(most: u64) -> u64 {
    // Numbers of the last, incomplete round are discarded.
    let rounds = u64::MAX - u64::MAX.checked_rem(most).unwrap_or(0);
    loop {
        let bits = bits();
        if bits < rounds {
            return bits.checked_rem(most).unwrap_or(0);
        }
    }
}
