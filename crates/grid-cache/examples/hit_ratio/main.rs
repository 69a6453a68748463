//! Shares of hits on traces, for `npm run bench:cache`: exact LRU, moka, quick_cache, and S3-FIFO as published.
//! `cargo run --release --example hit_ratio -- TRACES.json`, where the file holds `[{"file": "...", "capacities": [1000]}]`: each file
//! is a trace, keys one after the other as little-endian u32. Prints a list for each trace, an object a capacity.

#![allow(clippy::expect_used)]

mod s3fifo;

use std::env;
use std::fs;

use grid_cache::{Cache, CacheOptions};
use s3fifo::S3Fifo;
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
    let grid = Cache::new(&CacheOptions {
        max_entries: Some(capacity),
        max_bytes: Some(isize::MAX as usize),
        ..CacheOptions::default()
    })
    .expect("options in range");
    let moka = moka::sync::Cache::new(capacity as u64);
    let quick = quick_cache::sync::Cache::new(capacity);
    let mut s3fifo = S3Fifo::new(capacity);
    json!({
        "capacity": capacity,
        "grid": share(keys, |key| {
            let key = key.to_string();
            let hit = grid.get(&key).is_some();
            if !hit {
                grid.set(&key, "", None).expect("room");
            }
            hit
        }),
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
        "s3fifo": share(keys, |key| s3fifo.request(key)),
    })
}

/// How many of all requests are hits, from 0 to 1.
fn share(keys: &[u32], mut request: impl FnMut(u32) -> bool) -> f64 {
    let hits = keys.iter().filter(|&&key| request(key)).count();
    hits as f64 / keys.len() as f64
}
