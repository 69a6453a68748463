//! What stands in for `coverage.rs` in a build without it: `features` tells beforehand, and the Python side asks.

use grid_opa::{TestOptions, TestReport};
use pyo3::prelude::*;
use serde_json::Value;

use crate::ask::Argument;
use crate::engine::Engine;

/// There is none.
#[pyfunction]
pub(crate) fn coverage(_engine: &Engine, _query: &Bound<'_, PyAny>, _input: Argument<'_>) {}

/// Options of a run of tests.
pub(crate) fn options(filter: Option<String>, _coverage: bool) -> TestOptions {
    TestOptions { filter }
}

/// There is none.
pub(crate) fn coverage_of(_report: &TestReport) -> Option<Value> {
    None
}
