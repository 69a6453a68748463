//! Prints what an entry takes from the allocator besides its key and value, as a table or, with `--json`, as JSON for
//! `npm run bench:cache`: `cargo run --release --example memory`.

#![allow(clippy::expect_used)]

use std::alloc::System;
use std::env;

use cap::Cap;
use grid_cache::{Cache, CacheOptions, ENTRY_OVERHEAD, Ttl};
use serde_json::json;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

const KEY: usize = 12;
const VALUE: usize = 20;

fn main() {
    let json = env::args().any(|argument| argument == "--json");
    if !json {
        println!(
            "keys of {KEY} bytes, values of {VALUE}, all with a TTL; {ENTRY_OVERHEAD} bytes an entry count against the cap"
        );
        println!(
            "{:>9} {:>8} {:>14} {:>14}",
            "entries", "sliding", "bytes an entry", "worst so far"
        );
    }
    let mut rows = Vec::new();
    for entries in [1_000, 10_000, 100_000, 1_000_000] {
        for sliding in [false, true] {
            let start = ALLOCATOR.allocated();
            let (each, worst) = fill(entries, sliding, start);
            if json {
                rows.push(
                    json!({"entries": entries, "sliding": sliding, "each": each, "worst": worst}),
                );
            } else {
                println!("{entries:>9} {sliding:>8} {each:>14.1} {worst:>14.1}");
            }
        }
    }
    if json {
        println!("{}", json!(rows));
    }
}

/// Fills a cache that has room for ten times as much; the bytes an entry at the end, and the most since the last tenth.
fn fill(entries: usize, sliding: bool, start: usize) -> (f64, f64) {
    let cache = Cache::new(&CacheOptions {
        max_entries: Some(10 * entries),
        max_bytes: Some(isize::MAX as usize),
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
    for n in 1..=entries {
        // The key is given back before the count.
        cache
            .set(&format!("key{n:09}"), &[7; VALUE], None)
            .expect("room");
        if n > entries / 10 * 9 {
            worst = worst.max(overhead(n));
        }
    }
    (overhead(entries), worst)
}
