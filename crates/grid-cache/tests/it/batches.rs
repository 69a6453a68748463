//! Calls about many keys, pages of keys, and calls that one of several threads wins.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::thread;

use grid_cache::{Cache, CacheOptions, ENTRY_OVERHEAD, Error};

fn cache() -> Cache {
    Cache::new(&CacheOptions::default()).unwrap()
}

#[test]
fn one_entry_that_is_too_large_keeps_a_whole_batch_out() {
    let cache = cache();
    let large = "x".repeat(cache.max_bytes());
    let keys: Vec<String> = (0..300).map(|n| n.to_string()).collect();
    let mut entries: Vec<_> = keys
        .iter()
        .map(|key| (key.as_str(), "v".into(), None))
        .collect();
    entries[299].1 = large.as_str().into();
    let refused = cache.set_many(&entries);
    assert!(matches!(refused, Err(Error::EntryTooLarge { .. })));
    assert_eq!((cache.len(), cache.stats().refused), (0, 1));
    cache.set_many(&entries[..299]).unwrap();
    let names: Vec<&str> = keys.iter().map(String::as_str).collect();
    let found: Vec<bool> = cache.get_many(&names).iter().map(Option::is_some).collect();
    assert_eq!(found, (0..300).map(|n| n < 299).collect::<Vec<_>>());
    assert_eq!((cache.delete_many(&names), cache.len()), (299, 0));
}

#[test]
fn a_page_is_bounded_and_its_cursor_may_be_any_number() {
    let cache = cache();
    for n in 0..1000 {
        cache.set(&n.to_string(), "v", None).unwrap();
    }
    let (mut seen, mut cursor, mut pages) = (BTreeSet::new(), Some(0), 0);
    while let Some(at) = cursor {
        let page = cache.keys(at, 10);
        assert!(page.items.len() <= 10, "no two of 1000 hashes are alike");
        assert!(page.next.is_none_or(|next| next > at && next <= 1 << 32));
        seen.extend(page.items);
        (cursor, pages) = (page.next, pages + 1);
    }
    assert_eq!((seen.len(), pages >= 100), (1000, true));
    assert_eq!(cache.keys(u64::MAX, 10).next, None);
    assert!(cache.keys(0, 0).items.len() == 1);
    let entries = cache.entries(0, usize::MAX);
    assert_eq!((entries.items.len(), entries.next), (1000, None));
    assert!(
        entries
            .items
            .iter()
            .all(|value| value.as_str() == Some("v"))
    );
    assert_eq!(cache.stats().hits, 0);
}

#[test]
fn keys_that_stay_are_returned_once_while_others_come_and_go() {
    let cache = cache();
    let stays: BTreeSet<String> = (0..200).map(|n| format!("stays {n}")).collect();
    for key in &stays {
        cache.set(key, "v", None).unwrap();
    }
    let (mut seen, mut cursor, mut round) = (Vec::new(), Some(0), 0);
    while let Some(at) = cursor {
        let page = cache.keys(at, 7);
        seen.extend(page.items);
        cursor = page.next;
        round += 1;
        // The table grows to thousands of buckets, and is packed into few.
        for n in 0..300 {
            let key = format!("{n}");
            if round % 2 == 0 {
                cache.delete(&key);
            } else {
                cache.set(&key, "v", None).unwrap();
            }
        }
        for key in stays.iter().take(50) {
            cache.set(key, "again", None).unwrap();
        }
    }
    let mut stayed: Vec<&String> = seen.iter().filter(|key| stays.contains(*key)).collect();
    stayed.sort();
    assert_eq!(stayed, stays.iter().collect::<Vec<_>>());
}

#[test]
fn one_of_many_threads_inserts_one_takes_and_all_count() {
    let cache = cache();
    let (inserted, taken, counted) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicI64::new(0));
    thread::scope(|scope| {
        for worker in 0..8 {
            let (cache, inserted, taken, counted) = (&cache, &inserted, &taken, &counted);
            scope.spawn(move || {
                for n in 0..500 {
                    let (key, own) = (format!("insert {n}"), worker.to_string());
                    let (value, ours) = cache.get_or_insert(&key, &own, None).unwrap();
                    assert!(!ours || value.as_str() == Some(&own));
                    inserted.fetch_add(usize::from(ours), Ordering::Relaxed);
                    let key = format!("take {n}");
                    cache.get_or_insert(&key, "v", None).unwrap();
                    // Another thread may insert it again after a take, so the counts below are compared with each other.
                    taken.fetch_add(usize::from(cache.take(&key).is_some()), Ordering::Relaxed);
                    counted.fetch_max(cache.incr("count", 1, None).unwrap(), Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(inserted.into_inner(), 500);
    assert_eq!(counted.into_inner(), 4000);
    assert_eq!(cache.peek("count").unwrap().as_str(), Some("4000"));
    let stats = cache.stats();
    assert_eq!(stats.deletes, taken.into_inner() as u64);
    cache.verify().unwrap();
}

#[test]
fn counts_are_integers_of_64_bits() {
    let cache = cache();
    assert_eq!(cache.incr("k", -5, None), Ok(-5));
    assert_eq!(cache.incr("k", 7, None), Ok(2));
    for (value, error) in [
        ("", Error::NotACount),
        ("1.5", Error::NotACount),
        (" 1", Error::NotACount),
        ("9223372036854775808", Error::NotACount),
        (
            "9223372036854775807",
            Error::CountOverflow {
                value: i64::MAX,
                by: 1,
            },
        ),
    ] {
        cache.set("k", value, None).unwrap();
        assert_eq!(cache.incr("k", 1, None), Err(error));
        assert_eq!(cache.peek("k").unwrap().as_str(), Some(value));
    }
    cache.set("k", b"1", None).unwrap();
    assert_eq!(cache.incr("k", 1, None), Err(Error::NotACount));
}

#[test]
fn a_cap_that_is_lowered_beside_writers_holds_at_once() {
    let cache = Cache::new(&CacheOptions {
        max_entries: Some(20_000),
        ..CacheOptions::default()
    })
    .unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for worker in 0..3 {
            let (cache, done) = (&cache, &done);
            scope.spawn(move || {
                let mut n = 0;
                while !done.load(Ordering::Relaxed) {
                    cache.set(&format!("{worker} {n}"), "v", None).unwrap();
                    let stats = cache.stats();
                    assert!(stats.entries <= stats.max_entries && stats.bytes <= stats.max_bytes);
                    n += 1;
                }
            });
        }
        for round in 0..20 {
            while cache.len() < 2000 {
                thread::yield_now();
            }
            let small = 100 + round;
            cache.resize(Some(small), Some(1 << 16)).unwrap();
            for _ in 0..100 {
                let stats = cache.stats();
                assert!(
                    stats.entries <= small && stats.bytes <= 1 << 16,
                    "{stats:?}"
                );
                assert!(stats.peak_entries <= small && stats.peak_bytes <= 1 << 16);
            }
            cache.resize(Some(20_000), Some(1 << 23)).unwrap();
        }
        done.store(true, Ordering::Relaxed);
    });
    cache.verify().unwrap();
}

#[test]
fn caps_out_of_range_change_nothing() {
    let cache = cache();
    for (entries, bytes) in [(Some(0), None), (Some(5), Some(ENTRY_OVERHEAD - 1))] {
        let refused = cache.resize(entries, bytes);
        assert!(matches!(refused, Err(Error::Count { .. })));
    }
    assert_eq!((cache.max_entries(), cache.max_bytes()), (10_000, 8 << 20));
    cache.resize(None, Some(200)).unwrap();
    let refused = cache.set("k", &"x".repeat(200), None);
    assert!(matches!(
        refused,
        Err(Error::EntryTooLarge { max_bytes: 200, .. })
    ));
    assert_eq!(cache.options().max_bytes, Some(200));
}

#[test]
fn a_snapshot_that_is_refused_leaves_the_cache_as_it_was() {
    let cache = cache();
    cache.set("k", "v", None).unwrap();
    let mut bytes = cache.snapshot().unwrap();
    cache.set("k", "w", None).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let error = cache.restore(&bytes).unwrap_err();
    assert!(matches!(error, Error::Snapshot(_)) && error.code() == "GRID_ARGUMENT");
    assert_eq!(cache.peek("k").unwrap().as_str(), Some("w"));
    bytes[last] ^= 1;
    assert_eq!(cache.restore(&bytes).unwrap().entries, 1);
    assert_eq!(cache.peek("k").unwrap().as_str(), Some("v"));
}
