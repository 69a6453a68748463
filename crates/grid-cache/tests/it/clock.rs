//! Details of time, on a manual clock.

use std::time::Duration;

use grid_cache::{Cache, CacheOptions, ManualClock, TimeLeft, Ttl};

fn millis(millis: f64) -> Option<Ttl> {
    Some(Ttl::from_millis(millis).unwrap())
}

fn cache(options: &CacheOptions) -> (Cache, ManualClock) {
    let clock = ManualClock::default();
    (Cache::on_clock(options, &clock).unwrap(), clock)
}

#[test]
fn expired_entries_go_before_live_ones_and_only_as_many_as_needed() {
    let (cache, clock) = cache(&CacheOptions {
        max_entries: Some(3),
        ..CacheOptions::default()
    });
    cache.set("oldest", "v", None).unwrap();
    cache.set("late", "v", millis(2.0)).unwrap();
    cache.set("early", "v", millis(1.0)).unwrap();
    clock.advance(Duration::from_millis(2));
    cache.set("new", "v", None).unwrap();
    // The room of `late` was not needed.
    assert_eq!((cache.len(), cache.stats().expirations), (3, 1));
    assert!(cache.contains("oldest") && cache.contains("new"));
    assert_eq!(cache.cleanup_expired(), 1);
}

#[test]
fn an_entry_lives_until_its_last_microsecond() {
    let (cache, clock) = cache(&CacheOptions::default());
    clock.advance(Duration::from_micros(5));
    cache.set("k", "v", millis(1.0)).unwrap();
    clock.advance(Duration::from_micros(999));
    assert!(cache.get("k").is_some());
    assert_eq!(
        cache.ttl_of("k"),
        TimeLeft::Expires(Duration::from_micros(1))
    );
    clock.advance(Duration::from_micros(1));
    assert_eq!(cache.ttl_of("k"), TimeLeft::Missing);
    assert!(!cache.contains("k") && cache.peek("k").is_none());
    assert_eq!(cache.len(), 1, "a look reclaims nothing");
    assert!(cache.get("k").is_none());
    assert_eq!((cache.len(), cache.bytes()), (0, 0));
}

#[test]
fn an_entry_has_its_own_ttl_or_that_of_the_cache_or_none() {
    let (cache, clock) = cache(&CacheOptions {
        ttl: millis(10.0),
        ..CacheOptions::default()
    });
    cache.set("default", "v", None).unwrap();
    cache.set("own", "v", millis(20.0)).unwrap();
    cache.set("never", "v", Some(Ttl::NEVER)).unwrap();
    assert_eq!(cache.ttl_of("never"), TimeLeft::Never);
    clock.advance(Duration::from_millis(10));
    assert_eq!((cache.len(), cache.get("default")), (3, None));
    clock.advance(Duration::from_millis(10));
    assert!(cache.get("own").is_none());
    clock.advance(Duration::from_secs(1 << 32));
    assert!(cache.get("never").is_some());
}

#[test]
fn a_read_only_renews_a_sliding_ttl() {
    for sliding in [true, false] {
        let (cache, clock) = cache(&CacheOptions {
            ttl: millis(10.0),
            sliding: Some(sliding),
            ..CacheOptions::default()
        });
        cache.set("read", "v", None).unwrap();
        cache.set("touched", "v", millis(12.0)).unwrap();
        cache.set("counted", "0", None).unwrap();
        cache.set("peeked", "v", None).unwrap();
        cache.set("never", "v", Some(Ttl::NEVER)).unwrap();
        for _ in 0..2 {
            clock.advance(Duration::from_millis(9));
            cache.get_many(&["read", "never"]);
            cache.touch("touched");
            cache.incr("counted", 1, Some(Ttl::NEVER)).unwrap();
            cache.peek("peeked");
        }
        for key in ["read", "touched"] {
            assert_eq!(cache.contains(key), sliding, "{key}");
        }
        // Without sliding the second count starts a new entry.
        let counted = if sliding { "2" } else { "1" };
        assert_eq!(cache.peek("counted").unwrap().as_str(), Some(counted));
        assert!(!cache.contains("peeked") && cache.contains("never"));
    }
}

#[test]
fn expire_sets_and_removes_a_ttl_and_keeps_the_order_of_use() {
    let (cache, clock) = cache(&CacheOptions {
        max_entries: Some(2),
        ttl: millis(10.0),
        ..CacheOptions::default()
    });
    cache.set("a", "v", None).unwrap();
    cache.set("b", "v", None).unwrap();
    assert!(cache.expire("a", None) && cache.expire("b", millis(1.0)));
    assert_eq!(cache.ttl_of("a"), TimeLeft::Never);
    assert!(!cache.expire("missing", None));
    clock.advance(Duration::from_millis(1));
    assert!(!cache.expire("b", None), "what has expired stays so");
    cache.set("c", "v", None).unwrap();
    cache.set("d", "v", None).unwrap();
    assert!(!cache.contains("a"), "it was the least recently used");
}

#[test]
fn cleanup_goes_on_past_one_batch_and_spares_the_rest() {
    let (cache, clock) = cache(&CacheOptions::default());
    for n in 0..600 {
        cache.set(&n.to_string(), "v", Some(Ttl::MAX)).unwrap();
    }
    cache.set("stays", "v", None).unwrap();
    clock.advance(Duration::MAX);
    assert_eq!((cache.cleanup_expired(), cache.len()), (600, 1));
    assert_eq!(cache.cleanup_expired(), 0);
}
