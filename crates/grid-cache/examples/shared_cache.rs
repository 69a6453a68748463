//! One cache for all threads of a process: `cargo run -p grid-cache --example shared_cache`.

use std::thread;
use std::time::Duration;

use grid_cache::{Cache, CacheOptions, Error, ManualClock, Ttl, Value};

fn main() -> Result<(), Error> {
    let sessions = Cache::open(
        "sessions",
        &CacheOptions {
            max_entries: Some(1000),
            max_bytes: Some(256 * 1024),
            ..CacheOptions::default()
        },
    )?;
    thread::scope(|scope| {
        for worker in 0..4 {
            scope.spawn(move || {
                // The name finds the cache, and the cache keeps its caps.
                let sessions = Cache::open("sessions", &CacheOptions::default());
                for n in 0..1000 {
                    let key = format!("{worker}/{n}");
                    assert!(matches!(&sessions, Ok(open) if open.set(&key, "token", None).is_ok()));
                }
            });
        }
    });
    let stats = sessions.stats();
    assert_eq!((stats.entries, stats.evicted_for_entries), (1000, 3000));
    assert!(stats.peak_bytes <= stats.max_bytes); // the cap was never exceeded

    // The least recently used entry leaves: the order is exact. This program moves the clock itself.
    let clock = ManualClock::default();
    let options = CacheOptions {
        max_entries: Some(2),
        ..CacheOptions::default()
    };
    let cache = Cache::on_clock(&options, &clock)?;
    cache.set("ann", "1", Some(Ttl::from_millis(60_000.0)?))?;
    cache.set("bob", "2", None)?;
    assert_eq!(cache.get("ann").as_ref().and_then(Value::as_str), Some("1"));
    cache.set("cleo", "3", None)?;
    assert!(cache.contains("ann") && !cache.contains("bob"));
    clock.advance(Duration::from_secs(60));
    assert!(!cache.contains("ann"));
    println!("{stats:?}");
    Ok(())
}
