//! Calls into the crates without the GIL.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::prelude::*;

use crate::error::Failure;

/// Runs a call while other threads of Python run; a panic is a fault of Grid.
pub(crate) fn without_gil<T, E>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T, E> + Send,
) -> PyResult<T>
where
    T: Send,
    E: Into<Failure>,
{
    py.detach(|| caught(work)).map_err(Into::into)
}

/// Runs a call; a panic becomes a fault of Grid.
pub(crate) fn caught<T, E: Into<Failure>>(
    work: impl FnOnce() -> Result<T, E>,
) -> Result<T, Failure> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(Into::into),
        Err(payload) => {
            let reason = payload
                .downcast_ref::<&str>()
                .copied()
                .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
            Err(Failure::internal(reason.unwrap_or("no reason given")))
        }
    }
}
