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

#[test]
fn a_named_cache_outlives_its_threads() {
    let fill = || Cache::open("outlives", &CacheOptions::default())?.set("k", "v", None);
    thread::spawn(fill).join().unwrap().unwrap();
    let cache = Cache::open("outlives", &CacheOptions::default()).unwrap();
    assert_eq!(cache.get("k").unwrap().as_str(), Some("v"));
}

#[test]
fn other_options_are_refused_with_both_values() {
    let ttl = |millis| CacheOptions {
        ttl: Some(Ttl::from_millis(millis).unwrap()),
        ..entries(10)
    };
    Cache::open("options", &entries(10)).unwrap();
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
    Cache::open("timed", &ttl(5.0)).unwrap();
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
fn a_forgotten_name_starts_anew_and_open_handles_go_on() {
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
}
