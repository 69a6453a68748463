//! What is wrong in a value of Python that is to be a document, and where.

use std::fmt;

use grid_opa::{LimitKind, MAX_JSON_DEPTH};
use pyo3::prelude::*;
use serde::de;

use crate::error::Failure;

/// Characters of a path in an error; the outer end is kept.
const MAX_PATH: usize = 200;

/// With less stack left than this no further level is read, in bytes: a subclass runs code of Python on it. It is more than the minimum of
/// the crate, whose error does not say which limit it is.
pub(crate) const LEAST_STACK: usize = if cfg!(debug_assertions) {
    192 << 10
} else {
    48 << 10
};

/// What a document is read as, and how long it may be.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    /// Its name in errors.
    pub(crate) name: &'static str,
    /// The option that bounds it.
    pub(crate) option: &'static str,
    /// What that option bounds.
    pub(crate) limit: LimitKind,
    /// The bound: bytes of its JSON text, which are counted and never more than these.
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

/// What is wrong in a document, and under which keys.
#[derive(Debug)]
pub(crate) struct Fault {
    path: String,
    what: What,
}

#[derive(Debug)]
pub(crate) enum What {
    Text(String),
    TooDeep,
    NoStack,
    TooLong,
    /// Code of the caller's raised.
    Raised(PyErr),
}

impl Fault {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        What::Text(text.into()).into()
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
        match self.what {
            What::Text(text) => Failure::input(format!("{place}: {text}")).into(),
            What::TooDeep => limit(
                LimitKind::Nesting,
                None,
                MAX_JSON_DEPTH as u64,
                format!(
                    "{place}: the {name} nests deeper than {MAX_JSON_DEPTH} levels, or holds itself; flatten it"
                ),
            ),
            What::NoStack => limit(
                LimitKind::Depth,
                None,
                LEAST_STACK as u64,
                format!(
                    "{place}: less than {} KiB of stack are left on this thread, and the {name} nests deeper; give the thread more by threading.stack_size, or flatten it",
                    LEAST_STACK >> 10
                ),
            ),
            What::TooLong => limit(
                kind.limit,
                Some(kind.option),
                kind.max_bytes.into(),
                format!(
                    "{place}: the {name} is longer than {} bytes of JSON; if that is meant, raise the option {}",
                    kind.max_bytes, kind.option
                ),
            ),
            // An exception that ends the program says nothing about the input.
            What::Raised(error) if !error.is_instance_of::<pyo3::exceptions::PyException>(py) => {
                error
            }
            What::Raised(error) => {
                let text = format!("{place}: it could not be read: {error}");
                let failure = PyErr::from(Failure::input(text));
                failure.set_cause(py, Some(error));
                failure
            }
        }
    }
}

impl From<What> for Fault {
    fn from(what: What) -> Self {
        Self {
            path: String::new(),
            what,
        }
    }
}

impl From<PyErr> for Fault {
    fn from(error: PyErr) -> Self {
        What::Raised(error).into()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {:?}", self.path, self.what)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(text: T) -> Self {
        Self::new(text.to_string())
    }
}
