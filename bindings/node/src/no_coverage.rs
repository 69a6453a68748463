//! What stands in for `coverage.rs` in a build without it.

use grid_opa::{TestOptions, TestReport};
use serde_json::Value;

use crate::error::Failure;

/// Options of a run of tests.
pub(crate) fn options(filter: Option<String>, coverage: bool) -> Result<TestOptions, Failure> {
    if coverage {
        return Err(Failure::argument(
            "this build of Grid lacks coverage: leave the option out, or build Grid with another profile",
        ));
    }
    Ok(TestOptions { filter })
}

/// There is none.
pub(crate) fn coverage_of(_report: &TestReport) -> Option<Value> {
    None
}
