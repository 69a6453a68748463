//! A cache and a reference that is too simple to be wrong, step by step, on a clock that is moved by hand.
//!
//! Shared by the property tests and by the example `fuzz`: a step is five numbers, so both make steps as they like.

mod all_entries;
mod leases;
mod many_keys;
mod one_key;
mod order;
mod reference;
mod run;
mod snapshot;
mod step;

pub(crate) use run::run;
pub(crate) use step::{Setup, Step};
