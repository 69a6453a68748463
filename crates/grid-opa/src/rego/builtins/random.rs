//! Random numbers: the standard library keys its hashes with random bits of the system, each of another key.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

/// 64 random bits.
pub(super) fn bits() -> u64 {
    RandomState::new().hash_one(0_u8)
}

/// A number from 0 to before `most`, each as likely.
pub(super) fn below(most: u64) -> u64 {
    // The last numbers that are no whole round are thrown away.
    let rounds = u64::MAX - u64::MAX.checked_rem(most).unwrap_or(0);
    loop {
        let bits = bits();
        if bits < rounds {
            return bits.checked_rem(most).unwrap_or(0);
        }
    }
}
