//! Compute once, by leases.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use grid_cache::{
    Cache, CacheOptions, Error, Lease, LeaseToken, MAX_LEASES, ManualClock, Ttl, Wake,
};

fn cache() -> (Cache, ManualClock) {
    let clock = ManualClock::default();
    let cache = Cache::on_clock(&CacheOptions::default(), &clock).unwrap();
    (cache, clock)
}

fn second() -> Ttl {
    Ttl::from_millis(1000.0).unwrap()
}

fn granted(cache: &Cache, key: &str) -> LeaseToken {
    match cache.lease(key, second(), None).unwrap() {
        Lease::Granted(token) => token,
        other => panic!("{other:?}"),
    }
}

fn counter(woken: &Arc<AtomicUsize>) -> Option<Wake> {
    let woken = Arc::clone(woken);
    Some(Box::new(move || {
        woken.fetch_add(1, Ordering::Relaxed);
    }))
}

#[test]
fn one_computes_and_all_get_the_value() {
    let cache = Cache::new(&CacheOptions::default()).unwrap();
    let computed = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    let (woken, wait) = mpsc::channel();
                    let wake: Wake = Box::new(move || {
                        let _ = woken.send(());
                    });
                    match cache.lease("k", second(), Some(wake)).unwrap() {
                        Lease::Value(value) => {
                            assert_eq!(value.as_str(), Some("computed"));
                            return;
                        }
                        Lease::Granted(token) => {
                            computed.fetch_add(1, Ordering::Relaxed);
                            thread::sleep(Duration::from_millis(20));
                            assert!(cache.fulfil("k", token, "computed", None).unwrap());
                        }
                        Lease::Busy(time) => {
                            assert!(time <= Duration::from_secs(1));
                            // A lost wake is a failure, not a wait.
                            wait.recv_timeout(Duration::from_secs(30)).unwrap();
                        }
                    }
                }
            });
        }
    });
    assert_eq!(computed.load(Ordering::Relaxed), 1);
    assert_eq!(cache.stats().leases, 0);
}

#[test]
fn a_lease_ends_by_itself_and_a_late_value_is_refused() {
    let (cache, clock) = cache();
    let late = granted(&cache, "k");
    clock.advance(Duration::from_millis(400));
    let woken = Arc::default();
    assert_eq!(
        cache.lease("k", second(), counter(&woken)).unwrap(),
        Lease::Busy(Duration::from_millis(600))
    );
    clock.advance(Duration::from_millis(600));
    let next = granted(&cache, "k");
    assert_ne!(late, next);
    assert_eq!(woken.load(Ordering::Relaxed), 1, "the waiter is woken");
    assert_eq!(cache.fulfil("k", late, "late", None), Ok(false));
    assert!(!cache.abandon("k", late) && !cache.contains("k"));
    assert_eq!(cache.fulfil("k", next, "in time", None), Ok(true));
    assert_eq!(cache.peek("k").unwrap().as_str(), Some("in time"));
    assert_eq!(cache.fulfil("k", next, "twice", None), Ok(false));
}

#[test]
fn a_value_that_is_written_meanwhile_is_newer_than_the_computed_one() {
    type Write = fn(&Cache);
    let writes: [(&str, Write); 7] = [
        ("set", |cache| cache.set("k", "1", None).unwrap()),
        ("incr", |cache| assert_eq!(cache.incr("k", 1, None), Ok(1))),
        ("get_or_insert", |cache| {
            assert!(cache.get_or_insert("k", "1", None).unwrap().1);
        }),
        ("delete", |cache| assert!(!cache.delete("k"))),
        ("take", |cache| assert_eq!(cache.take("k"), None)),
        ("clear", Cache::clear),
        ("abandon", |cache| {
            // The tokens of a fresh cache are numbered from 1.
            assert!(cache.abandon("k", LeaseToken::from_u64(1)));
        }),
    ];
    for (what, write) in writes {
        let (cache, _) = cache();
        let token = granted(&cache, "k");
        let other = granted(&cache, "other");
        let woken = Arc::default();
        cache.lease("k", second(), counter(&woken)).unwrap();
        write(&cache);
        assert_eq!(woken.load(Ordering::Relaxed), 1, "{what}");
        let before = cache.peek("k");
        assert_eq!(cache.fulfil("k", token, "stale", None), Ok(false), "{what}");
        assert_eq!(cache.peek("k"), before, "{what}");
        let stands = cache.fulfil("other", other, "v", None);
        assert_eq!(stands, Ok(what != "clear"), "{what}");
    }
}

#[test]
fn a_value_that_is_refused_ends_the_lease() {
    let (cache, _) = cache();
    let token = granted(&cache, "k");
    let woken = Arc::default();
    cache.lease("k", second(), counter(&woken)).unwrap();
    let large = "x".repeat(cache.max_bytes());
    let refused = cache.fulfil("k", token, &large, None);
    assert!(matches!(refused, Err(Error::EntryTooLarge { .. })));
    assert_eq!(woken.load(Ordering::Relaxed), 1);
    granted(&cache, "k");
}

#[test]
fn keys_that_no_entry_could_have_and_too_many_bytes_of_keys_are_refused() {
    let options = CacheOptions {
        max_bytes: Some(1000),
        ..CacheOptions::default()
    };
    let cache = Cache::new(&options).unwrap();
    let key = |letter: &str, bytes: usize| letter.repeat(bytes);
    let refused = cache.lease(&key("a", 921), second(), None);
    assert!(matches!(refused, Err(Error::EntryTooLarge { .. })));
    granted(&cache, &key("b", 920));
    granted(&cache, &key("c", 80));
    let refused = cache.lease("d", second(), None).unwrap_err();
    assert_eq!(refused.code(), "GRID_LIMIT");
    assert!(refused.to_string().contains("keeps 1000 bytes of keys"));
    cache.delete(&key("c", 80));
    granted(&cache, "d");
}

#[test]
fn a_wake_that_is_not_needed_is_dropped_outside_of_the_lock() {
    struct Calls(Cache);
    impl Drop for Calls {
        fn drop(&mut self) {
            self.0.set("dropped", "v", None).unwrap();
        }
    }
    let (cache, _) = cache();
    let calls = Calls(cache.clone());
    let wake: Wake = Box::new(move || drop(calls));
    let lease = cache.lease("k", second(), Some(wake)).unwrap();
    assert!(matches!(lease, Lease::Granted(_)) && cache.contains("dropped"));
}

#[test]
#[cfg_attr(miri, ignore = "Miri takes minutes for it")]
fn leases_are_bounded_and_ended_ones_make_room() {
    let (cache, clock) = cache();
    let woken = Arc::default();
    for n in 0..MAX_LEASES {
        granted(&cache, &n.to_string());
    }
    cache.lease("0", second(), counter(&woken)).unwrap();
    let error = cache.lease("one more", second(), None).unwrap_err();
    assert!(matches!(
        error,
        Error::TooManyLeases {
            most: MAX_LEASES,
            ..
        }
    ));
    assert_eq!(error.code(), "GRID_LIMIT");
    clock.advance(Duration::from_secs(1));
    granted(&cache, "one more");
    assert_eq!(cache.stats().leases, 1);
    assert_eq!(woken.load(Ordering::Relaxed), 1);
}
