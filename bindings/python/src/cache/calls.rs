//! The calls of `boardkit_grid.Cache`, which inherits them.

use std::sync::{Mutex, PoisonError};

use grid_cache::{Lease, LeaseToken, Limit, TimeLeft, ValueRef};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyTuple};

use super::arguments::{Given, Ttl, items_of, key_of, to_py};
use super::bell::Bell;
use super::events::{Subscription, subscribe, tell};
use super::{Store, count_of};
use crate::ask::Argument;
use crate::builtins::undefined;
use crate::call::without_gil;
use crate::error::Failure;
use crate::scalars::{is_number, number_of};
use crate::text::{bytes_of, type_name};

/// A part of what there is, and where the next part starts.
type Page<T> = (Vec<T>, Option<u64>);

/// See `_cache.py`.
#[pyclass(module = "boardkit_grid._native", subclass, frozen, weakref)]
pub(crate) struct Cache(Mutex<Option<grid_cache::Cache>>);

#[pymethods]
impl Cache {
    #[new]
    fn new(store: &Store) -> Self {
        Self(Mutex::new(store.cache()))
    }

    /// Return the value of a key, bytes as bytes of their own; the default if it is not there or has expired.
    #[pyo3(signature = (key, default = None))]
    fn get<'py>(
        &self,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let found = self.cache()?.get(&key_of(key)?);
        tell(py)?;
        Ok(found.map(|value| to_py(py, &value)).or(default))
    }

    /// Return the value of a key as bytes, those of a text being its UTF-8.
    #[pyo3(signature = (key, default = None))]
    fn get_buffer<'py>(
        &self,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let found = self.cache()?.get(&key_of(key)?);
        tell(py)?;
        let bytes = found.map(|value| PyBytes::new(py, value.as_bytes()).into_any());
        Ok(bytes.or(default))
    }

    /// Return the value of a key as `get` does, without a change: neither the order of use, nor a time to live, nor a count.
    #[pyo3(signature = (key, default = None))]
    fn peek<'py>(
        &self,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let found = self.cache()?.peek(&key_of(key)?);
        Ok(found.map(|value| to_py(py, &value)).or(default))
    }

    /// Whether a key is there and has not expired; nothing changes.
    fn has(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.cache()?.contains(&key_of(key)?))
    }

    /// Store a value, replacing the key's old one and its time to live.
    #[pyo3(signature = (key, value, *, ttl_ms = Ttl(None)))]
    fn set(
        &self,
        py: Python<'_>,
        key: &Bound<'_, PyAny>,
        value: &Bound<'_, PyAny>,
        ttl_ms: Ttl,
    ) -> PyResult<()> {
        let (cache, key) = (self.cache()?, key_of(key)?);
        let set = cache.set(&key, Given::of(value)?.as_value(), ttl_ms.0);
        told(py, set)
    }

    /// Remove an entry; return whether it was there.
    fn delete(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        let deleted = self.cache()?.delete(&key_of(key)?);
        tell(py)?;
        Ok(deleted)
    }

    /// Remove an entry and return its value. Of several threads one gets it.
    #[pyo3(signature = (key, default = None))]
    fn take<'py>(
        &self,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let taken = self.cache()?.take(&key_of(key)?);
        tell(py)?;
        Ok(taken.map(|value| to_py(py, &value)).or(default))
    }

    /// Return the value of a key; if there is none, this one is stored first. Of several threads one stores its own, and all get it.
    #[pyo3(signature = (key, value, *, ttl_ms = Ttl(None)))]
    fn get_or_insert<'py>(
        &self,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
        value: &Bound<'py, PyAny>,
        ttl_ms: Ttl,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (cache, key) = (self.cache()?, key_of(key)?);
        let got = cache.get_or_insert(&key, Given::of(value)?.as_value(), ttl_ms.0);
        told(py, got).map(|(value, _)| to_py(py, &value))
    }

    /// Add to a count, the text of a whole number of 64 bits, and return the sum; a key that is not there counts as 0.
    #[pyo3(signature = (key, by = Argument(None), *, ttl_ms = Ttl(None)))]
    fn incr(
        &self,
        py: Python<'_>,
        key: &Bound<'_, PyAny>,
        by: Argument<'_>,
        ttl_ms: Ttl,
    ) -> PyResult<i64> {
        let (cache, key) = (self.cache()?, key_of(key)?);
        let by = by.0.as_ref().map_or(Ok(1), |by| {
            let count = is_number(by).then(|| by.extract::<i64>().ok()).flatten();
            count.ok_or_else(|| {
                let found = type_name(by);
                Failure::argument(format!(
                    "what to add must be an int from -2^63 to 2^63-1; got {found}: leave it out for 1"
                ))
            })
        })?;
        told(py, cache.incr(&key, by, ttl_ms.0))
    }

    /// Make a key the most recently used, as a read does; return whether it is there. With `sliding_ttl` its time starts anew.
    fn touch(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        let there = self.cache()?.touch(&key_of(key)?);
        tell(py)?;
        Ok(there)
    }

    /// Give an entry another time to live from now on, or none (None); return whether it is there.
    fn expire(&self, py: Python<'_>, key: &Bound<'_, PyAny>, ttl_ms: Ttl) -> PyResult<bool> {
        let there = self.cache()?.expire(&key_of(key)?, ttl_ms.0);
        tell(py)?;
        Ok(there)
    }

    /// Return how many milliseconds an entry has; None if it does not expire, `UNDEFINED` if it is not there. Nothing changes.
    fn ttl<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        match self.cache()?.ttl_of(&key_of(key)?) {
            TimeLeft::Missing => undefined(py),
            TimeLeft::Never => Ok(py.None().into_bound(py)),
            TimeLeft::Expires(left) => (left.as_micros() as f64 / 1000.0).into_bound_py_any(py),
        }
    }

    /// Entries as tuples of a key, a value and, if it has its own, a time to live.
    fn _set_many(&self, py: Python<'_>, entries: Vec<Bound<'_, PyTuple>>) -> PyResult<()> {
        let cache = self.cache()?;
        let mut parts = Vec::with_capacity(entries.len());
        for entry in &entries {
            let ttl = entry
                .get_item(2)
                .map_or(Ok(Ttl(None)), |ttl| ttl.extract())?;
            parts.push((entry.get_item(0)?, entry.get_item(1)?, ttl.0));
        }
        let mut given = Vec::with_capacity(parts.len());
        for (key, value, ttl) in &parts {
            given.push((key_of(key)?, Given::of(value)?, *ttl));
        }
        let entries: Vec<(&str, ValueRef<'_>, Option<grid_cache::Ttl>)> = given
            .iter()
            .map(|(key, value, ttl)| (key.as_ref(), value.as_value(), *ttl))
            .collect();
        told(py, cache.set_many(&entries))
    }

    /// Return the values of many keys, each as `get` does, in the order of the keys.
    fn get_many<'py>(
        &self,
        py: Python<'py>,
        keys: &Bound<'py, PyAny>,
    ) -> PyResult<Vec<Option<Bound<'py, PyAny>>>> {
        let found = self.with_keys(keys, |cache, keys| cache.get_many(keys))?;
        tell(py)?;
        let found = found.into_iter();
        Ok(found
            .map(|value| value.map(|value| to_py(py, &value)))
            .collect())
    }

    /// Remove many entries; return how many of them were there.
    fn delete_many(&self, py: Python<'_>, keys: &Bound<'_, PyAny>) -> PyResult<usize> {
        let deleted = self.with_keys(keys, |cache, keys| cache.delete_many(keys))?;
        tell(py)?;
        Ok(deleted)
    }

    /// Some of the keys, and where the next ones start.
    fn _key_page(&self, cursor: u64, limit: usize) -> PyResult<Page<String>> {
        let page = self.cache()?.keys(cursor, limit);
        Ok((page.items, page.next))
    }

    /// Some of the entries, and where the next ones start.
    fn _entry_page<'py>(
        &self,
        py: Python<'py>,
        cursor: u64,
        limit: usize,
    ) -> PyResult<Page<(String, Bound<'py, PyAny>)>> {
        let page = self.cache()?.entries(cursor, limit);
        let entries = page.items.iter();
        let entries = entries.map(|value| (value.key().to_owned(), to_py(py, value)));
        Ok((entries.collect(), page.next))
    }

    /// How many bytes the entries take against `max_bytes`.
    #[getter]
    fn nbytes(&self) -> PyResult<usize> {
        Ok(self.cache()?.bytes())
    }

    /// Remove the expired entries; return how many.
    fn cleanup_expired(&self, py: Python<'_>) -> PyResult<usize> {
        let cache = self.cache()?;
        let removed = py.detach(|| cache.cleanup_expired());
        tell(py)?;
        Ok(removed)
    }

    /// Remove all entries. Listeners are not told.
    fn clear(&self, py: Python<'_>) -> PyResult<()> {
        let cache = self.cache()?;
        py.detach(|| cache.clear());
        Ok(())
    }

    /// Change the caps, for all who have the cache open; return how many entries had to go.
    #[pyo3(signature = (*, max_entries = None, max_bytes = None))]
    fn resize(
        &self,
        py: Python<'_>,
        max_entries: Option<&Bound<'_, PyAny>>,
        max_bytes: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<usize> {
        let cache = self.cache()?;
        let count = |limit, name, given: Option<&Bound<'_, PyAny>>| {
            let count = given.map(|given| count_of(limit, name, cache.policy(), given));
            count.transpose()
        };
        let entries = count(Limit::Entries, "max_entries", max_entries)?;
        let bytes = count(Limit::Bytes, "max_bytes", max_bytes)?;
        let resized = py.detach(|| cache.resize(entries, bytes));
        told(py, resized)
    }

    /// What the cache has counted, and what it holds, by name.
    fn _stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let stats = self.cache()?.stats();
        let counts = PyDict::new(py);
        counts.set_item("hits", stats.hits)?;
        counts.set_item("misses", stats.misses)?;
        counts.set_item("inserts", stats.inserts)?;
        counts.set_item("updates", stats.updates)?;
        counts.set_item("evicted_for_entries", stats.evicted_for_entries)?;
        counts.set_item("evicted_for_bytes", stats.evicted_for_bytes)?;
        counts.set_item("evicted_by_resize", stats.evicted_by_resize)?;
        counts.set_item("expirations", stats.expirations)?;
        counts.set_item("deletes", stats.deletes)?;
        counts.set_item("cleared", stats.cleared)?;
        counts.set_item("refused", stats.refused)?;
        counts.set_item("entries", stats.entries)?;
        counts.set_item("nbytes", stats.bytes)?;
        counts.set_item("peak_entries", stats.peak_entries)?;
        counts.set_item("peak_bytes", stats.peak_bytes)?;
        counts.set_item("max_entries", stats.max_entries)?;
        counts.set_item("max_bytes", stats.max_bytes)?;
        counts.set_item("leases", stats.leases)?;
        Ok(counts)
    }

    /// Return all entries as bytes with a checksum: keys, values, the order of use and what is left of each time to live.
    fn snapshot<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let cache = self.cache()?;
        let bytes = without_gil(py, || cache.snapshot())?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// How many entries there are, and how many were left out.
    fn _restore(&self, py: Python<'_>, snapshot: &Bound<'_, PyAny>) -> PyResult<(usize, usize)> {
        let cache = self.cache()?;
        let bytes = bytes_of(snapshot).ok_or_else(|| {
            Failure::argument("a snapshot must be bytes: give what snapshot returned")
        })?;
        let bytes = bytes.as_bytes();
        let restored = without_gil(py, || cache.restore(bytes))?;
        Ok((restored.entries, restored.left_out))
    }

    /// Queues evictions and expirations for the method `tell` of `listeners`.
    fn _subscribe(&self, capacity: usize, listeners: &Bound<'_, PyAny>) -> PyResult<Subscription> {
        subscribe(&self.cache()?, capacity, listeners)
    }

    /// The value of a key and no token, or a token of the right to compute it, for which it waits.
    fn _lease<'py>(
        &self,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
        term_ms: &Bound<'py, PyAny>,
    ) -> PyResult<(Option<Bound<'py, PyAny>>, u64)> {
        let key = key_of(key)?;
        let term = number_of(term_ms, "lease_ms")?;
        let term = grid_cache::Ttl::from_millis(term).map_err(Failure::from)?;
        loop {
            let bell = Bell::default();
            let lease = self.cache()?.lease(&key, term, Some(bell.ringing()));
            match told(py, lease)? {
                Lease::Value(value) => return Ok((Some(to_py(py, &value)), 0)),
                Lease::Granted(token) => return Ok((None, token.as_u64())),
                Lease::Busy(left) => bell.wait(py, left)?,
            }
        }
    }

    /// Stores what was computed; returns whether the lease still stood.
    #[pyo3(signature = (key, token, value, ttl_ms = Ttl(None)))]
    fn _fulfil(
        &self,
        py: Python<'_>,
        key: &Bound<'_, PyAny>,
        token: u64,
        value: &Bound<'_, PyAny>,
        ttl_ms: Ttl,
    ) -> PyResult<bool> {
        let (cache, key, value) = (self.cache()?, key_of(key)?, Given::of(value)?);
        let token = LeaseToken::from_u64(token);
        told(py, cache.fulfil(&key, token, value.as_value(), ttl_ms.0))
    }

    /// Ends a lease without a value; returns whether it still stood.
    fn _abandon(&self, key: &Bound<'_, PyAny>, token: u64) -> PyResult<bool> {
        let token = LeaseToken::from_u64(token);
        Ok(self.cache()?.abandon(&key_of(key)?, token))
    }

    /// Drops the handle; returns whether it was this call that did. The last one of a name takes the cache with it.
    fn _close(&self) -> bool {
        let closed = self.slot().take();
        closed.is_some()
    }

    /// Whether this handle was closed.
    #[getter]
    fn closed(&self) -> bool {
        self.slot().is_none()
    }

    fn __len__(&self) -> PyResult<usize> {
        Ok(self.cache()?.len())
    }

    fn __contains__(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.has(key)
    }

    fn __reduce_ex__(&self, _protocol: i32) -> PyResult<()> {
        Err(PyTypeError::new_err(super::UNPICKLABLE))
    }
}

impl Cache {
    /// The cache, unless this handle is closed.
    fn cache(&self) -> PyResult<grid_cache::Cache> {
        // Not in one expression: the lock would be held while code of Python makes the error, in which other threads have their turn.
        let cache = self.slot().clone();
        cache.ok_or_else(|| Failure::argument(super::CLOSED).into())
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<grid_cache::Cache>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with_keys<T>(
        &self,
        keys: &Bound<'_, PyAny>,
        work: impl FnOnce(&grid_cache::Cache, &[&str]) -> T,
    ) -> PyResult<T> {
        let items = items_of(keys, "the keys")?;
        let keys = items.iter().map(key_of).collect::<PyResult<Vec<_>>>()?;
        let keys: Vec<&str> = keys.iter().map(AsRef::as_ref).collect();
        Ok(work(&self.cache()?, &keys))
    }
}

/// What came of a call, once the listeners were told of what it removed.
fn told<T>(py: Python<'_>, result: Result<T, grid_cache::Error>) -> PyResult<T> {
    tell(py)?;
    Ok(result.map_err(Failure::from)?)
}
