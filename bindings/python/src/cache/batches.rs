//! Calls about many keys.

use std::borrow::Cow;

use grid_cache::ValueRef;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyTuple};

use super::arguments::{Given, Ttl, key_of};
use super::events::finished;
use crate::error::Failure;
use crate::text::type_name;

/// Keys of an iterable.
pub(crate) struct Keys(Vec<String>);

impl Keys {
    pub(crate) fn of(keys: &Bound<'_, PyAny>) -> PyResult<Self> {
        let items = items_of(keys, "the keys")?;
        let keys = items.iter().map(|key| key_of(key).map(Cow::into_owned));
        keys.collect::<PyResult<_>>().map(Self)
    }

    pub(crate) fn as_texts(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }
}

/// Stores entries: tuples of a key, a value and, if it has its own, a time to live.
pub(crate) fn set_many(
    py: Python<'_>,
    cache: &grid_cache::Cache,
    entries: &[Bound<'_, PyTuple>],
) -> PyResult<()> {
    let mut parts = Vec::with_capacity(entries.len());
    for entry in entries {
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
    finished(py, cache.set_many(&entries))
}

/// The items of an iterable. A text is refused: its letters would be keys.
fn items_of<'py>(items: &Bound<'py, PyAny>, what: &str) -> PyResult<Vec<Bound<'py, PyAny>>> {
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
