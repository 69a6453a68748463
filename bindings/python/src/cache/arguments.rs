//! Arguments of the calls of a cache.

use std::borrow::Cow;

use grid_cache::{Limit, Policy, ValueRef, count_from_f64};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::error::Failure;
use crate::scalars::{is_number, number_of};
use crate::text::{bytes_of, text_of, type_name};

/// The time to live of an entry; none for that of the cache. Python's None means that the entry does not expire.
#[derive(Clone, Copy)]
pub(crate) struct Ttl(pub(crate) Option<grid_cache::Ttl>);

impl<'py> FromPyObject<'_, 'py> for Ttl {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if value.is_none() {
            return Ok(Self(Some(grid_cache::Ttl::NEVER)));
        }
        let millis = number_of(&value, "ttl_ms")?;
        let ttl = grid_cache::Ttl::from_millis(millis).map_err(Failure::from)?;
        Ok(Self(Some(ttl)))
    }
}

/// A key.
pub(crate) fn key_of<'a>(key: &'a Bound<'_, PyAny>) -> PyResult<Cow<'a, str>> {
    text_of(key, "the key")
}

/// A value to store.
pub(crate) enum Given<'a, 'py> {
    Text(Cow<'a, str>),
    Bytes(Bound<'py, PyBytes>),
}

impl<'a, 'py> Given<'a, 'py> {
    pub(crate) fn of(value: &'a Bound<'py, PyAny>) -> PyResult<Self> {
        // Most values are texts.
        if value.is_instance_of::<PyString>() {
            return text_of(value, "the value").map(Self::Text);
        }
        bytes_of(value).map(Self::Bytes).ok_or_else(|| {
            let found = type_name(value);
            Failure::argument(format!("a value must be str or bytes; got {found}")).into()
        })
    }

    pub(crate) fn as_value(&self) -> ValueRef<'_> {
        match self {
            Self::Text(text) => ValueRef::Text(text),
            Self::Bytes(bytes) => ValueRef::Bytes(bytes.as_bytes()),
        }
    }
}

/// A cap from a number.
pub(crate) fn count_of(limit: Limit, policy: Policy, value: &Bound<'_, PyAny>) -> PyResult<usize> {
    let name = match limit {
        Limit::Entries => "max_entries",
        Limit::Bytes => "max_bytes",
    };
    let count = number_of(value, name)?;
    Ok(count_from_f64(limit, policy, count).map_err(Failure::from)?)
}

/// The number that `incr` adds.
pub(crate) fn addend_of(by: &Bound<'_, PyAny>) -> PyResult<i64> {
    let count = is_number(by).then(|| by.extract::<i64>().ok()).flatten();
    count.ok_or_else(|| {
        let found = type_name(by);
        Failure::argument(format!(
            "what to add must be an int from -2^63 to 2^63-1; got {found}: leave it out for 1"
        ))
        .into()
    })
}

/// The bytes of a snapshot.
pub(crate) fn snapshot_bytes<'py>(snapshot: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    bytes_of(snapshot).ok_or_else(|| {
        Failure::argument("a snapshot must be bytes: give what snapshot returned").into()
    })
}
