//! Times `get` and `set` against quick_cache and moka:
//! `cargo run --release --config profile.release.opt-level=3 --example bench -- --millis 40`.
//!
//! All hold the same keys of 16 bytes and values of 32, shared and not copied by a read, and are full: a `set` of a new key
//! evicts. quick_cache knows no TTL, so it stands against a cache without one, which needs no clock; moka has one, and stands
//! against a cache with one. The repetitions take turns, so that a busy machine slows all alike; a figure is the median, in
//! nanoseconds a call.

#![allow(clippy::expect_used)]

use std::hint::black_box;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use grid_cache::{Cache, CacheOptions, Ttl};

const HOUR: Duration = Duration::from_secs(3600);
const REPETITIONS: usize = 7;
const VALUE: [u8; 32] = [7; 32];

/// What is timed.
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

/// Calls that are timed: reads of keys that are there, and writes of keys that are mostly not.
#[derive(Clone, Copy)]
enum Call {
    Get,
    Set,
}

fn main() {
    let millis = std::env::args()
        .skip_while(|argument| argument != "--millis")
        .nth(1)
        .and_then(|millis| millis.parse().ok())
        .unwrap_or(40);
    let time = Duration::from_millis(millis);
    println!(
        "ns a call, and how many times that of grid-cache; medians of {REPETITIONS} x {millis} ms"
    );
    println!(
        "{:>5} {:>8} {:>9} {:>11} {:>18} {:>11} {:>18}",
        "call", "threads", "capacity", "grid-cache", "quick_cache", "with TTL", "moka with TTL"
    );
    for capacity in [1_000, 10_000, 100_000, 1_000_000] {
        let peers = peers(capacity);
        for threads in [1, 2] {
            for (name, call) in [("get", Call::Get), ("set", Call::Set)] {
                let [plain, quick, timed, moka] = compare(&peers, call, capacity, threads, time);
                println!(
                    "{name:>5} {threads:>8} {capacity:>9} {plain:>11.0} {quick:>10.0} {:>6.2}x {timed:>11.0} {moka:>10.0} {:>6.2}x",
                    quick / plain,
                    moka / timed
                );
            }
        }
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

/// The medians of all, their repetitions taken in turns.
fn compare(
    peers: &[Box<dyn Peer>; 4],
    call: Call,
    capacity: usize,
    threads: usize,
    time: Duration,
) -> [f64; 4] {
    let mut times = [const { Vec::new() }; 4];
    for repetition in 0..REPETITIONS {
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
        times[REPETITIONS / 2]
    })
}

/// Nanoseconds that a call takes, with all threads calling.
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
                    // Reads of what is in, writes of four times as many keys. Made before the clock runs.
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
