//! Leases on a clock that does not move, so that no lease times out: a caller that is not woken waits forever.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use shuttle::thread;

use super::{entries, exhaust, explore, in_threads, wake};
use crate::{Cache, Lease, ManualClock, Ttl};

fn cache() -> Cache {
    Cache::on_clock(&entries(10), &ManualClock::default()).unwrap()
}

/// Asks for a key and waits until there is a value, which `compute` stores unless it gives up. Without a wake for each wait it does not
/// return.
fn fetch(cache: &Cache, compute: impl Fn(crate::LeaseToken)) -> String {
    loop {
        let (wake, woken) = wake();
        match cache.lease("k", Ttl::MAX, Some(wake)).unwrap() {
            Lease::Value(value) => return value.as_str().unwrap().to_owned(),
            Lease::Granted(token) => compute(token),
            Lease::Busy(_) => {
                woken.recv().unwrap();
                assert!(woken.recv().is_err(), "a wake is called once");
            }
        }
    }
}

#[test]
fn one_computes_and_the_others_are_woken() {
    explore(|| {
        let (cache, computed) = (cache(), Arc::new(AtomicUsize::new(0)));
        let (shared, count) = (cache.clone(), Arc::clone(&computed));
        let values = in_threads(4, move |number| {
            fetch(&shared, |token| {
                count.fetch_add(1, Ordering::Relaxed);
                let value = number.to_string();
                assert_eq!(shared.fulfil("k", token, &value, None), Ok(true));
            })
        });
        assert_eq!(computed.load(Ordering::Relaxed), 1);
        assert!(values.iter().all(|value| *value == values[0]));
        assert_eq!(cache.stats().leases, 0);
    });
}

#[test]
fn a_caller_at_the_end_of_a_lease_is_woken_or_finds_the_value() {
    exhaust(|| {
        let cache = cache();
        let Ok(Lease::Granted(token)) = cache.lease("k", Ttl::MAX, None) else {
            panic!("no other caller asked");
        };
        let shared = cache.clone();
        let waits = thread::spawn(move || fetch(&shared, |_| panic!("it is computed already")));
        assert_eq!(cache.fulfil("k", token, "v", None), Ok(true));
        assert_eq!(waits.join().unwrap(), "v");
    });
}

#[test]
fn a_caller_that_gives_up_lets_another_compute() {
    explore(|| {
        let (cache, tries) = (cache(), Arc::new(AtomicUsize::new(0)));
        let shared = cache.clone();
        in_threads(4, move |_| {
            fetch(&shared, |token| {
                // The first two give up, whatever their threads.
                if tries.fetch_add(1, Ordering::Relaxed) < 2 {
                    assert!(shared.abandon("k", token));
                } else {
                    assert_eq!(shared.fulfil("k", token, "v", None), Ok(true));
                }
            })
        });
        assert_eq!(cache.stats().leases, 0);
    });
}

#[test]
fn whatever_ends_a_lease_wakes_and_its_value_comes_too_late() {
    type End = fn(&Cache);
    const ENDS: [End; 5] = [
        |cache| cache.set("k", "newer", None).unwrap(),
        |cache| drop(cache.get_or_insert("k", "newer", None).unwrap()),
        |cache| drop(cache.take("k")),
        Cache::clear,
        |cache| _ = cache.restore(&cache.snapshot().unwrap()).unwrap(),
    ];
    for end in ENDS {
        explore(move || {
            let cache = cache();
            let shared = cache.clone();
            in_threads(3, move |number| {
                if number == 0 {
                    end(&shared);
                    return;
                }
                fetch(&shared, |token| {
                    let own = format!("of {number}");
                    let stood = shared.fulfil("k", token, &own, None).unwrap();
                    let value = shared.peek("k");
                    let there = value.is_some_and(|value| value.as_str() == Some(&own));
                    assert!(stood || !there, "it came too late and is there");
                });
            });
            assert_eq!(cache.stats().leases, 0);
        });
    }
}
