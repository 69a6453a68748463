//! Results of the calls of a cache.

use grid_cache::{Stats, TimeLeft, ValueRef};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};

use crate::builtins::undefined;

/// A value, as str or bytes.
pub(crate) fn to_py<'py>(py: Python<'py>, value: &grid_cache::Value) -> Bound<'py, PyAny> {
    match value.as_value_ref() {
        ValueRef::Text(text) => PyString::new(py, text).into_any(),
        ValueRef::Bytes(bytes) => PyBytes::new(py, bytes).into_any(),
    }
}

/// Milliseconds that are left; None if the entry does not expire, `UNDEFINED` if there is none.
pub(crate) fn time_to_py(py: Python<'_>, left: TimeLeft) -> PyResult<Bound<'_, PyAny>> {
    match left {
        TimeLeft::Missing => undefined(py),
        TimeLeft::Never => Ok(py.None().into_bound(py)),
        TimeLeft::Expires(left) => (left.as_micros() as f64 / 1000.0).into_bound_py_any(py),
    }
}

/// Counts by name.
pub(crate) fn stats_to_py<'py>(py: Python<'py>, stats: &Stats) -> PyResult<Bound<'py, PyDict>> {
    let counts = PyDict::new(py);
    for (name, count) in stats.fields() {
        let name = if name == "bytes" { "nbytes" } else { name };
        counts.set_item(name, count)?;
    }
    Ok(counts)
}
