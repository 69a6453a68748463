//! The exceptions of `_errors.py` for the errors of the crates.

use grid_opa::ErrorKind;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pythonize::pythonize;
use serde_json::{Value, json};

/// A failed call.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An error of the engine or of this binding.
    Engine(grid_opa::Error),
    /// An error of a cache.
    Cache(grid_cache::Error),
}

impl Failure {
    /// An argument that this binding cannot take.
    pub(crate) fn argument(text: impl Into<String>) -> Self {
        Self::of(ErrorKind::Argument, text)
    }

    /// A document with a value that JSON does not have.
    pub(crate) fn input(text: impl Into<String>) -> Self {
        Self::of(ErrorKind::Input, text)
    }

    /// An evaluation that this binding cannot do.
    pub(crate) fn evaluation(text: impl Into<String>) -> Self {
        Self::of(ErrorKind::Evaluation, text)
    }

    /// A fault of Grid.
    pub(crate) fn internal(reason: &str) -> Self {
        let text = format!("a fault inside Grid: {reason}. Please report it.");
        Self::of(ErrorKind::Internal, text)
    }

    /// Whether an evaluation failed, but not at a limit.
    pub(crate) fn is_evaluation(&self) -> bool {
        matches!(self, Self::Engine(error) if error.kind() == ErrorKind::Evaluation)
    }

    fn of(kind: ErrorKind, text: impl Into<String>) -> Self {
        Self::Engine(grid_opa::Error::new(kind, text))
    }

    fn exception(&self, py: Python<'_>) -> PyResult<PyErr> {
        static RAISED: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let fields = match self {
            Self::Engine(error) => Value::from(error),
            Self::Cache(error) => json!({ "code": error.code(), "text": error.to_string() }),
        };
        let raised = RAISED.import(py, "boardkit_grid._errors", "raised")?;
        Ok(PyErr::from_value(raised.call1((pythonize(py, &fields)?,))?))
    }
}

impl From<Failure> for PyErr {
    fn from(failure: Failure) -> Self {
        // The thread of a failure holds the GIL, or waits for it here.
        Python::try_attach(|py| failure.exception(py).unwrap_or_else(|error| error))
            .unwrap_or_else(|| PyRuntimeError::new_err("the interpreter is shutting down"))
    }
}

impl From<grid_cache::Error> for Failure {
    fn from(error: grid_cache::Error) -> Self {
        Self::Cache(error)
    }
}

impl From<grid_opa::Error> for Failure {
    fn from(error: grid_opa::Error) -> Self {
        Self::Engine(error)
    }
}
