//! The store with a stepped clock, against a naive reference and in its finer points.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use self::reference::{Entry, Reference};
use super::*;
use crate::limits::CacheOptions;

mod reference;

/// Limits without a TTL.
fn limits(max_entries: usize, max_bytes: usize) -> Limits {
    Limits::try_from(&CacheOptions {
        max_entries: Some(max_entries),
        max_bytes: Some(max_bytes),
        ttl: None,
    })
    .unwrap()
}

/// A hash with few values, so that chains are long; equal keys hash alike.
fn hash(key: &str) -> u32 {
    key.bytes()
        .fold(0, |hash, byte| hash * 31 % 61 + u32::from(byte))
}

/// Random operations with random steps of the clock; both must agree on every result, on what is held and on the caps.
fn compare(seed: u64, operations: usize, keys: u64, limits: Limits) {
    let mut state = seed;
    let mut random = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let micros = Arc::new(AtomicU64::new(0));
    let clock = Clock::Stepped(Arc::clone(&micros));
    let mut store = Store::new(limits);
    let mut reference = Reference {
        limits,
        entries: Vec::new(),
    };
    for operation in 0..operations {
        let step = random(2000);
        let now = micros.fetch_add(step, Ordering::Relaxed) + step;
        let key = random(keys).to_string();
        match random(100) {
            0..45 => {
                // Deadlines must differ, or which of two equal ones goes first would be a matter of taste.
                let deadline = now + 1 + random(200_000_000);
                let taken = reference
                    .entries
                    .iter()
                    .any(|entry| entry.deadline == deadline);
                let ttl = (random(3) > 0 && !taken).then(|| deadline - now);
                let deadline = ttl.map_or(NO_DEADLINE, |_| deadline);
                let value = "x".repeat(random(300) as usize);
                let ttl = ttl.map(|ttl| Ttl::from_duration(Duration::from_micros(ttl)).unwrap());
                store.set(
                    hash(&key),
                    &key,
                    Value::new(&key, value.as_str().into()).unwrap(),
                    ttl,
                    &clock,
                );
                reference.set(
                    Entry {
                        key,
                        value,
                        deadline,
                    },
                    now,
                );
            }
            45..90 => {
                let got = store.get(hash(&key), &key, &clock);
                let got = got.as_ref().and_then(Value::as_str);
                assert_eq!(
                    got,
                    reference.get(&key, now).as_deref(),
                    "get {key}, operation {operation}"
                );
            }
            90..98 => {
                let was_there = reference
                    .take(&key)
                    .is_some_and(|entry| entry.deadline > now);
                assert_eq!(
                    store.delete(hash(&key), &key, &clock),
                    was_there,
                    "operation {operation}"
                );
            }
            98 => {
                let removed = store.remove_expired(now, usize::MAX);
                assert_eq!(
                    removed,
                    reference.remove_expired(now),
                    "operation {operation}"
                );
            }
            _ => {
                // A quiet spell: most deadlines pass at once.
                micros.fetch_add(100_000_000, Ordering::Relaxed);
            }
        }
        assert_eq!(
            store.len(),
            reference.entries.len(),
            "operation {operation}"
        );
        assert_eq!(store.bytes(), reference.bytes(), "operation {operation}");
        assert!(store.len() <= limits.max_entries && store.bytes() <= limits.max_bytes);
    }
}

#[test]
fn agrees_with_the_reference_under_the_entry_cap() {
    compare(1, 30_000, 100, limits(40, 1 << 20));
}

#[test]
fn agrees_with_the_reference_under_the_byte_cap() {
    compare(2, 30_000, 100, limits(1000, 5000));
}

#[test]
fn agrees_with_the_reference_when_the_block_is_compacted() {
    compare(3, 30_000, 1000, limits(600, 1 << 20));
}

#[test]
fn expired_entries_go_before_live_ones_and_only_as_many_as_needed() {
    let micros = Arc::new(AtomicU64::new(0));
    let clock = Clock::Stepped(Arc::clone(&micros));
    let mut store = Store::new(limits(3, 1 << 20));
    let set = |store: &mut Store, key: &str, millis: Option<f64>| {
        let ttl = millis.map(|millis| Ttl::from_millis(millis).unwrap());
        store.set(
            hash(key),
            key,
            Value::new(key, "v".into()).unwrap(),
            ttl,
            &clock,
        );
    };
    set(&mut store, "oldest", None);
    set(&mut store, "late", Some(2.0));
    set(&mut store, "early", Some(1.0));
    micros.store(2000, Ordering::Relaxed);
    set(&mut store, "new", None);
    assert_eq!(
        store.len(),
        3,
        "late has expired too, but its room was not needed"
    );
    assert!(store.get(hash("oldest"), "oldest", &clock).is_some());
    assert_eq!(store.remove_expired(2000, usize::MAX), 1);
}

#[test]
fn an_entry_lives_until_its_last_microsecond() {
    let micros = Arc::new(AtomicU64::new(5));
    let clock = Clock::Stepped(Arc::clone(&micros));
    let mut store = Store::new(limits(3, 1 << 20));
    let ttl = Some(Ttl::from_millis(1.0).unwrap());
    store.set(0, "k", Value::new("k", "v".into()).unwrap(), ttl, &clock);
    micros.store(1004, Ordering::Relaxed);
    assert!(store.get(0, "k", &clock).is_some());
    micros.store(1005, Ordering::Relaxed);
    assert!(store.get(0, "k", &clock).is_none());
    assert_eq!(
        (store.len(), store.bytes()),
        (0, 0),
        "a read reclaims what has expired"
    );
}

#[test]
fn the_block_shrinks_with_its_entries() {
    let clock = Clock::Stepped(Arc::default());
    let mut store = Store::new(limits(100_000, 1 << 20));
    let set = |store: &mut Store, n: usize, length: usize| {
        let key = n.to_string();
        let value = Value::new(&key, "x".repeat(length).as_str().into()).unwrap();
        store.set(n as u32, &key, value, None, &clock);
    };
    for n in 0..10_000 {
        set(&mut store, n, 0);
    }
    assert_eq!(store.len(), 10_000);
    for n in 0..10 {
        set(&mut store, n, 100_000);
    }
    let (capacity, len) = (store.slab.slots.capacity(), store.len());
    assert!(
        len < 1000 && capacity <= 2 * len,
        "{capacity} slots for {len} entries"
    );
}
