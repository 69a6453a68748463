//! A bounded cache that every thread of a process can share.
//!
//! - Exact LRU: the victim is always the entry that was read or written longest ago; expired entries go before live ones. On
//!   request S3-FIFO ([`Policy`]), which more often has what is asked for, but keeps no exact order.
//! - Two caps, entries and bytes, that hold at every instant: room is made before an entry goes in, inside one critical section.
//! - TTL by entry, renewed by reads if the options say so, on a monotonic clock: setting the wall clock neither expires an entry
//!   nor keeps it.
//! - `set` at capacity takes constant time: a slab with intrusive lists, no scans. Whatever takes longer, batches, cleaning up
//!   and lowering a cap, lets other threads in between.
//! - Leases ([`Cache::lease`]) let one of all callers compute what is missing; subscriptions ([`Cache::subscribe`]) tell what left
//!   and why; snapshots ([`Cache::snapshot`]) keep entries, their order and what is left of their time.
//! - Nothing runs by itself: there are no threads and no timers in here.
//!
//! One lock, not shards: an exact order and exact caps are of the whole cache. The lock is held for 30 to 100 ns a call, so two
//! threads seldom meet, and fewer still where a binding's own cost lies between calls. Longer it is held by what walks through all
//! entries: a snapshot, a clear, a resize, and the packing of what stays when more than half of the entries have left.
//!
//! ```
//! use grid_cache::{Cache, CacheOptions, Ttl};
//!
//! let cache = Cache::new(&CacheOptions { max_entries: Some(1000), ..CacheOptions::default() })?;
//! cache.set("greeting", "hello", Some(Ttl::from_millis(60_000.0)?))?;
//! assert_eq!(cache.get("greeting").and_then(|value| value.as_str().map(String::from)), Some("hello".into()));
//! # Ok::<(), grid_cache::Error>(())
//! ```

// A test may panic; the lints are for what ships.
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
