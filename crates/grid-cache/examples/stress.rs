//! Threads make calls of all kinds at the same time, and check the caps after each call:
//! `cargo run --release --example stress -- --ops 10000000 --threads 8`.
//!
//! After each call, the thread compares the size of the cache with its caps. It also compares the peak, which the cache updates whenever
//! it grows: this finds excesses between the checks. At the end all links and counts must be consistent.

#![allow(clippy::expect_used, clippy::panic)]

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use fastrand::Rng;
use grid_cache::{Cache, CacheOptions, Interest, Lease, Policy, Ttl};

const KEYS: u64 = 5000;
/// An entry takes about 240 bytes, so the cache reaches both caps.
const MAX_ENTRIES: usize = 1000;
const MAX_BYTES: usize = 240_000;

fn main() -> ExitCode {
    let (mut ops, mut threads, mut seed) = (100_000, 8, 1);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let Some(number) = arguments.next().and_then(|number| number.parse().ok()) else {
            eprintln!("{name} needs a number");
            return ExitCode::from(2);
        };
        match name.as_str() {
            "--ops" => ops = number,
            "--threads" => threads = number,
            "--seed" => seed = number,
            _ => {
                eprintln!(
                    "usage: stress [--ops N] [--threads N] [--seed N]; --ops counts calls per thread"
                );
                return ExitCode::from(2);
            }
        }
    }
    let start = Instant::now();
    let violations: u64 = [Policy::Lru, Policy::S3Fifo]
        .into_iter()
        .flat_map(|policy| [(policy, false), (policy, true)])
        .map(|(policy, resized)| run(policy, resized, ops, threads, seed))
        .sum();
    println!(
        "{violations} violations in {:.1} s",
        start.elapsed().as_secs_f64()
    );
    ExitCode::from(u8::from(violations > 0))
}

/// Runs all threads on one cache; returns the number of violations.
fn run(policy: Policy, resized: bool, ops: u64, threads: u64, seed: u64) -> u64 {
    let name = format!("{policy}, {}", if resized { "resized" } else { "fixed" });
    let options = CacheOptions {
        max_entries: Some(MAX_ENTRIES),
        max_bytes: Some(MAX_BYTES),
        policy: Some(policy),
        sliding: Some(true),
        ..CacheOptions::default()
    };
    let cache = Cache::new(&options).expect("options in range");
    let events = cache.subscribe(1000, Interest::All, Box::new(|| {}));
    let violations = AtomicU64::new(0);
    thread::scope(|scope| {
        for worker in 0..threads {
            let (cache, violations) = (&cache, &violations);
            scope.spawn(move || {
                let mut random = Rng::with_seed(seed.wrapping_mul(1000) + worker);
                for _ in 0..ops {
                    call(cache, &mut random, resized);
                    let stats = cache.stats();
                    let exceeded = stats.entries > stats.max_entries
                        || stats.bytes > stats.max_bytes
                        // A change of the caps resets the peak, so the largest caps are the limit.
                        || stats.peak_entries > MAX_ENTRIES
                        || stats.peak_bytes > MAX_BYTES;
                    violations.fetch_add(u64::from(exceeded), Ordering::Relaxed);
                }
            });
        }
    });
    let (queued, dropped) = events.drain(usize::MAX);
    let stats = cache.stats();
    if let Err(fault) = cache.verify() {
        println!("{name}: {fault}");
        violations.fetch_add(1, Ordering::Relaxed);
    }
    let left = stats.evictions() + stats.expirations + stats.deletes + stats.updates;
    if queued.len() as u64 + dropped != left {
        println!(
            "{name}: {} events for {left} entries that left",
            queued.len() as u64 + dropped
        );
        violations.fetch_add(1, Ordering::Relaxed);
    }
    println!(
        "{name} caps: {} calls per thread, {threads} threads, {stats:?}",
        ops
    );
    violations.into_inner()
}

/// One call of a random kind. Values begin with their key, so that a value under the wrong key is detected.
fn call(cache: &Cache, random: &mut Rng, resized: bool) {
    let key = random.u64(..KEYS).to_string();
    let ttl = match random.u8(..4) {
        0 => Some(Ttl::MAX),
        1 => Ttl::from_millis(f64::from(random.u16(1..500)) / 100.0).ok(),
        _ => None,
    };
    let value = key.repeat(random.usize(1..80));
    let right = |value: Option<grid_cache::Value>| {
        let right =
            value.is_none_or(|value| value.as_str().is_some_and(|text| text.starts_with(&key)));
        assert!(right, "{key} has the value of another key");
    };
    match random.u16(..1000) {
        0..400 => cache
            .set(&key, &value, ttl)
            .expect("it fits the smallest cap"),
        400..700 => right(cache.get(&key)),
        700..750 => right(cache.peek(&key)),
        750..780 => drop(cache.delete(&key)),
        780..800 => right(cache.take(&key)),
        800..830 => drop(cache.expire(&key, ttl)),
        830..860 => right(
            cache
                .get_or_insert(&key, &value, ttl)
                .ok()
                .map(|(value, _)| value),
        ),
        860..880 => {
            cache.incr("count", 1, None).expect("no overflow");
        }
        880..920 => match cache.lease(&key, Ttl::from_millis(1.0).expect("a TTL"), None) {
            Ok(Lease::Granted(token)) if random.bool() => {
                cache.fulfil(&key, token, &value, ttl).expect("it fits");
            }
            Ok(Lease::Granted(token)) => drop(cache.abandon(&key, token)),
            Ok(Lease::Value(value)) => right(Some(value)),
            Ok(Lease::Busy(_)) => {}
            Err(error) => panic!("{error}"),
        },
        920..950 => drop(cache.cleanup_expired()),
        950..970 => {
            let keys = [key.as_str(), "1", "2", "3"];
            cache.get_many(&keys);
            cache.delete_many(&keys[1..]);
        }
        970..990 => drop(cache.keys(random.u64(..1 << 32), 20)),
        990..998 if resized => {
            cache
                .resize(
                    Some(random.usize(1..=MAX_ENTRIES)),
                    Some(random.usize(1000..=MAX_BYTES)),
                )
                .expect("caps in range");
        }
        998 if random.u8(..20) == 0 => {
            let bytes = cache.snapshot().expect("memory");
            cache.restore(&bytes).expect("its own snapshot");
        }
        _ => {
            cache.touch(&key);
        }
    }
}
