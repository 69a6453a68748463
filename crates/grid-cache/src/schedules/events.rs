//! Queues of events between threads that evict and threads that read: no wake is lost, and the order is that of the cache.

use std::sync::Arc;

use shuttle::sync::{Mutex, mpsc};
use shuttle::thread;

use super::{entries, exhaust, explore, in_threads};
use crate::{Cache, Event, Interest, Reason, Subscription};

/// A subscription and the wakes of its reader.
fn subscribe(cache: &Cache, capacity: usize) -> (Subscription, mpsc::Receiver<()>) {
    let (sender, woken) = mpsc::channel();
    // A reader that has ended takes no more wakes.
    let wake = move || _ = sender.send(());
    let subscription = cache.subscribe(capacity, Interest::All, Box::new(wake));
    (subscription, woken)
}

/// Reads so many events, and waits for a wake if the queue is empty: forever, if a wake is lost.
fn read(events: &Subscription, woken: &mpsc::Receiver<()>, count: usize) -> Vec<Event> {
    let mut read = Vec::new();
    while read.len() < count {
        let (some, dropped) = events.drain(2);
        assert_eq!(dropped, 0);
        if some.len() < 2 && read.len() + some.len() < count {
            woken.recv().unwrap();
        }
        read.extend(some);
    }
    read
}

/// So many threads, each of which evicts the entry of another, so often, and one that reads.
fn evict_and_read(threads: usize, turns: usize) {
    // One entry at a time: each `set` but the first evicts.
    let cache = Cache::new(&entries(1)).unwrap();
    let (events, woken) = subscribe(&cache, 100);
    let reader = thread::spawn(move || read(&events, &woken, threads * turns - 1));
    let shared = cache.clone();
    in_threads(threads, move |number| {
        for turn in 0..turns {
            let key = format!("{number} {turn}");
            shared.set(&key, "v", None).unwrap();
        }
    });
    let read = reader.join().unwrap();
    assert!(read.iter().all(|event| event.reason == Reason::EntryCap));
    let last = cache.keys(0, 10).items;
    let keys: Vec<&str> = read
        .iter()
        .map(|event| &*event.key)
        .chain([&*last[0]])
        .collect();
    for number in 0..threads {
        let own = keys
            .iter()
            .filter(|key| key.starts_with(&number.to_string()));
        let own: Vec<_> = own.collect();
        assert!(own.is_sorted() && own.len() == turns, "{keys:?}");
    }
}

#[test]
fn no_wake_is_lost_and_the_order_is_that_of_the_cache() {
    explore(|| evict_and_read(2, 3));
}

#[test]
fn no_wake_is_lost_whatever_the_order() {
    exhaust(|| evict_and_read(1, 2));
}

#[test]
fn what_a_full_queue_drops_is_counted() {
    explore(|| {
        let cache = Cache::new(&entries(1)).unwrap();
        let (events, woken) = subscribe(&cache, 1);
        let reader = thread::spawn(move || {
            let mut read = 0;
            while read < 5 {
                woken.recv().unwrap();
                let (events, dropped) = events.drain(10);
                read += events.len() as u64 + dropped;
            }
            read
        });
        in_threads(2, move |number| {
            for turn in 0..3 {
                cache.set(&format!("{number} {turn}"), "v", None).unwrap();
            }
        });
        assert_eq!(reader.join().unwrap(), 5);
    });
}

#[test]
fn a_subscription_may_end_meanwhile_and_a_wake_may_call_the_cache() {
    explore(|| {
        let cache = Cache::new(&entries(1)).unwrap();
        let slot: Arc<Mutex<Option<Subscription>>> = Arc::default();
        let (inside, own) = (cache.clone(), Arc::clone(&slot));
        let wake = move || {
            inside.set("of the wake", "v", None).unwrap();
            let ended = own.lock().unwrap().take();
            drop(ended);
        };
        let subscription = cache.subscribe(10, Interest::All, Box::new(wake));
        *slot.lock().unwrap() = Some(subscription);
        let shared = cache.clone();
        let of_threads = Arc::clone(&slot);
        in_threads(3, move |number| {
            if number == 2 {
                let ended = of_threads.lock().unwrap().take();
                drop(ended);
                return;
            }
            for turn in 0..2 {
                shared.set(&turn.to_string(), "v", None).unwrap();
            }
        });
        cache.verify().unwrap();
        // The subscription has ended, so its wake is dropped.
        assert_eq!(Arc::strong_count(&slot), 1);
        assert_eq!(Arc::strong_count(cache.shared()), 1);
    });
}
