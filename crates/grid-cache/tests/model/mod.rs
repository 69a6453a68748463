//! A cache and a reference that is too simple to be wrong, step by step, on a manual clock.
//!
//! Shared by the property tests and the example `fuzz`: a step is five numbers, so both can make steps in their own way.

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
