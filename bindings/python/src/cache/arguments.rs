//! Arguments of a cache, and its values on their way out.

use std::borrow::Cow;

use grid_cache::ValueRef;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::error::Failure;
use crate::scalars::number_of;
use crate::text::{bytes_of, text_of, type_name};

/// The time to live of an entry; none for that of the cache. None of Python is an entry that does not expire.
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

/// A value on its way in.
pub(crate) enum Given<'a, 'py> {
    Text(Cow<'a, str>),
    Bytes(Bound<'py, PyBytes>),
}

impl<'a, 'py> Given<'a, 'py> {
    pub(crate) fn of(value: &'a Bound<'py, PyAny>) -> PyResult<Self> {
        // Text is what most values are.
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

/// A value on its way out.
pub(crate) fn to_py<'py>(py: Python<'py>, value: &grid_cache::Value) -> Bound<'py, PyAny> {
    match value.as_value_ref() {
        ValueRef::Text(text) => PyString::new(py, text).into_any(),
        ValueRef::Bytes(bytes) => PyBytes::new(py, bytes).into_any(),
    }
}

/// The items of what can be iterated, but no text: its letters would be keys.
pub(crate) fn items_of<'py>(
    items: &Bound<'py, PyAny>,
    what: &str,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let is_text = items.is_instance_of::<PyString>() || items.is_instance_of::<PyBytes>();
    let iterator = if is_text { None } else { items.try_iter().ok() };
    match iterator {
        Some(iterator) => iterator.collect(),
        None => {
            let found = type_name(items);
            Err(Failure::argument(format!(
                "{what} must be a list or another iterable; got {found}"
            ))
            .into())
        }
    }
}
