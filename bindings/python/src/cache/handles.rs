//! `Store`, a cache that no object has yet, and the object of a cache.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::options::checked;
use crate::error::Failure;

/// The error of a call on a closed handle.
const CLOSED: &str = "this handle of the cache is closed: open the cache again, or close it later";
/// The error of pickle and copy.
pub(super) const UNPICKLABLE: &str = "a boardkit_grid.Cache cannot be pickled or copied: it is one of this process; open it by its name, or give the other process its snapshot()";

/// A cache that no object has yet.
#[pyclass(module = "boardkit_grid._native", frozen)]
pub(crate) struct Store(Mutex<Option<grid_cache::Cache>>);

#[pymethods]
impl Store {
    /// A cache without a name.
    #[staticmethod]
    fn make(options: &Bound<'_, PyDict>) -> PyResult<Self> {
        let made = grid_cache::Cache::new(&checked(options)?);
        Ok(made.map(Self::of).map_err(Failure::from)?)
    }

    /// The named cache of this process; the defaults count if this call makes it.
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

    /// Removes a name from the process; returns whether it was there.
    #[staticmethod]
    fn forget(name: &str) -> bool {
        grid_cache::Cache::forget(name)
    }

    /// Whether both are handles of the same cache.
    fn is_same(&self, other: &Store) -> bool {
        match (self.cache(), other.cache()) {
            (Some(cache), Some(other)) => cache.is_same(&other),
            _ => false,
        }
    }

    /// Drops the handle. The name goes when its last handle does.
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

/// See `_cache.py`.
#[pyclass(module = "boardkit_grid._native", subclass, frozen, weakref)]
pub(crate) struct Cache(Mutex<Option<grid_cache::Cache>>);

impl Cache {
    pub(super) fn of(store: &Store) -> Self {
        Self(Mutex::new(store.cache()))
    }

    /// The cache, unless this handle is closed.
    pub(super) fn cache(&self) -> PyResult<grid_cache::Cache> {
        // Not in one expression: the lock would be held while code of Python makes the error, and other threads may run then.
        let cache = self.slot().clone();
        cache.ok_or_else(|| Failure::argument(CLOSED).into())
    }

    pub(super) fn slot(&self) -> MutexGuard<'_, Option<grid_cache::Cache>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
