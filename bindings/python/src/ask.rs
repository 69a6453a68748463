//! Questions to an `Engine`: their arguments, and the call without the GIL.

use grid_opa::Document;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::builtins::{is_undefined, with_builtins};
use crate::call::without_gil;
use crate::document::read;
use crate::fault::Kind;
use crate::handle::Engine;
use crate::text::text_of;

/// An argument that may be left out; None is a value.
pub(crate) struct Argument<'py>(pub(crate) Option<Bound<'py, PyAny>>);

impl<'py> FromPyObject<'_, 'py> for Argument<'py> {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self(Some(value.to_owned())))
    }
}

impl<'py> Argument<'py> {
    /// The value; none for UNDEFINED.
    pub(crate) fn value(&self) -> PyResult<Option<&Bound<'py, PyAny>>> {
        match &self.0 {
            Some(value) if !is_undefined(value)? => Ok(Some(value)),
            _ => Ok(None),
        }
    }
}

/// The engine, the query and the input of a call.
pub(crate) fn asked(
    slf: &Bound<'_, Engine>,
    query: &Bound<'_, PyAny>,
    input: &Argument<'_>,
) -> PyResult<(grid_opa::Engine, String, Option<Document>)> {
    let engine = slf.get().engine()?;
    let query = text_of(query, "the rule or query")?.into_owned();
    let kind = Kind::input(&engine);
    let input = input.value()?.map(|input| read(input, kind)).transpose()?;
    Ok((engine, query, input))
}

/// Runs a question without the GIL, or with the builtins of the engine if the query may call any. Without a query the tests decide.
pub(crate) fn ask<T: Send>(
    slf: &Bound<'_, Engine>,
    engine: &grid_opa::Engine,
    query: Option<&str>,
    ask: impl FnOnce() -> Result<T, grid_opa::Error> + Send,
) -> PyResult<T> {
    let calls = query.map_or_else(
        || engine.tests_may_call_host(),
        |query| engine.may_call_host(query),
    );
    if !calls {
        return without_gil(slf.py(), ask);
    }
    let functions = slf.getattr("_functions")?.cast_into::<PyTuple>()?;
    with_builtins(&functions, Kind::input(engine), ask)
}
