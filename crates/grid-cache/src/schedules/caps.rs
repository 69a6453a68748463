//! Both caps at each step of all threads, with all calls that insert, move or remove entries.

use shuttle::rand::{Rng, thread_rng};

use super::{explore, in_threads};
use crate::{Cache, CacheOptions, ENTRY_OVERHEAD, Interest, ManualClock, Ttl};

const MAX_ENTRIES: usize = 3;
const MAX_BYTES: usize = 3 * ENTRY_OVERHEAD + 20;

fn cache(clock: &ManualClock) -> Cache {
    let options = CacheOptions {
        max_entries: Some(MAX_ENTRIES),
        max_bytes: Some(MAX_BYTES),
        ..CacheOptions::default()
    };
    Cache::on_clock(&options, clock).unwrap()
}

/// Compares the size with the caps, at one instant.
fn check(cache: &Cache) {
    cache.verify().unwrap();
    let stats = cache.stats();
    assert!(stats.entries <= stats.max_entries && stats.bytes <= stats.max_bytes);
    assert!(stats.peak_entries <= MAX_ENTRIES && stats.peak_bytes <= MAX_BYTES);
}

/// A call of any kind. Its values may leave no room for others, but never exceed the lowest cap.
fn call(cache: &Cache, clock: &ManualClock, resized: bool) {
    let mut random = thread_rng();
    let key = random.gen_range(0..5).to_string();
    let value = "v".repeat(random.gen_range(0..18));
    let ttl = random.gen_bool(0.5).then(|| Ttl::from_millis(1.0).unwrap());
    match random.gen_range(0..16) {
        0..5 => cache.set(&key, &value, ttl).unwrap(),
        5 => cache
            .set_many(&[("0", "v".into(), ttl), ("1", "v".into(), None)])
            .unwrap(),
        6 => drop(cache.get_or_insert(&key, &value, ttl).unwrap()),
        7 => _ = cache.incr("count", 1, ttl).unwrap(),
        8 => drop(cache.get(&key)),
        9 => _ = cache.delete(&key),
        10 => drop(cache.take(&key)),
        11 => _ = cache.expire(&key, ttl),
        12 => {
            clock.advance(std::time::Duration::from_millis(1));
            cache.cleanup_expired();
        }
        13 => _ = cache.restore(&cache.snapshot().unwrap()).unwrap(),
        14 if resized => {
            let entries = random.gen_range(1..=MAX_ENTRIES);
            let bytes = random.gen_range(ENTRY_OVERHEAD + 20..=MAX_BYTES);
            cache.resize(Some(entries), Some(bytes)).unwrap();
        }
        _ => cache.clear(),
    }
}

fn run(resized: bool) {
    explore(move || {
        let clock = ManualClock::default();
        let cache = cache(&clock);
        let events = cache.subscribe(100, Interest::All, Box::new(|| {}));
        let shared = cache.clone();
        in_threads(4, move |number| {
            for _ in 0..4 {
                // One thread only checks.
                if number > 0 {
                    call(&shared, &clock, resized);
                }
                check(&shared);
            }
        });
        let stats = cache.stats();
        let expected = stats.evictions() + stats.expirations + stats.deletes + stats.updates;
        let (events, dropped) = events.drain(usize::MAX);
        assert_eq!((events.len() as u64, dropped), (expected, 0));
    });
}

#[test]
fn fixed_caps_hold_at_each_step() {
    run(false);
}

#[test]
fn changing_caps_hold_at_each_step() {
    run(true);
}

#[test]
fn of_two_resizes_the_later_one_decides() {
    explore(|| {
        let cache = cache(&ManualClock::default());
        for key in ["a", "b", "c"] {
            cache.set(key, "v", None).unwrap();
        }
        let shared = cache.clone();
        in_threads(2, move |number| {
            let bytes = ENTRY_OVERHEAD + 10 * (1 + number);
            shared.resize(Some(1 + number), Some(bytes)).unwrap();
            shared.set("d", "v", None).unwrap();
            check(&shared);
        });
        let caps = (cache.max_entries(), cache.max_bytes());
        let asked = [1, 2].map(|number| (number, ENTRY_OVERHEAD + 10 * number));
        assert!(asked.contains(&caps), "{caps:?} are of one call");
        // The check before the copy of an entry uses the same cap.
        let fits = "v".repeat(caps.1 - ENTRY_OVERHEAD - 1);
        assert!(cache.set("k", &fits, None).is_ok() && cache.set("kk", &fits, None).is_err());
    });
}
