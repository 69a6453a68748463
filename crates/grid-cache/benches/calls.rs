//! Calls of one thread: `npm run bench:crates`. `npm run bench:cache` times other caches and several threads.

#![allow(clippy::expect_used)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use grid_cache::{Cache, CacheOptions, Policy};

const VALUE: &str = "forty-six bytes, as long as what a session has";

/// A full cache of so many entries, and twice as many keys: the cache has the first half.
fn filled(policy: Policy, entries: usize) -> (Cache, Vec<String>) {
    let cache = Cache::new(&CacheOptions {
        max_entries: Some(entries),
        max_bytes: Some(entries * 1024),
        policy: Some(policy),
        ..CacheOptions::default()
    })
    .expect("caps in their ranges");
    let keys: Vec<String> = (0..2 * entries)
        .map(|n| format!("session {n:08}"))
        .collect();
    for key in &keys[..entries] {
        cache.set(key, VALUE, None).expect("an entry that fits");
    }
    assert_eq!(cache.len(), entries);
    (cache, keys)
}

fn calls(criterion: &mut Criterion) {
    for policy in [Policy::Lru, Policy::S3Fifo] {
        let mut group = criterion.benchmark_group(policy.to_string());
        for entries in [1000, 100_000] {
            let (cache, keys) = filled(policy, entries);
            let mut there = keys[..entries].iter().cycle();
            group.bench_function(BenchmarkId::new("get", entries), |bencher| {
                bencher.iter(|| black_box(&cache).get(there.next().expect("a cycle")));
            });
            group.bench_function(
                BenchmarkId::new("get of what is not there", entries),
                |bencher| {
                    bencher.iter(|| black_box(&cache).get("another key"));
                },
            );
            group.bench_function(
                BenchmarkId::new("set of a key that is there", entries),
                |bencher| {
                    bencher.iter(|| cache.set(there.next().expect("a cycle"), VALUE, None));
                },
            );
            // Twice as many keys as there is room for, in turn: each is a new one, and evicts another.
            let mut all = keys.iter().cycle();
            group.bench_function(
                BenchmarkId::new("set of a new key, one leaves", entries),
                |bencher| {
                    bencher.iter(|| cache.set(all.next().expect("a cycle"), VALUE, None));
                },
            );
        }
        group.finish();
    }
}

criterion_group!(all, calls);
criterion_main!(all);
