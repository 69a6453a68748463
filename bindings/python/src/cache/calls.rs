//! The calls that `boardkit_grid.Cache` inherits.

use grid_cache::{LeaseToken, Limit};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyTuple};

use super::arguments::{Given, Ttl, addend_of, count_of, key_of, snapshot_bytes};
use super::batches::{Keys, set_many};
use super::events::{Subscription, finished, subscribe};
use super::handles::{Cache, Store, UNPICKLABLE};
use super::leases::lease;
use super::results::{stats_to_py, time_to_py, to_py};
use crate::ask::Argument;
use crate::call::without_gil;

/// Some items, and the cursor of the next ones.
type Page<T> = (Vec<T>, Option<u64>);

#[pymethods]
impl Cache {
    #[new]
    fn new(store: &Store) -> Self {
        Self::of(store)
    }

    /// Return the value of a key, bytes as bytes of their own; the default if it is not there or has expired.
    #[pyo3(signature = (key, default = None))]
    fn get<'py>(
        &self,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let found = finished(py, Ok(self.cache()?.get(&key_of(key)?)))?;
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
        let found = finished(py, Ok(self.cache()?.get(&key_of(key)?)))?;
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
        finished(py, set)
    }

    /// Remove an entry; return whether it was there.
    fn delete(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        finished(py, Ok(self.cache()?.delete(&key_of(key)?)))
    }

    /// Remove an entry and return its value. Of several threads one gets it.
    #[pyo3(signature = (key, default = None))]
    fn take<'py>(
        &self,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let taken = finished(py, Ok(self.cache()?.take(&key_of(key)?)))?;
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
        finished(py, got).map(|(value, _)| to_py(py, &value))
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
        let by = by.0.as_ref().map_or(Ok(1), addend_of)?;
        finished(py, cache.incr(&key, by, ttl_ms.0))
    }

    /// Make a key the most recently used, as a read does; return whether it is there. With `sliding_ttl` its time starts again.
    fn touch(&self, py: Python<'_>, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        finished(py, Ok(self.cache()?.touch(&key_of(key)?)))
    }

    /// Give an entry another time to live from now on, or none (None); return whether it is there.
    fn expire(&self, py: Python<'_>, key: &Bound<'_, PyAny>, ttl_ms: Ttl) -> PyResult<bool> {
        finished(py, Ok(self.cache()?.expire(&key_of(key)?, ttl_ms.0)))
    }

    /// Return how many milliseconds an entry has; None if it does not expire, `UNDEFINED` if it is not there. Nothing changes.
    fn ttl<'py>(&self, py: Python<'py>, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        time_to_py(py, self.cache()?.ttl_of(&key_of(key)?))
    }

    /// Entries as tuples of a key, a value and, if it has its own, a time to live.
    fn _set_many(&self, py: Python<'_>, entries: Vec<Bound<'_, PyTuple>>) -> PyResult<()> {
        set_many(py, &self.cache()?, &entries)
    }

    /// Return the values of many keys, each as `get` does, in the order of the keys.
    fn get_many<'py>(
        &self,
        py: Python<'py>,
        keys: &Bound<'py, PyAny>,
    ) -> PyResult<Vec<Option<Bound<'py, PyAny>>>> {
        let keys = Keys::of(keys)?;
        let found = finished(py, Ok(self.cache()?.get_many(&keys.as_texts())))?;
        let found = found.iter().map(Option::as_ref);
        Ok(found.map(|value| Some(to_py(py, value?))).collect())
    }

    /// Remove many entries; return how many of them were there.
    fn delete_many(&self, py: Python<'_>, keys: &Bound<'_, PyAny>) -> PyResult<usize> {
        let keys = Keys::of(keys)?;
        finished(py, Ok(self.cache()?.delete_many(&keys.as_texts())))
    }

    /// Some of the keys, and the cursor of the next ones.
    fn _key_page(&self, cursor: u64, limit: usize) -> PyResult<Page<String>> {
        let page = self.cache()?.keys(cursor, limit);
        Ok((page.items, page.next))
    }

    /// Some of the entries, and the cursor of the next ones.
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
        finished(py, Ok(py.detach(|| cache.cleanup_expired())))
    }

    /// Remove all entries. It calls no listeners.
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
        let count =
            |limit, given: Option<_>| given.map(|given| count_of(limit, cache.policy(), given));
        let entries = count(Limit::Entries, max_entries).transpose()?;
        let bytes = count(Limit::Bytes, max_bytes).transpose()?;
        finished(py, py.detach(|| cache.resize(entries, bytes)))
    }

    /// The counts of the cache, by name.
    fn _stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        stats_to_py(py, &self.cache()?.stats())
    }

    /// Return all entries as bytes with a checksum: keys, values, the order of use and what is left of each time to live.
    fn snapshot<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let cache = self.cache()?;
        let bytes = without_gil(py, || cache.snapshot())?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// How many entries the cache has now, and how many were left out.
    fn _restore(&self, py: Python<'_>, snapshot: &Bound<'_, PyAny>) -> PyResult<(usize, usize)> {
        let cache = self.cache()?;
        let bytes = snapshot_bytes(snapshot)?;
        let bytes = bytes.as_bytes();
        let restored = without_gil(py, || cache.restore(bytes))?;
        Ok((restored.entries, restored.left_out))
    }

    /// Queues evictions and expirations for the method `tell` of `listeners`.
    fn _subscribe(&self, capacity: usize, listeners: &Bound<'_, PyAny>) -> PyResult<Subscription> {
        subscribe(&self.cache()?, capacity, listeners)
    }

    /// The value of a key without a token, or the token of a lease, after a wait for the leases of others.
    fn _lease<'py>(
        &self,
        py: Python<'py>,
        key: &Bound<'py, PyAny>,
        term_ms: &Bound<'py, PyAny>,
    ) -> PyResult<(Option<Bound<'py, PyAny>>, u64)> {
        lease(py, || self.cache(), &key_of(key)?, term_ms)
    }

    /// Stores the computed value; returns whether the lease was still valid.
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
        finished(py, cache.fulfil(&key, token, value.as_value(), ttl_ms.0))
    }

    /// Ends a lease without a value; returns whether it was still valid.
    fn _abandon(&self, key: &Bound<'_, PyAny>, token: u64) -> PyResult<bool> {
        let token = LeaseToken::from_u64(token);
        Ok(self.cache()?.abandon(&key_of(key)?, token))
    }

    /// Drops the handle; returns whether this call did. The last handle of a name drops the cache.
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
        Err(PyTypeError::new_err(UNPICKLABLE))
    }
}
