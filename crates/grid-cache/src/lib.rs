//! A bounded cache that every thread of a process can share.
//!
//! - Exact LRU: the victim is always the entry that was read or written longest ago; expired entries go before live ones. On
//!   request S3-FIFO ([`Policy`]), which has a higher hit ratio, but keeps no exact order.
//! - Two caps, entries and bytes, that hold at every instant: room is made before an entry goes in, inside one critical section.
//! - A TTL per entry, renewed by reads if the options say so, on a monotonic clock: setting the wall clock neither expires nor keeps
//!   an entry.
//! - `set` at capacity takes constant time: a slab with intrusive lists, no scans. Longer work (batches, clean-up, a lowered cap) lets
//!   other threads in between.
//! - Leases ([`Cache::lease`]) let one of all callers compute a missing value; subscriptions ([`Cache::subscribe`]) report removed
//!   entries and the reasons; snapshots ([`Cache::snapshot`]) keep entries, their order and their remaining time.
//! - Nothing runs in the background: there are no threads and no timers.
//!
//! One lock, not shards: an exact order and exact caps need the whole cache. A call holds the lock for 30 to 100 ns, so two threads
//! seldom meet, and even less often through a binding, which has its own cost per call. Work on all entries holds it longer: a
//! snapshot, a clear, a resize, and the packing of the rest after more than half of the entries have left.
//!
//! ```
//! use grid_cache::{Cache, CacheOptions, Ttl};
//!
//! let cache = Cache::new(&CacheOptions { max_entries: Some(1000), ..CacheOptions::default() })?;
//! cache.set("greeting", "hello", Some(Ttl::from_millis(60_000.0)?))?;
//! assert_eq!(cache.get("greeting").and_then(|value| value.as_str().map(String::from)), Some("hello".into()));
//! # Ok::<(), grid_cache::Error>(())
//! ```

// A test may panic; the lints are for the library.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

mod after;
mod cache;
mod clock;
mod error;
mod events;
mod leases;
mod limits;
mod order;
mod policy;
mod registry;
mod s3fifo;
#[cfg(all(shuttle, test))]
mod schedules;
mod slab;
mod snapshot;
mod stats;
mod store;
mod sync;
mod table;
mod ttl;
mod value;

// The example of docs/crates.md, run with the tests.
#[cfg(doctest)]
#[doc = concat!("```\n", include_str!("../examples/shared_cache.rs"), "```")]
struct Example;

pub use cache::{Cache, Page, Restored, TimeLeft};
pub use clock::ManualClock;
pub use error::{Error, SnapshotFault};
pub use events::{Event, Interest, Reason, Subscription};
pub use leases::{Lease, LeaseToken, MAX_LEASES, MAX_WAITERS, Wake};
pub use limits::{
    CacheOptions, DEFAULT_MAX_BYTES, DEFAULT_MAX_ENTRIES, HIGHEST_MAX_BYTES, HIGHEST_MAX_ENTRIES,
    Limit, count_from_f64,
};
pub use policy::Policy;
pub use s3fifo::S3FIFO_ENTRY_OVERHEAD;
pub use slab::ENTRY_OVERHEAD;
pub use stats::Stats;
pub use ttl::Ttl;
pub use value::{Value, ValueRef};
