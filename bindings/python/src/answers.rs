//! Documents become values of Python, without JSON text in between.

use grid_opa::Document;
use pyo3::prelude::*;

use crate::builtins::undefined;
use crate::error::Failure;

/// Writes a document; `what` names it in the error, as in `answer`.
pub(crate) fn write<'py>(
    py: Python<'py>,
    document: &Document,
    what: &str,
) -> PyResult<Bound<'py, PyAny>> {
    pythonize::pythonize(py, document)
        .map_err(|error| Failure::from(Document::unwritten(&error, what)).into())
}

/// A document as JSON text.
pub(crate) fn json_of(document: Option<&Document>) -> PyResult<Option<String>> {
    let text = document.map(Document::to_json).transpose();
    Ok(text.map_err(Failure::from)?)
}

/// An answer as a value of Python; UNDEFINED if there is none.
pub(crate) fn answer<'py>(
    py: Python<'py>,
    found: Option<&Document>,
    what: &str,
) -> PyResult<Bound<'py, PyAny>> {
    found.map_or_else(|| undefined(py), |found| write(py, found, what))
}
