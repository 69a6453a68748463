//! Times `get` and `set` against quick_cache and moka, as a table or, with `--json`, as JSON for `npm run bench:cache`:
//! `cargo run --release --config profile.release.opt-level=3 --example bench -- --millis 40 --repeats 7 --capacity 1000`.
//!
//! All caches have the same keys of 16 bytes and values of 32 bytes. Reads share the values and do not copy them. The caches are full, so a
//! `set` of a new key evicts. quick_cache has no TTL, so it is compared with a cache without one, which needs no clock. moka is compared
//! with a cache with a TTL. The repetitions alternate, so that a busy machine slows all caches. A result is the median, in nanoseconds
//! per call.

#![allow(clippy::expect_used)]

use std::env;
use std::hint::black_box;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use grid_cache::{Cache, CacheOptions, Ttl};
use serde_json::json;

const HOUR: Duration = Duration::from_secs(3600);
const VALUE: [u8; 32] = [7; 32];

/// A cache to time.
trait Peer: Sync {
    fn set(&self, key: &str);
    fn get(&self, key: &str) -> bool;
}

impl Peer for Cache {
    fn set(&self, key: &str) {
        Cache::set(self, key, &VALUE, None).expect("it fits");
    }

    fn get(&self, key: &str) -> bool {
        black_box(Cache::get(self, key)).is_some()
    }
}

impl Peer for quick_cache::sync::Cache<Box<str>, Arc<[u8]>> {
    fn set(&self, key: &str) {
        self.insert(key.into(), Arc::from(VALUE.as_slice()));
    }

    fn get(&self, key: &str) -> bool {
        black_box(self.get(key)).is_some()
    }
}

impl Peer for moka::sync::Cache<Box<str>, Arc<[u8]>> {
    fn set(&self, key: &str) {
        self.insert(key.into(), Arc::from(VALUE.as_slice()));
    }

    fn get(&self, key: &str) -> bool {
        black_box(self.get(key)).is_some()
    }
}

/// Calls to time: reads of existing keys, and writes of mostly new keys.
#[derive(Clone, Copy)]
enum Call {
    Get,
    Set,
}

/// Nanoseconds per call, in the order of [`peers`].
struct Row {
    call: &'static str,
    threads: usize,
    capacity: usize,
    times: [f64; 4],
}

fn main() {
    let time = Duration::from_millis(numbers("--millis").first().map_or(40, |&n| n as u64));
    let repeats = numbers("--repeats").first().map_or(7, |&n| n.max(1));
    let mut capacities = numbers("--capacity");
    if capacities.is_empty() {
        capacities = vec![1_000, 10_000, 100_000, 1_000_000];
    }
    let rows = capacities.into_iter().flat_map(|capacity| {
        let peers = peers(capacity);
        let calls = [1, 2].map(|threads| {
            [("get", Call::Get), ("set", Call::Set)].map(|(name, call)| Row {
                call: name,
                threads,
                capacity,
                times: compare(&peers, call, capacity, threads, time, repeats),
            })
        });
        calls.into_iter().flatten()
    });
    if env::args().any(|argument| argument == "--json") {
        print_json(rows);
    } else {
        println!("ns per call, and the ratio to grid-cache; medians of {repeats} x {time:?}");
        print_table(rows);
    }
}

/// The numbers after an option, which may be repeated.
fn numbers(option: &str) -> Vec<usize> {
    let arguments: Vec<String> = env::args().collect();
    let values = arguments.windows(2).filter(|pair| pair[0] == option);
    values
        .map(|pair| pair[1].parse().expect("a whole number after the option"))
        .collect()
}

fn print_json(rows: impl Iterator<Item = Row>) {
    let rows: Vec<_> = rows
        .map(
            |Row {
                 call,
                 threads,
                 capacity,
                 times: [plain, quick, timed, moka],
             }| {
                json!({
                    "call": call, "threads": threads, "capacity": capacity,
                    "grid": plain, "quickCache": quick, "gridWithTtl": timed, "mokaWithTtl": moka,
                })
            },
        )
        .collect();
    println!("{}", json!(rows));
}

fn print_table(rows: impl Iterator<Item = Row>) {
    println!(
        "{:>5} {:>8} {:>9} {:>11} {:>18} {:>11} {:>18}",
        "call", "threads", "capacity", "grid-cache", "quick_cache", "with TTL", "moka with TTL"
    );
    for Row {
        call,
        threads,
        capacity,
        times: [plain, quick, timed, moka],
    } in rows
    {
        println!(
            "{call:>5} {threads:>8} {capacity:>9} {plain:>11.0} {quick:>10.0} {:>6.2}x {timed:>11.0} {moka:>10.0} {:>6.2}x",
            quick / plain,
            moka / timed
        );
    }
}

/// All caches, full of keys 0 to `capacity`.
fn peers(capacity: usize) -> [Box<dyn Peer>; 4] {
    let plain = CacheOptions {
        max_entries: Some(capacity),
        max_bytes: Some(isize::MAX as usize),
        ..CacheOptions::default()
    };
    let timed = CacheOptions {
        ttl: Ttl::from_duration(HOUR).ok(),
        ..plain
    };
    let peers: [Box<dyn Peer>; 4] = [
        Box::new(Cache::new(&plain).expect("options in range")),
        Box::new(quick_cache::sync::Cache::<Box<str>, Arc<[u8]>>::new(
            capacity,
        )),
        Box::new(Cache::new(&timed).expect("options in range")),
        Box::new(
            moka::sync::Cache::builder()
                .max_capacity(capacity as u64)
                .time_to_live(HOUR)
                .build(),
        ),
    ];
    for peer in &peers {
        for n in 0..capacity {
            peer.set(&key(n));
        }
    }
    peers
}

fn key(n: usize) -> String {
    format!("key:{n:012}")
}

/// The median of each cache; the repetitions of the caches alternate.
fn compare(
    peers: &[Box<dyn Peer>; 4],
    call: Call,
    capacity: usize,
    threads: usize,
    time: Duration,
    repeats: usize,
) -> [f64; 4] {
    let mut times = [const { Vec::new() }; 4];
    for repetition in 0..repeats {
        for (peer, times) in peers.iter().zip(&mut times) {
            times.push(measure(
                peer.as_ref(),
                call,
                capacity,
                threads,
                time,
                repetition,
            ));
        }
    }
    times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[repeats / 2]
    })
}

/// Nanoseconds per call, averaged over all threads.
fn measure(
    peer: &dyn Peer,
    call: Call,
    capacity: usize,
    threads: usize,
    time: Duration,
    repetition: usize,
) -> f64 {
    let totals: Vec<f64> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                scope.spawn(move || {
                    let mut random = Rng::with_seed((repetition * 100 + worker) as u64);
                    // Keys are made before the clock starts. Reads use the existing keys, and writes a range of four times as many.
                    let range = match call {
                        Call::Get => capacity,
                        Call::Set => 4 * capacity,
                    };
                    let keys: Vec<String> =
                        (0..1 << 14).map(|_| key(random.usize(..range))).collect();
                    let (start, mut calls) = (Instant::now(), 0_u64);
                    while start.elapsed() < time {
                        for key in &keys[(calls as usize) % keys.len()..][..256] {
                            match call {
                                Call::Get => {
                                    peer.get(key);
                                }
                                Call::Set => peer.set(key),
                            }
                        }
                        calls += 256;
                    }
                    start.elapsed().as_nanos() as f64 / calls as f64
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("no panic"))
            .collect()
    });
    totals.iter().sum::<f64>() / totals.len() as f64
}
