//! Names that are opened, dropped and forgotten at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{entries, exhaust, explore, in_threads};
use crate::registry::caches;
use crate::{Cache, CacheOptions};

const NAME: &str = "a name";

fn open() -> Cache {
    Cache::open(NAME, &entries(10)).unwrap()
}

/// Opens the name twice: both must be the same cache, with the entry that is set.
fn open_and_use(key: &str) -> Cache {
    let cache = open();
    cache.set(key, "v", None).unwrap();
    let again = open();
    assert!(again.is_same(&cache) && again.contains(key));
    again
}

/// The map must not have the name after all handles are dropped.
fn assert_free() {
    assert!(!caches().contains_key(NAME));
}

#[test]
fn an_open_that_meets_the_last_drop_gets_a_live_cache() {
    exhaust(|| {
        in_threads(2, |_| {
            let cache = open();
            assert!(open().is_same(&cache));
        });
        assert_free();
    });
}

#[test]
fn names_that_come_and_go_are_one_cache_at_a_time() {
    explore(|| {
        in_threads(4, |number| {
            for _ in 0..3 {
                let cache = open_and_use(&number.to_string());
                // The last handle may be this clone, or that of another thread.
                drop(cache.clone());
            }
        });
        assert_free();
    });
}

#[test]
fn handles_are_counted_in_all_threads() {
    explore(|| {
        let first = open_and_use("k");
        let clones: Vec<Cache> = in_threads(3, {
            let first = first.clone();
            move |_| {
                let opened = open();
                assert!(opened.is_same(&first));
                opened
            }
        });
        drop(first);
        let left = Arc::new(AtomicUsize::new(clones.len()));
        let clones = std::sync::Mutex::new(clones);
        in_threads(3, move |_| {
            let handle = clones.lock().unwrap().pop().unwrap();
            assert!(handle.contains("k"));
            left.fetch_sub(1, Ordering::Relaxed);
            drop(handle);
        });
        assert_free();
    });
}

#[test]
fn a_forgotten_cache_does_not_come_back_and_its_end_leaves_the_name() {
    explore(|| {
        in_threads(3, |_| {
            let old = open();
            old.set("k", "v", None).unwrap();
            Cache::forget(NAME);
            let new = open();
            assert!(!new.is_same(&old));
            assert!(old.contains("k"), "an open handle goes on");
            drop(old);
            drop(new);
        });
        assert_free();
    });
}

#[test]
fn forgetting_while_others_open_and_drop_leaves_no_name_behind() {
    explore(|| {
        in_threads(4, |number| {
            for _ in 0..2 {
                if number == 0 {
                    Cache::forget(NAME);
                    continue;
                }
                let cache = open();
                cache.set("k", "v", None).unwrap();
                assert!(cache.contains("k"));
            }
        });
        assert_free();
    });
}

#[test]
fn a_kept_cache_stays_without_handles_until_one_thread_forgets_it() {
    explore(|| {
        let keep = CacheOptions {
            keep: Some(true),
            ..entries(10)
        };
        let opened = move |number: usize| {
            let cache = Cache::open(NAME, &keep).unwrap();
            cache.set(&number.to_string(), "v", None).unwrap();
        };
        in_threads(3, opened);
        let kept = Cache::open(NAME, &keep).unwrap();
        assert_eq!(kept.len(), 3);
        drop(kept);
        let forgotten = in_threads(3, |_| usize::from(Cache::forget(NAME)));
        assert_eq!(forgotten.iter().sum::<usize>(), 1);
        assert_free();
    });
}
