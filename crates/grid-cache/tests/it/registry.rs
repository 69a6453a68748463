//! Named caches across threads.

use std::thread;

use grid_cache::{Cache, CacheOptions, Error, Ttl};

fn entries(max_entries: usize) -> CacheOptions {
    CacheOptions {
        max_entries: Some(max_entries),
        ..CacheOptions::default()
    }
}

#[test]
fn one_name_is_one_cache_in_every_thread() {
    let caches: Vec<Cache> = thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|n: u32| {
                scope.spawn(move || {
                    let cache = Cache::open("one name", &entries(100)).unwrap();
                    cache.set(&n.to_string(), "v", None).unwrap();
                    cache
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(caches.iter().all(|cache| cache.is_same(&caches[0])));
    assert_eq!(caches[0].len(), 8);
}

/// Options of a cache that stays without handles.
fn kept() -> CacheOptions {
    CacheOptions {
        keep: Some(true),
        ..entries(10)
    }
}

#[test]
fn a_cache_is_dropped_with_its_last_handle_in_any_thread() {
    let (name, options) = ("last handle", entries(10));
    let first = Cache::open(name, &options).unwrap();
    let fill = move || Cache::open(name, &entries(10))?.set("k", "v", None);
    thread::spawn(fill).join().unwrap().unwrap();
    let second = first.clone();
    drop(first);
    let third = Cache::open(name, &options).unwrap();
    assert_eq!(third.get("k").unwrap().as_str(), Some("v"));
    drop(second);
    assert!(third.contains("k"));
    drop(third);
    assert!(!Cache::forget(name), "the name is free");
    // Other options are not an error: the old cache does not exist any more.
    assert!(Cache::open(name, &entries(20)).unwrap().is_empty());
}

#[test]
fn a_worker_that_dies_closes_what_it_opened() {
    let (sent, received) = std::sync::mpsc::channel();
    let died = thread::spawn(move || {
        let cache = Cache::open("dies", &entries(10)).unwrap();
        cache.set("k", "v", None).unwrap();
        sent.send(Cache::open("dies", &entries(10)).unwrap())
            .unwrap();
        panic!("the worker ends");
    });
    let ours = received.recv().unwrap();
    assert!(died.join().is_err());
    assert!(ours.contains("k"));
    drop(ours);
    assert!(!Cache::forget("dies"));
}

#[test]
fn a_kept_cache_outlives_its_handles_until_it_is_forgotten() {
    let fill = || Cache::open("kept", &kept())?.set("k", "v", None);
    thread::spawn(fill).join().unwrap().unwrap();
    let error = Cache::open(
        "kept",
        &CacheOptions {
            keep: Some(false),
            ..kept()
        },
    )
    .unwrap_err();
    let message = error.to_string();
    assert!(
        message.contains("keep true") && message.contains("asks for false"),
        "{message}"
    );
    assert!(
        Cache::open("kept", &CacheOptions::default())
            .unwrap()
            .contains("k")
    );
    assert!(Cache::forget("kept"));
    assert!(Cache::open("kept", &entries(20)).unwrap().is_empty());
}

/// How often each thread opens and drops. Miri finds a race in a few rounds, but takes a thousand times as long.
const TURNS: usize = if cfg!(miri) { 20 } else { 2000 };

#[test]
fn names_that_come_and_go_in_many_threads_are_one_cache_at_a_time() {
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..TURNS {
                    let ours = Cache::open("comes and goes", &entries(10)).unwrap();
                    let again = Cache::open("comes and goes", &entries(10)).unwrap();
                    assert!(ours.is_same(&again));
                }
            });
        }
    });
    assert!(!Cache::forget("comes and goes"));
}

#[test]
fn a_resized_cache_is_still_opened_with_its_first_options() {
    let cache = Cache::open("resized", &entries(10)).unwrap();
    cache.resize(Some(20), None).unwrap();
    assert!(Cache::open("resized", &entries(10)).is_ok_and(|again| again.max_entries() == 20));
    assert!(Cache::open("resized", &entries(20)).is_err());
}

#[test]
fn other_options_are_refused_with_both_values() {
    let ttl = |millis| CacheOptions {
        ttl: Some(Ttl::from_millis(millis).unwrap()),
        ..entries(10)
    };
    let _open = Cache::open("options", &entries(10)).unwrap();
    Cache::open("options", &CacheOptions::default()).unwrap();
    let error = Cache::open("options", &entries(20)).unwrap_err();
    assert!(matches!(error, Error::OptionsDiffer { .. }));
    assert_eq!(error.code(), "GRID_ARGUMENT");
    let message = error.to_string();
    assert!(
        message.contains("\"options\"")
            && message.contains("entry cap 10")
            && message.contains("20"),
        "{message}"
    );
    let message = Cache::open("options", &ttl(5.0)).unwrap_err().to_string();
    assert!(
        message.contains("TTL none") && message.contains("5 ms"),
        "{message}"
    );
    let _open = Cache::open("timed", &ttl(5.0)).unwrap();
    Cache::open("timed", &entries(10)).unwrap();
    assert!(Cache::open("timed", &ttl(6.0)).is_err());
    let bytes = CacheOptions {
        max_bytes: Some(5000),
        ..CacheOptions::default()
    };
    assert!(
        Cache::open("timed", &bytes)
            .unwrap_err()
            .to_string()
            .contains("byte cap 8388608")
    );
}

#[test]
fn bad_options_make_no_cache() {
    assert!(matches!(
        Cache::open("bad", &entries(0)),
        Err(Error::Count { .. })
    ));
    assert!(!Cache::forget("bad"));
}

#[test]
fn a_forgotten_name_starts_again_and_open_handles_still_work() {
    let old = Cache::open("forgotten", &entries(10)).unwrap();
    old.set("k", "old", None).unwrap();
    assert!(Cache::forget("forgotten"));
    assert!(!Cache::forget("forgotten"));
    let new = Cache::open("forgotten", &entries(20)).unwrap();
    assert!(!new.is_same(&old));
    assert_eq!(
        (new.get("k"), old.get("k").unwrap().as_str()),
        (None, Some("old"))
    );
    // The name belongs to the new cache: the drop of the old one does not remove it.
    drop(old);
    assert!(
        Cache::open("forgotten", &entries(20))
            .unwrap()
            .is_same(&new)
    );
}

#[test]
fn defaults_count_for_the_caller_that_makes_the_cache() {
    let name = "registry: defaults";
    let given = CacheOptions {
        max_entries: Some(7),
        ..CacheOptions::default()
    };
    let defaults = |count| CacheOptions {
        max_entries: Some(count),
        max_bytes: Some(1000 * count),
        ..CacheOptions::default()
    };
    let cache = Cache::open_with_defaults(name, &given, &defaults(5)).unwrap();
    assert_eq!((cache.max_entries(), cache.max_bytes()), (7, 5000));
    let other = Cache::open_with_defaults(name, &CacheOptions::default(), &defaults(9)).unwrap();
    assert!(other.is_same(&cache));
    assert!(Cache::open_with_defaults(name, &defaults(5), &defaults(5)).is_err());
}
