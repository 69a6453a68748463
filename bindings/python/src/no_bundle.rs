//! What stands in for `bundle.rs` in a build without it: `features` tells beforehand, and the Python side asks.

use pyo3::prelude::*;

use crate::engine::Engine;

/// There are none.
#[pyfunction]
pub(crate) fn load_bundle(_engine: &Engine, _bundle: &Bound<'_, PyAny>, _options: &str) {}

/// There are none.
#[pyfunction]
pub(crate) fn remove_bundle(_engine: &Engine, _name: &Bound<'_, PyAny>) -> bool {
    false
}

/// There are none.
#[pyfunction]
pub(crate) fn loaded_bundles(_engine: &Engine) -> Vec<(String, String, Vec<String>)> {
    Vec::new()
}
