//! Numbers and flags as arguments.

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt};

use crate::error::Failure;
use crate::text::type_name;

/// Whether a value is an int or a float; a bool is a flag.
pub(crate) fn is_number(value: &Bound<'_, PyAny>) -> bool {
    let is_number = value.is_instance_of::<PyInt>() || value.is_instance_of::<PyFloat>();
    is_number && !value.is_instance_of::<PyBool>()
}

/// A number argument; one beyond the floats is infinite. `what` names it in the error, also below.
pub(crate) fn number_of(value: &Bound<'_, PyAny>, what: &str) -> PyResult<f64> {
    if is_number(value) {
        return Ok(value.extract().unwrap_or(f64::INFINITY));
    }
    let found = type_name(value);
    Err(Failure::argument(format!("{what} must be a number; got {found}")).into())
}

/// A flag argument.
pub(crate) fn flag_of(value: &Bound<'_, PyAny>, what: &str) -> PyResult<bool> {
    value.extract().map_err(|_| {
        let found = type_name(value);
        Failure::argument(format!("{what} must be a bool; got {found}")).into()
    })
}
