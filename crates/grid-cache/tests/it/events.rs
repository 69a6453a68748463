//! Events of subscriptions, their wakes, and dropped events.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use grid_cache::{Cache, CacheOptions, Interest, ManualClock, Reason, Subscription, Ttl, Wake};

/// A cache of two entries on a clock.
fn two() -> (Cache, ManualClock) {
    let clock = ManualClock::default();
    let options = CacheOptions {
        max_entries: Some(2),
        ..CacheOptions::default()
    };
    (Cache::on_clock(&options, &clock).unwrap(), clock)
}

/// A subscription and how often it was woken.
fn subscribe(
    cache: &Cache,
    capacity: usize,
    interest: Interest,
) -> (Subscription, Arc<AtomicUsize>) {
    let woken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&woken);
    let wake = move || {
        count.fetch_add(1, Ordering::Relaxed);
    };
    (cache.subscribe(capacity, interest, Box::new(wake)), woken)
}

fn events_of(subscription: &Subscription) -> Vec<(String, Reason)> {
    let (events, dropped) = subscription.drain(usize::MAX);
    assert_eq!(dropped, 0);
    let events = events.into_iter();
    events
        .map(|event| (event.key.to_string(), event.reason))
        .collect()
}

fn set(cache: &Cache, keys: &[&str]) {
    for key in keys {
        cache.set(key, "v", None).unwrap();
    }
}

#[test]
fn every_reason_is_reported_in_order() {
    let (cache, clock) = two();
    let (all, _) = subscribe(&cache, 100, Interest::All);
    let (losses, _) = subscribe(&cache, 100, Interest::Losses);
    set(&cache, &["a", "b", "b", "c"]);
    cache.delete("b");
    cache
        .set("t", "v", Some(Ttl::from_millis(1.0).unwrap()))
        .unwrap();
    clock.advance(Duration::from_millis(1));
    cache.set("d", "v", None).unwrap();
    cache.resize(Some(1), None).unwrap();
    cache.resize(Some(2), Some(200)).unwrap();
    cache.set("e", &"x".repeat(100), None).unwrap();
    let own = |events: &[(&str, Reason)]| -> Vec<_> {
        events
            .iter()
            .map(|(key, reason)| ((*key).to_owned(), *reason))
            .collect()
    };
    let expected = [
        ("b", Reason::Replaced),
        ("a", Reason::EntryCap),
        ("b", Reason::Deleted),
        ("t", Reason::Expired),
        ("c", Reason::Resize),
        ("d", Reason::ByteCap),
    ];
    assert_eq!(events_of(&all), own(&expected));
    assert_eq!(
        events_of(&losses),
        own(&[expected[1], expected[3], expected[4], expected[5]])
    );
}

#[test]
fn a_reader_is_woken_for_the_first_event_of_an_empty_queue() {
    let (cache, _) = two();
    let (events, woken) = subscribe(&cache, 10, Interest::All);
    set(&cache, &["a", "b"]);
    assert_eq!(woken.load(Ordering::Relaxed), 0);
    set(&cache, &["c", "d", "e"]);
    assert_eq!(woken.load(Ordering::Relaxed), 1);
    let (some, _) = events.drain(2);
    assert_eq!(some.len(), 2);
    set(&cache, &["f"]);
    assert_eq!(woken.load(Ordering::Relaxed), 1, "the queue was not empty");
    assert_eq!(events_of(&events).len(), 2);
    set(&cache, &["g"]);
    assert_eq!(woken.load(Ordering::Relaxed), 2);
}

#[test]
fn a_full_queue_keeps_the_first_events_and_counts_the_dropped_ones() {
    let (cache, _) = two();
    let (events, _) = subscribe(&cache, 3, Interest::Losses);
    let keys: Vec<String> = (0..10).map(|n| n.to_string()).collect();
    set(&cache, &keys.iter().map(String::as_str).collect::<Vec<_>>());
    let (kept, dropped) = events.drain(usize::MAX);
    let kept: Vec<&str> = kept.iter().map(|event| &*event.key).collect();
    assert_eq!((kept, dropped), (vec!["0", "1", "2"], 5));
    assert_eq!(events.drain(usize::MAX), (vec![], 0));
}

#[test]
fn a_queue_of_long_keys_is_bounded_by_their_bytes() {
    let (cache, _) = two();
    let (events, woken) = subscribe(&cache, 4, Interest::All);
    let key = |letter: &str, bytes: usize| letter.repeat(bytes);
    // 4 events may have 1024 bytes of keys. The first alone has more: the queue stays empty, and the reader is woken.
    for key in [key("a", 1025), key("b", 1000), key("c", 25), key("d", 24)] {
        set(&cache, &[&key]);
        cache.delete(&key);
    }
    assert_eq!(woken.load(Ordering::Relaxed), 1);
    let (kept, dropped) = events.drain(1);
    assert_eq!((kept[0].key.len(), dropped), (1000, 2));
    // Drained keys make room.
    set(&cache, &[&key("e", 1000)]);
    cache.delete(&key("e", 1000));
    let (kept, dropped) = events.drain(10);
    let lengths: Vec<usize> = kept.iter().map(|event| event.key.len()).collect();
    assert_eq!((lengths, dropped), (vec![24, 1000], 0));
    assert_eq!(woken.load(Ordering::Relaxed), 1);
}

#[test]
fn after_a_wake_that_panics_the_others_are_called() {
    let (cache, _) = two();
    let fault = || panic!("of a wake");
    let _first = cache.subscribe(10, Interest::All, Box::new(fault));
    let (_second, woken) = subscribe(&cache, 10, Interest::All);
    let second = Ttl::from_millis(1000.0).unwrap();
    let waiting = Arc::new(AtomicUsize::new(0));
    let lease = |wake: Option<Wake>| cache.lease("k", second, wake).unwrap();
    lease(None);
    lease(Some(Box::new(fault)));
    let count = Arc::clone(&waiting);
    lease(Some(Box::new(move || {
        count.fetch_add(1, Ordering::Relaxed);
    })));
    set(&cache, &["a", "b"]);
    let died = catch_unwind(AssertUnwindSafe(|| set(&cache, &["k"])));
    assert!(died.is_err(), "it is not hidden");
    let woken = woken.load(Ordering::Relaxed);
    assert_eq!((woken, waiting.load(Ordering::Relaxed)), (1, 1));
    assert!(cache.contains("k"));
    cache.verify().unwrap();
}

#[test]
fn a_wake_that_owns_the_cache_is_dropped_with_its_subscription() {
    let (cache, _) = two();
    let owned = Arc::new(cache.clone());
    let inside = Arc::clone(&owned);
    let wake = move || inside.clear();
    let events = cache.subscribe(10, Interest::All, Box::new(wake));
    assert_eq!(Arc::strong_count(&owned), 2);
    drop(events);
    assert_eq!(Arc::strong_count(&owned), 1);
}

#[test]
fn a_wake_may_call_the_cache_and_drop_subscriptions() {
    let (cache, _) = two();
    let inside = cache.clone();
    let slot: Arc<Mutex<Option<Subscription>>> = Arc::default();
    let other = Arc::clone(&slot);
    let wake = move || {
        inside.set("from the wake", "v", None).unwrap();
        other.lock().unwrap().take();
    };
    let (second, woken) = subscribe(&cache, 10, Interest::Losses);
    let first = cache.subscribe(10, Interest::Losses, Box::new(wake));
    *slot.lock().unwrap() = Some(second);
    set(&cache, &["a", "b", "c"]);
    assert!(cache.contains("from the wake"));
    assert_eq!(woken.load(Ordering::Relaxed), 1);
    assert_eq!(events_of(&first).len(), 2);
}

#[test]
fn a_dropped_subscription_gets_no_events_or_wakes() {
    let (cache, _) = two();
    let (events, woken) = subscribe(&cache, 10, Interest::All);
    drop(events);
    set(&cache, &["a", "b", "c"]);
    assert_eq!(woken.load(Ordering::Relaxed), 0);
}
