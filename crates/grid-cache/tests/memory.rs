//! The memory of a cache, and its behaviour when allocations fail. One test, since there is one allocator.

#![allow(clippy::unwrap_used)]

use std::alloc::System;

use cap::Cap;
use grid_cache::{Cache, CacheOptions, ENTRY_OVERHEAD, Error, Interest, Policy, Ttl};

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Bytes of a cache with its first slots, which its counts do not include.
const FIXED: usize = 4160;

fn cache(max_bytes: usize) -> Cache {
    Cache::new(&CacheOptions {
        max_entries: Some(1_000_000),
        max_bytes: Some(max_bytes),
        ttl: Some(Ttl::MAX),
        ..CacheOptions::default()
    })
    .unwrap()
}

/// Runs with a limit of so many more bytes.
fn with_memory<T>(bytes: usize, run: impl FnOnce() -> T) -> T {
    ALLOCATOR.set_limit(ALLOCATOR.allocated() + bytes).unwrap();
    let result = run();
    ALLOCATOR.set_limit(usize::MAX).unwrap();
    result
}

#[test]
fn memory_is_counted_and_its_end_is_an_error() {
    wait_for_quiet();
    // Each thread keeps a small buffer for texts.
    cache(1000).set("k", &"v".repeat(100), None).unwrap();
    let start = ALLOCATOR.allocated();
    let empty = cache(isize::MAX as usize);
    assert!(ALLOCATOR.allocated() - start <= FIXED);
    empty.set("k", "v", None).unwrap();
    assert!(
        ALLOCATOR.allocated() - start <= 2 * FIXED,
        "a few slots at first"
    );
    drop(empty);
    assert_eq!(ALLOCATOR.allocated(), start, "all of it comes back");
    overhead_is_what_counts();
    ghosts_are_counted();
    growth_that_fails_changes_nothing();
    large_values_and_snapshots_that_fail_change_nothing();
    names_that_are_closed_take_nothing();
    subscriptions_that_have_ended_take_nothing();
}

/// The allocator counts the process: the thread that waits for the test takes some memory too, at its start.
fn wait_for_quiet() {
    let mut before = usize::MAX;
    while before != ALLOCATOR.allocated() {
        before = ALLOCATOR.allocated();
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
}

/// At any number of entries, including the worst between two steps of growth.
fn overhead_is_what_counts() {
    let start = ALLOCATOR.allocated();
    let cache = cache(isize::MAX as usize);
    for n in 0..30_000 {
        // A multiple of 8 bytes: allocations are rounded up to that, which the overhead does not include.
        let (key, value) = (format!("key{n:09}"), [7; 20]);
        cache.set(&key, &value, None).unwrap();
        drop(key);
        let taken = ALLOCATOR.allocated() - start;
        assert!(
            taken <= cache.bytes() + FIXED,
            "{taken} bytes for {} entries that count {}",
            cache.len(),
            cache.bytes()
        );
    }
    let each = (ALLOCATOR.allocated() - start) / cache.len() - 32;
    assert!(each <= ENTRY_OVERHEAD, "{each} bytes an entry");
}

/// Under S3-FIFO, while the cache grows, while it evicts, and when a few large entries have replaced the many.
fn ghosts_are_counted() {
    let start = ALLOCATOR.allocated();
    let cache = Cache::new(&CacheOptions {
        max_entries: Some(1_000_000),
        max_bytes: Some(2 << 20),
        policy: Some(Policy::S3Fifo),
        ..CacheOptions::default()
    })
    .unwrap();
    let check = |moment: &str, extra: usize| {
        let taken = ALLOCATOR.allocated() - start;
        let counted = cache.bytes();
        assert!(
            taken <= counted + extra,
            "{taken} bytes where {counted} count, {moment}"
        );
    };
    for n in 0..50_000 {
        // A multiple of 8 bytes, as above.
        let (key, value) = (format!("key{n:09}"), [7; 20]);
        cache.set(&key, &value, None).unwrap();
        drop(key);
        check("with small entries", FIXED);
    }
    let full = cache.len();
    let each = (ALLOCATOR.allocated() - start) / full - 32;
    // Slots of 32-bit targets are smaller than the overhead, which is the same on all targets.
    let least = Policy::Lru.entry_overhead();
    assert!(
        each <= Policy::S3Fifo.entry_overhead() && (each > least || size_of::<usize>() < 8),
        "{each} bytes an entry"
    );
    for n in 0..200 {
        cache
            .set(&format!("large{n:03}"), &[7; 16 * 1024], None)
            .unwrap();
    }
    assert!(cache.len() < full / 50);
    // Half of the slots may be unused until they are packed.
    check(
        "with large entries",
        FIXED + cache.len() * Policy::S3Fifo.entry_overhead(),
    );
}

// A cache that grew until an entry was refused, and the number of that entry.
fn refused_with(bytes: usize) -> Option<(Cache, usize, Error)> {
    let cache = cache(isize::MAX as usize);
    with_memory(bytes, || {
        let room = || ALLOCATOR.limit() - ALLOCATOR.allocated() > 40_000;
        let refused = (0..1_000_000)
            .take_while(|_| room())
            .find_map(|n: usize| Some((n, cache.set(&n.to_string(), "v", None).err()?)));
        cache.verify().unwrap();
        // Calls that need no growth still work.
        cache.set("0", "w", None).unwrap();
        refused
    })
    .map(|(at, error)| (cache, at, error))
}

fn growth_that_fails_changes_nothing() {
    // The size of the slots decides when a block grows: with some of these amounts there is enough left for a small value, and too little
    // for a larger block.
    let refused = (0..8).find_map(|step| refused_with((3 << 20) + step * 20_000));
    let (cache, at, error) = refused.unwrap();
    assert!(matches!(error, Error::OutOfMemory { .. }) && error.code() == "GRID_LIMIT");
    assert_eq!(cache.len(), at);
    assert!(cache.contains(&(at - 1).to_string()) && !cache.contains(&at.to_string()));
    cache.set(&at.to_string(), "v", None).unwrap();
    cache.verify().unwrap();
}

fn large_values_and_snapshots_that_fail_change_nothing() {
    let cache = cache(64 << 20);
    let large = vec![1; 4 << 20];
    cache.set("k", "old", None).unwrap();
    let fails = |result: Result<(), Error>| matches!(result, Err(Error::OutOfMemory { .. }));
    assert!(with_memory(1 << 20, || fails(cache.set("k", &large, None))));
    assert_eq!(cache.get("k").unwrap().as_str(), Some("old"));
    cache.set("k", &large, None).unwrap();
    assert!(with_memory(1 << 20, || fails(cache.snapshot().map(drop))));
    let snapshot = cache.snapshot().unwrap();
    cache.set("k", "new", None).unwrap();
    assert!(with_memory(1 << 20, || fails(
        cache.restore(&snapshot).map(drop)
    )));
    assert_eq!(cache.get("k").unwrap().as_str(), Some("new"));
    cache.restore(&snapshot).unwrap();
    assert_eq!(cache.get("k").unwrap().as_bytes(), large);
    cache.clear();
    // Many small values, none of which alone would be checked.
    for n in 0..5000 {
        cache.set(&n.to_string(), &[7; 1000], None).unwrap();
    }
    let snapshot = cache.snapshot().unwrap();
    assert!(with_memory(1 << 21, || fails(
        cache.restore(&snapshot).map(drop)
    )));
    assert_eq!(cache.len(), 5000);
}

fn names_that_are_closed_take_nothing() {
    let open = |n: u32| drop(Cache::open(&n.to_string(), &CacheOptions::default()).unwrap());
    open(0);
    let start = ALLOCATOR.allocated();
    (0..1000).for_each(open);
    let taken = ALLOCATOR.allocated().saturating_sub(start);
    // The map keeps some room; a cache without entries takes 2 to 3 KiB.
    assert!(taken <= 64 * 1024, "{taken} bytes for 1000 names");
}

fn subscriptions_that_have_ended_take_nothing() {
    let cache = cache(1000);
    let subscribe = |_| drop(cache.subscribe(1, Interest::All, Box::new(|| {})));
    (0..10).for_each(subscribe);
    let start = ALLOCATOR.allocated();
    (0..1000).for_each(subscribe);
    assert_eq!(ALLOCATOR.allocated(), start);
}
