//! `Cache`: conversions, options and handles. `_fallback/cache.py` has the same calls in plain Python.

mod arguments;
mod batches;
mod calls;
mod events;
mod handles;
mod leases;
mod options;
mod results;

pub(crate) use events::Subscription;
pub(crate) use handles::{Cache, Store};
