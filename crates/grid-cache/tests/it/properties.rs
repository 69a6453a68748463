//! All methods against a simple reference, on a manual clock: see tests/model.

use grid_cache::Policy;
use proptest::prelude::*;

use crate::model::{Setup, Step, run};

fn step() -> impl Strategy<Value = Step> {
    (
        any::<u8>(),
        any::<u16>(),
        any::<u16>(),
        any::<u16>(),
        any::<u16>(),
    )
        .prop_map(|(call, key, value, ttl, other)| Step {
            call,
            key,
            value,
            ttl,
            other,
        })
}

fn policy() -> impl Strategy<Value = Policy> {
    prop_oneof![Just(Policy::Lru), Just(Policy::S3Fifo)]
}

/// Caches of a few entries, so that every call meets a full one.
fn small() -> impl Strategy<Value = Setup> {
    let ttl = prop_oneof![Just(0), 1..3000_u32];
    (
        policy(),
        1..12_usize,
        300..4000_usize,
        ttl,
        any::<bool>(),
        2..20_u16,
    )
        .prop_map(
            |(policy, max_entries, max_bytes, ttl, sliding, keys)| Setup {
                policy,
                max_entries,
                max_bytes,
                ttl,
                sliding,
                keys,
            },
        )
}

/// Caches of many entries, so that blocks grow and are packed.
fn large() -> impl Strategy<Value = Setup> {
    (policy(), 200..700_usize, any::<bool>()).prop_map(|(policy, max_entries, sliding)| Setup {
        policy,
        max_entries,
        max_bytes: 1 << 20,
        ttl: 0,
        sliding,
        keys: 1000,
    })
}

/// PROPTEST_CASES cases, or a quick part.
fn config(quick: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|count| count.parse().ok());
    ProptestConfig {
        cases: cases.unwrap_or(quick),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(600))]
    #[test]
    fn a_small_cache_does_what_the_reference_does(
        setup in small(),
        steps in prop::collection::vec(step(), 1..300),
    ) {
        run(setup, &steps).map_err(TestCaseError::fail)?;
    }
}

proptest! {
    #![proptest_config(config(12))]
    #[test]
    fn a_large_cache_does_what_the_reference_does(
        setup in large(),
        steps in prop::collection::vec(step(), 1000..2000),
    ) {
        run(setup, &steps).map_err(TestCaseError::fail)?;
    }
}
