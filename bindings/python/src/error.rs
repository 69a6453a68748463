//! From the crates' errors to the exceptions of `_errors.py`.

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

/// A failed call, with all that the crate tells about it.
#[derive(Debug)]
pub(crate) struct Failure {
    code: &'static str,
    text: String,
    // In a box, as a result is as large as its error.
    place: Box<Place>,
}

/// Where in a policy the error lies and which limit was reached, as far as it is known.
#[derive(Debug, Default)]
struct Place {
    file: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
    opa_code: Option<&'static str>,
    kind: Option<&'static str>,
    option: Option<&'static str>,
    limit: Option<u64>,
}

impl Failure {
    /// An argument that this binding cannot take.
    pub(crate) fn argument(text: impl Into<String>) -> Self {
        Self::of(grid_opa::ErrorKind::Argument, text)
    }

    /// A document that holds what JSON cannot say.
    pub(crate) fn input(text: impl Into<String>) -> Self {
        Self::of(grid_opa::ErrorKind::Input, text)
    }

    /// An evaluation that this binding cannot do.
    pub(crate) fn evaluation(text: impl Into<String>) -> Self {
        Self::of(grid_opa::ErrorKind::Evaluation, text)
    }

    /// A fault of Grid.
    pub(crate) fn internal(reason: &str) -> Self {
        let text = format!("a fault inside Grid: {reason}. Please report it.");
        Self::of(grid_opa::ErrorKind::Internal, text)
    }

    /// A limit, by its kind and the option that sets it, if one does.
    pub(crate) fn limit(
        kind: grid_opa::LimitKind,
        option: Option<&'static str>,
        limit: u64,
        text: impl Into<String>,
    ) -> Self {
        let mut failure = Self::of(grid_opa::ErrorKind::Limit, text);
        failure.place.kind = Some(kind.name());
        failure.place.option = option;
        failure.place.limit = Some(limit);
        failure
    }

    /// Whether an evaluation failed, and for no limit.
    pub(crate) fn is_evaluation(&self) -> bool {
        self.code == grid_opa::ErrorKind::Evaluation.code()
    }

    fn of(kind: grid_opa::ErrorKind, text: impl Into<String>) -> Self {
        Self {
            code: kind.code(),
            text: text.into(),
            place: Box::default(),
        }
    }

    fn exception(self, py: Python<'_>) -> PyResult<PyErr> {
        static RAISED: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let Place {
            file,
            line,
            column,
            opa_code,
            kind,
            option,
            limit,
        } = *self.place;
        let details = PyDict::new(py);
        details.set_item("file", file)?;
        details.set_item("line", line)?;
        details.set_item("column", column)?;
        details.set_item("opa_code", opa_code)?;
        details.set_item("kind", kind)?;
        details.set_item("option", option)?;
        details.set_item("limit", limit)?;
        let raised = RAISED.import(py, "boardkit_grid._errors", "raised")?;
        let exception = raised.call((self.code, self.text), Some(&details))?;
        Ok(PyErr::from_value(exception))
    }
}

impl From<Failure> for PyErr {
    fn from(failure: Failure) -> Self {
        // Whoever has a failure to tell holds the GIL, or waits for it here.
        Python::try_attach(|py| failure.exception(py).unwrap_or_else(|error| error))
            .unwrap_or_else(|| PyRuntimeError::new_err("the interpreter is shutting down"))
    }
}

impl From<grid_cache::Error> for Failure {
    fn from(error: grid_cache::Error) -> Self {
        Self {
            code: error.code(),
            text: error.to_string(),
            place: Box::default(),
        }
    }
}

impl From<grid_opa::Error> for Failure {
    fn from(error: grid_opa::Error) -> Self {
        Self {
            code: error.code(),
            text: error.to_string(),
            place: Box::new(Place {
                file: error.file().map(String::from),
                line: error.line(),
                column: error.column(),
                opa_code: error.opa_code(),
                kind: error.limit_kind().map(grid_opa::LimitKind::name),
                option: error.option(),
                limit: error.limit(),
            }),
        }
    }
}
