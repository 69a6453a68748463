//! The crate through its public API: the behaviour cases, the caps under threads, named caches.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod batches;
mod calls;
mod calls_of_many;
mod caps;
mod cases;
mod clock;
mod events;
mod leases;
#[path = "../model/mod.rs"]
mod model;
mod properties;
mod random;
mod registry;
mod special_forms;
