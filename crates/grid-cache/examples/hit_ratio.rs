//! Hit ratios on traces, for `npm run bench:cache`: this cache with both policies, moka and quick_cache.
//! `cargo run --release --example hit_ratio -- TRACES.json`, with a file of `[{"file": "...", "capacities": [1000]}]`: each file
//! is a trace, a sequence of keys as little-endian u32. Prints a JSON array with one array per trace, of one object per capacity.

#![allow(clippy::expect_used)]

use std::env;
use std::fs;

use grid_cache::{Cache, CacheOptions, Policy};
use serde_json::{Value, json};

fn main() {
    let path = env::args().nth(1).expect("a file that lists traces");
    let traces: Value =
        serde_json::from_slice(&fs::read(path).expect("a file that can be read")).expect("JSON");
    let ratios: Vec<Value> = traces
        .as_array()
        .expect("a list of traces")
        .iter()
        .map(|trace| {
            let keys = keys(trace["file"].as_str().expect("a path"));
            let capacities = trace["capacities"].as_array().expect("a list");
            let counts = capacities
                .iter()
                .map(|count| count.as_u64().expect("entries"));
            counts.map(|count| ratios(&keys, count as usize)).collect()
        })
        .collect();
    println!("{}", json!(ratios));
}

/// The keys of a trace.
fn keys(file: &str) -> Vec<u32> {
    let bytes = fs::read(file).expect("a trace that can be read");
    let words = bytes.as_chunks::<4>().0;
    words.iter().map(|word| u32::from_le_bytes(*word)).collect()
}

fn ratios(keys: &[u32], capacity: usize) -> Value {
    let moka = moka::sync::Cache::new(capacity as u64);
    let quick = quick_cache::sync::Cache::new(capacity);
    json!({
        "capacity": capacity,
        "grid": share_of(Policy::Lru, keys, capacity),
        "s3fifo": share_of(Policy::S3Fifo, keys, capacity),
        "moka": share(keys, |key| {
            let hit = moka.get(&key).is_some();
            if !hit {
                moka.insert(key, ());
            }
            hit
        }),
        "quickCache": share(keys, |key| {
            let hit = quick.get(&key).is_some();
            if !hit {
                quick.insert(key, ());
            }
            hit
        }),
    })
}

fn share_of(policy: Policy, keys: &[u32], capacity: usize) -> f64 {
    let cache = Cache::new(&CacheOptions {
        policy: Some(policy),
        max_entries: Some(capacity),
        max_bytes: Some(isize::MAX as usize),
        ..CacheOptions::default()
    })
    .expect("options in range");
    share(keys, |key| {
        let key = key.to_string();
        let hit = cache.get(&key).is_some();
        if !hit {
            cache.set(&key, "", None).expect("room");
        }
        hit
    })
}

/// The ratio of hits to requests, from 0 to 1.
fn share(keys: &[u32], mut request: impl FnMut(u32) -> bool) -> f64 {
    let hits = keys.iter().filter(|&&key| request(key)).count();
    hits as f64 / keys.len() as f64
}
