//! Faults of a value of Python that does not convert to a document, with their places.

use std::fmt;

use grid_opa::{LimitKind, MAX_JSON_DEPTH};
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyFrozenSet, PySet};
use serde::de;

use crate::error::Failure;
use crate::text::type_name;

/// Most characters of a path in an error; the outer end stays.
const MAX_PATH: usize = 200;

/// The stack that must be left to read another level, in bytes: a subclass runs code of Python on it. It is more than the minimum of the
/// crate, whose error does not name the limit.
pub(crate) const LEAST_STACK: usize = if cfg!(debug_assertions) {
    192 << 10
} else {
    48 << 10
};

/// The kind of a document, and its limit.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    /// Its name in errors.
    pub(crate) name: &'static str,
    /// The option that bounds it.
    pub(crate) option: &'static str,
    /// The kind of that limit.
    pub(crate) limit: LimitKind,
    /// Most bytes of its JSON text; the count may be lower than the text, never higher.
    pub(crate) max_bytes: u32,
}

impl Kind {
    /// An input of an engine.
    pub(crate) fn input(engine: &grid_opa::Engine) -> Self {
        Self {
            name: "input",
            option: "max_input_bytes",
            limit: LimitKind::InputSize,
            max_bytes: engine.options().max_input_bytes,
        }
    }

    /// Data of an engine.
    pub(crate) fn data(engine: &grid_opa::Engine, name: &'static str) -> Self {
        Self {
            name,
            option: "max_data_bytes",
            limit: LimitKind::DataSize,
            max_bytes: engine.options().max_data_bytes,
        }
    }
}

/// A fault in a document, and the keys that lead to it.
#[derive(Debug)]
pub(crate) struct Fault {
    path: String,
    defect: Defect,
}

#[derive(Debug)]
pub(crate) enum Defect {
    Text(String),
    TooDeep,
    NoStack,
    TooLong,
    /// Code of the caller raised.
    Raised(PyErr),
}

impl Fault {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Defect::Text(text.into()).into()
    }

    /// The fault of a value that JSON does not have, with its fix.
    pub(crate) fn not_json(value: &Bound<'_, PyAny>) -> Self {
        let name = type_name(value);
        Self::new(format!(
            "{name} is not a value that JSON can say; {}",
            fix(value)
        ))
    }

    /// Puts a key before the path.
    pub(crate) fn under(mut self, key: &str) -> Self {
        self.path.insert_str(0, key);
        if let Some((cut, _)) = self.path.char_indices().nth(MAX_PATH) {
            self.path.truncate(cut);
            self.path.push('…');
        }
        self
    }

    pub(crate) fn exception(self, py: Python<'_>, kind: Kind) -> PyErr {
        let (place, name) = (format!("{}{}", kind.name, self.path), kind.name);
        let limit = |kind, option, limit, text| -> PyErr {
            Failure::from(grid_opa::Error::limit_reached(kind, option, limit, text)).into()
        };
        match self.defect {
            Defect::Text(text) => Failure::input(format!("{place}: {text}")).into(),
            Defect::TooDeep => limit(
                LimitKind::Nesting,
                None,
                MAX_JSON_DEPTH as u64,
                format!(
                    "{place}: the {name} nests deeper than {MAX_JSON_DEPTH} levels, or holds itself; flatten it"
                ),
            ),
            Defect::NoStack => limit(
                LimitKind::Depth,
                None,
                LEAST_STACK as u64,
                format!(
                    "{place}: less than {} KiB of stack are left on this thread, and the {name} nests deeper; give the thread more by threading.stack_size, or flatten it",
                    LEAST_STACK >> 10
                ),
            ),
            Defect::TooLong => limit(
                kind.limit,
                Some(kind.option),
                kind.max_bytes.into(),
                format!(
                    "{place}: the {name} is longer than {} bytes of JSON; if that is meant, raise the option {}",
                    kind.max_bytes, kind.option
                ),
            ),
            // An exception that ends the program says nothing about the input.
            Defect::Raised(error) if !error.is_instance_of::<pyo3::exceptions::PyException>(py) => {
                error
            }
            Defect::Raised(error) => {
                let text = format!("{place}: it could not be read: {error}");
                let failure = PyErr::from(Failure::input(text));
                failure.set_cause(py, Some(error));
                failure
            }
        }
    }
}

impl From<Defect> for Fault {
    fn from(defect: Defect) -> Self {
        Self {
            path: String::new(),
            defect,
        }
    }
}

impl From<PyErr> for Fault {
    fn from(error: PyErr) -> Self {
        Defect::Raised(error).into()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {:?}", self.path, self.defect)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(text: T) -> Self {
        Self::new(text.to_string())
    }
}

/// The fix for a value that JSON does not have.
fn fix(value: &Bound<'_, PyAny>) -> &'static str {
    if value.is_instance_of::<PySet>() || value.is_instance_of::<PyFrozenSet>() {
        "give a list"
    } else if value.is_instance_of::<PyBytes>() || value.is_instance_of::<PyByteArray>() {
        "decode it to a str"
    } else if value.hasattr("__await__").unwrap_or(false) {
        "await it before, and give what it gives"
    } else if value.hasattr("__next__").unwrap_or(false) {
        "give a list of what it yields"
    } else if value.hasattr("keys").unwrap_or(false) {
        "give a dict"
    } else {
        "give a dict, list, str, int, float, bool or None"
    }
}
