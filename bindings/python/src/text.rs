//! Texts and bytes as arguments.

use std::borrow::Cow;

use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyMemoryView, PyString};

use crate::error::Failure;

/// The error for a text that UTF-8 cannot encode.
pub(crate) const SURROGATE: &str =
    "holds half of a surrogate pair, which UTF-8 cannot say; see the error handlers of str.encode";

/// A text argument; `what` names it in the error.
pub(crate) fn text_of<'a>(value: &'a Bound<'_, PyAny>, what: &str) -> PyResult<Cow<'a, str>> {
    match value.cast::<PyString>() {
        Ok(text) => text
            .to_cow()
            .map_err(|_| Failure::argument(format!("{what} {SURROGATE}")).into()),
        Err(_) => {
            Err(Failure::argument(format!("{what} must be a str; got {}", type_name(value))).into())
        }
    }
}

/// The bytes of a bytes-like argument, or a copy of them.
pub(crate) fn bytes_of<'py>(value: &Bound<'py, PyAny>) -> Option<Bound<'py, PyBytes>> {
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Some(bytes.clone());
    }
    let is_other = value.is_instance_of::<PyByteArray>() || value.is_instance_of::<PyMemoryView>();
    let copy = || {
        value
            .py()
            .get_type::<PyBytes>()
            .call1((value,))
            .ok()?
            .cast_into()
            .ok()
    };
    is_other.then(copy).flatten()
}

/// JSON text as str or as UTF-8 in bytes.
pub(crate) fn json_text_of<'a>(value: &'a Bound<'_, PyAny>, what: &str) -> PyResult<Cow<'a, str>> {
    match bytes_of(value) {
        None => text_of(value, what),
        Some(bytes) => String::from_utf8(bytes.as_bytes().to_vec())
            .map(Cow::Owned)
            .map_err(|error| {
                let at = error.utf8_error().valid_up_to();
                Failure::input(format!("{what} is not UTF-8 at byte {at}")).into()
            }),
    }
}

/// The name of a value's type, for a message.
pub(crate) fn type_name(value: &Bound<'_, PyAny>) -> String {
    value
        .get_type()
        .name()
        .map_or_else(|_| "an object".to_owned(), |name| name.to_string())
}
