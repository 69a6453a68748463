//! `Cache`: conversions, options and handles. `_fallback/cache.py` has the same calls in plain Python.

mod arguments;
mod bell;
mod calls;
mod events;

use std::sync::{Mutex, MutexGuard, PoisonError};

use grid_cache::{CacheOptions, Limit, Policy, count_from_f64};
use pyo3::prelude::*;
use pyo3::types::PyDict;

pub(crate) use calls::Cache;
pub(crate) use events::Subscription;

use crate::error::Failure;
use crate::scalars::{flag_of, number_of};
use crate::text::text_of;
use arguments::Ttl;

/// What a call on a closed handle is told.
const CLOSED: &str = "this handle of the cache is closed: open the cache again, or close it later";
/// What pickle and copy are told.
const UNPICKLABLE: &str = "a boardkit_grid.Cache cannot be pickled or copied: it is one of this process; open it by its name, or give the other process its snapshot()";

/// A cache that no object has yet.
#[pyclass(module = "boardkit_grid._native", frozen)]
pub(crate) struct Store(Mutex<Option<grid_cache::Cache>>);

#[pymethods]
impl Store {
    /// A cache of its own.
    #[staticmethod]
    fn make(options: &Bound<'_, PyDict>) -> PyResult<Self> {
        let made = grid_cache::Cache::new(&checked(options)?);
        Ok(made.map(Self::of).map_err(Failure::from)?)
    }

    /// The named cache of this process; the defaults count where it is made.
    #[staticmethod]
    fn open(
        name: &str,
        options: &Bound<'_, PyDict>,
        defaults: &Bound<'_, PyDict>,
    ) -> PyResult<Self> {
        let (options, defaults) = (checked(options)?, checked(defaults)?);
        let opened = grid_cache::Cache::open_with_defaults(name, &options, &defaults);
        Ok(opened.map(Self::of).map_err(Failure::from)?)
    }

    /// Takes a name out of the process; returns whether it was there.
    #[staticmethod]
    fn forget(name: &str) -> bool {
        grid_cache::Cache::forget(name)
    }

    /// Whether two are of one cache.
    fn is_same(&self, other: &Store) -> bool {
        match (self.cache(), other.cache()) {
            (Some(cache), Some(other)) => cache.is_same(&other),
            _ => false,
        }
    }

    /// Drops the cache, whose name knows by itself when nobody has it any more.
    fn release(&self, _name: &str) {
        let released = self.slot().take();
        drop(released);
    }
}

impl Store {
    fn of(cache: grid_cache::Cache) -> Self {
        Self(Mutex::new(Some(cache)))
    }

    fn cache(&self) -> Option<grid_cache::Cache> {
        self.slot().clone()
    }

    fn slot(&self) -> MutexGuard<'_, Option<grid_cache::Cache>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The options in the crate's terms.
fn checked(given: &Bound<'_, PyDict>) -> PyResult<CacheOptions> {
    let mut options = CacheOptions::default();
    // First: the least byte cap is that of the policy.
    if let Some(policy) = given.get_item("policy")? {
        let name = text_of(&policy, "the option policy")?;
        let policy: Policy = name.parse().map_err(Failure::from)?;
        options.policy = Some(policy);
    }
    let policy = options.policy.unwrap_or_default();
    for (name, value) in given {
        match text_of(&name, "the name of an option")?.as_ref() {
            "policy" => {}
            "max_entries" => {
                options.max_entries =
                    Some(count_of(Limit::Entries, "max_entries", policy, &value)?);
            }
            "max_bytes" => {
                options.max_bytes = Some(count_of(Limit::Bytes, "max_bytes", policy, &value)?);
            }
            "ttl_ms" => options.ttl = value.extract::<Ttl>()?.0,
            "sliding_ttl" => options.sliding = Some(flag_of(&value, "the option sliding_ttl")?),
            "keep" => options.keep = Some(flag_of(&value, "the option keep")?),
            other => {
                let text = format!(
                    "there is no option {other}; the options are max_entries, max_bytes, policy, ttl_ms, sliding_ttl, keep, profile"
                );
                return Err(Failure::argument(text).into());
            }
        }
    }
    Ok(options)
}

/// A cap from a number.
pub(crate) fn count_of(
    limit: Limit,
    name: &str,
    policy: Policy,
    value: &Bound<'_, PyAny>,
) -> PyResult<usize> {
    let count = number_of(value, name)?;
    Ok(count_from_f64(limit, policy, count).map_err(Failure::from)?)
}
