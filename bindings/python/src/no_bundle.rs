//! Replaces `bundle.rs` in a build without bundles. The Python side checks `features` before it loads one.

use pyo3::prelude::*;

use crate::handle::Engine;

/// There are no bundles.
#[pyfunction]
pub(crate) fn remove_bundle(_engine: &Engine, _name: &Bound<'_, PyAny>) -> bool {
    false
}

/// There are no bundles.
#[pyfunction]
pub(crate) fn loaded_bundles(_engine: &Engine) -> Vec<(String, String, Vec<String>)> {
    Vec::new()
}
