//! Both caps at every instant: after each operation in one thread, and in samples during the work of eight threads.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use grid_cache::{Cache, CacheOptions, ENTRY_OVERHEAD, Ttl};

use crate::random::Random;

/// A cache with both caps.
fn cache(max_entries: usize, max_bytes: usize) -> Cache {
    Cache::new(&CacheOptions {
        max_entries: Some(max_entries),
        max_bytes: Some(max_bytes),
        ..CacheOptions::default()
    })
    .unwrap()
}

/// A list in the order of use, the oldest first, with linear search.
#[derive(Default)]
struct Reference(Vec<(String, Vec<u8>)>);

impl Reference {
    fn bytes(&self) -> usize {
        self.0
            .iter()
            .map(|(key, value)| key.len() + value.len() + ENTRY_OVERHEAD)
            .sum()
    }

    fn take(&mut self, key: &str) -> Option<Vec<u8>> {
        let at = self.0.iter().position(|(known, _)| known == key)?;
        Some(self.0.remove(at).1)
    }

    fn get(&mut self, key: &str) -> Option<Vec<u8>> {
        let value = self.take(key)?;
        self.0.push((key.to_owned(), value.clone()));
        Some(value)
    }

    /// Whether the entry fits at all.
    fn set(&mut self, key: &str, value: Vec<u8>, cache: &Cache) -> bool {
        let cost = key.len() + value.len() + ENTRY_OVERHEAD;
        if cost > cache.max_bytes() {
            return false;
        }
        self.take(key);
        while self.0.len() >= cache.max_entries() || self.bytes() + cost > cache.max_bytes() {
            self.0.remove(0);
        }
        self.0.push((key.to_owned(), value));
        true
    }
}

/// Random operations on the cache and on the reference, compared after each.
fn compare(seed: u64, operations: usize, cache: &Cache, longest: u64) {
    let mut random = Random(seed);
    let mut reference = Reference::default();
    for operation in 0..operations {
        let key = "k".repeat(1 + random.below(3) as usize) + &random.below(40).to_string();
        match random.below(10) {
            0..5 => {
                let value = vec![operation as u8; random.below(longest) as usize];
                let fits = cache.set(&key, &value, None).is_ok();
                assert_eq!(
                    fits,
                    reference.set(&key, value, cache),
                    "operation {operation}"
                );
            }
            5..9 => {
                let got = cache.get(&key).map(|value| value.as_bytes().to_vec());
                assert_eq!(got, reference.get(&key), "operation {operation}");
            }
            _ => assert_eq!(
                cache.delete(&key),
                reference.take(&key).is_some(),
                "operation {operation}"
            ),
        }
        assert_eq!(
            (cache.len(), cache.bytes()),
            (reference.0.len(), reference.bytes()),
            "operation {operation}"
        );
        assert!(cache.len() <= cache.max_entries() && cache.bytes() <= cache.max_bytes());
    }
    for (key, value) in reference.0 {
        assert_eq!(cache.get(&key).unwrap().as_bytes(), value);
    }
}

#[test]
fn the_entry_cap_evicts_as_a_naive_lru_does() {
    compare(11, 20_000, &cache(30, 1 << 20), 50);
}

#[test]
fn the_byte_cap_evicts_as_a_naive_lru_does() {
    // Values up to twice the cap: a fair part of them must be refused.
    compare(12, 20_000, &cache(1000, 4000), 8000);
    compare(13, 20_000, &cache(20, 4000), 400);
}

#[test]
fn a_cache_of_one_entry_works() {
    compare(14, 5_000, &cache(1, ENTRY_OVERHEAD + 20), 30);
}

#[test]
fn eight_threads_never_pass_a_cap() {
    let cache = cache(500, 100_000);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let sampler = scope.spawn(|| {
            let mut samples = 0_u64;
            while !done.load(Ordering::Relaxed) {
                let (len, bytes) = (cache.len(), cache.bytes());
                assert!(
                    len <= cache.max_entries() && bytes <= cache.max_bytes(),
                    "{len} entries, {bytes} bytes"
                );
                samples += 1;
            }
            samples
        });
        let workers: Vec<_> = (0..8)
            .map(|seed| {
                let cache = &cache;
                scope.spawn(move || hammer(cache, seed))
            })
            .collect();
        let results: Vec<_> = workers
            .into_iter()
            .map(thread::ScopedJoinHandle::join)
            .collect();
        done.store(true, Ordering::Relaxed);
        assert!(results.iter().all(Result::is_ok), "a worker failed");
        assert!(sampler.join().unwrap() > 0);
    });
    // The last short-lived entries would otherwise expire during the count.
    thread::sleep(Duration::from_millis(5));
    cache.cleanup_expired();
    // The counts must add up: this shows an entry that was lost or counted twice.
    let (len, bytes) = (cache.len(), cache.bytes());
    let (mut found, mut total) = (0, 0);
    for key in (0..2000).map(|n: u32| n.to_string()) {
        if let Some(value) = cache.get(&key) {
            found += 1;
            total += key.len() + value.as_bytes().len() + ENTRY_OVERHEAD;
        }
    }
    assert_eq!((found, total), (len, bytes));
}

/// One worker: every operation, every size, and values that contain their key.
fn hammer(cache: &Cache, seed: u64) {
    let mut random = Random(seed);
    for _ in 0..10_000 {
        let key = random.below(2000).to_string();
        match random.below(20) {
            0..10 => {
                let long_lived = (random.below(2) == 0).then_some(Ttl::MAX);
                let value = key.repeat(1 + random.below(200) as usize);
                cache.set(&key, &value, long_lived).unwrap();
            }
            10..18 => {
                if let Some(value) = cache.get(&key) {
                    assert!(
                        value.as_str().unwrap().starts_with(&key),
                        "{key} has the value of another key"
                    );
                }
            }
            18 => {
                cache.delete(&key);
            }
            _ => {
                cache
                    .set(&key, &key, Some(Ttl::from_millis(0.05).unwrap()))
                    .unwrap();
                cache.cleanup_expired();
            }
        }
        let (len, bytes) = (cache.len(), cache.bytes());
        assert!(
            len <= cache.max_entries() && bytes <= cache.max_bytes(),
            "{len} entries, {bytes} bytes"
        );
    }
}
