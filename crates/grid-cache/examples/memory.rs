//! Prints the memory of an entry in addition to its key and value, as a table or, with `--json`, as JSON for
//! `npm run bench:cache`: `cargo run --release --example memory`.

#![allow(clippy::expect_used)]

use std::alloc::System;
use std::env;

use cap::Cap;
use grid_cache::{Cache, CacheOptions, Policy, Ttl};
use serde_json::json;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

const KEY: usize = 12;
const VALUE: usize = 20;

fn main() {
    let json = env::args().any(|argument| argument == "--json");
    if !json {
        println!("keys of {KEY} bytes, values of {VALUE} bytes, all with a TTL");
        println!(
            "{:>6} {:>9} {:>8} {:>8} {:>14} {:>14}",
            "policy", "entries", "sliding", "counted", "bytes/entry", "most"
        );
    }
    let mut rows = Vec::new();
    for policy in [Policy::Lru, Policy::S3Fifo] {
        for entries in [1_000, 10_000, 100_000, 1_000_000] {
            for sliding in [false, true] {
                let start = ALLOCATOR.allocated();
                let (each, worst) = fill(policy, entries, sliding, start);
                let (policy, counted) = (policy.name(), policy.entry_overhead());
                if json {
                    rows.push(json!({"policy": policy, "entries": entries, "sliding": sliding, "each": each, "worst": worst}));
                } else {
                    println!(
                        "{policy:>6} {entries:>9} {sliding:>8} {counted:>8} {each:>14.1} {worst:>14.1}"
                    );
                }
            }
        }
    }
    if json {
        println!("{}", json!(rows));
    }
}

/// Fills a cache, and then sets as many new keys again, so that it has ghosts. Returns the bytes per entry at the end, and the most since
/// nine tenths of the entries were set.
fn fill(policy: Policy, entries: usize, sliding: bool, start: usize) -> (f64, f64) {
    let cache = Cache::new(&CacheOptions {
        max_entries: Some(entries),
        max_bytes: Some(isize::MAX as usize),
        policy: Some(policy),
        ttl: Some(Ttl::MAX),
        sliding: Some(sliding),
        ..CacheOptions::default()
    })
    .expect("options in range");
    let overhead = |count: usize| {
        let taken = ALLOCATOR.allocated() - start - count * (KEY + VALUE);
        taken as f64 / count as f64
    };
    let mut worst = 0_f64;
    for n in 1..=2 * entries {
        // The key is freed before the count.
        cache
            .set(&format!("key{n:09}"), &[7; VALUE], None)
            .expect("room");
        if n > entries / 10 * 9 {
            worst = worst.max(overhead(n.min(entries)));
        }
    }
    (overhead(entries), worst)
}
