//! From the crates' errors to the JavaScript error of which `ts/addon.ts` makes a `GridError`.

use napi::bindgen_prelude::*;
use napi::{Env, JsValue};

/// A failed call. It is thrown once the call has let go of what its arguments lent: an error of JavaScript may run code of JavaScript,
/// setters of prototypes say.
pub(crate) enum Failure {
    /// What the crates or this binding refuse.
    Grid(Refusal),
    /// What Node-API refuses, and what JavaScript threw.
    Node(Error),
}

/// What is refused, with all that the crate tells about it.
pub(crate) struct Refusal {
    code: &'static str,
    text: String,
    // In a box, as a result is as large as its error.
    place: Box<Place>,
}

/// Where in a policy the error lies and which limit was reached, as far as it is known.
#[derive(Default)]
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
    pub(crate) fn argument(text: &str) -> Self {
        Self::of(grid_opa::ErrorKind::Argument, text.to_owned())
    }

    /// An evaluation that this binding cannot do.
    pub(crate) fn evaluation(text: String) -> Self {
        Self::of(grid_opa::ErrorKind::Evaluation, text)
    }

    fn of(kind: grid_opa::ErrorKind, text: String) -> Self {
        Self::Grid(Refusal {
            code: kind.code(),
            text,
            place: Box::default(),
        })
    }

    /// The error that napi-rs throws.
    fn into_error(self, env: Env) -> Error {
        match self {
            Self::Grid(refusal) => refusal.into_error(env).unwrap_or_else(|failed| failed),
            Self::Node(error) => error,
        }
    }
}

impl Refusal {
    /// A JavaScript error with the members `code` and, where known, `file`, `line`, `column`, `opaCode`, `kind`, `option` and `limit`.
    fn into_error(self, env: Env) -> Result<Error> {
        let mut error = env.create_error(Error::from_reason(self.text))?;
        // napi's own codes are a closed set, so ours replaces the one that it has set.
        error.set("code", self.code)?;
        if let Some(file) = self.place.file {
            error.set("file", file)?;
        }
        if let Some(line) = self.place.line {
            error.set("line", line)?;
        }
        if let Some(column) = self.place.column {
            error.set("column", column)?;
        }
        if let Some(code) = self.place.opa_code {
            error.set("opaCode", code)?;
        }
        if let Some(kind) = self.place.kind {
            error.set("kind", kind)?;
        }
        if let Some(option) = self.place.option {
            error.set("option", option)?;
        }
        if let Some(limit) = self.place.limit {
            error.set("limit", limit as f64)?;
        }
        // An Error made of a JavaScript value throws that very value.
        Ok(error.to_unknown().into())
    }
}

/// Makes the result of a crate one that napi throws.
pub(crate) trait OrThrow<T> {
    fn or_throw(self, env: Env) -> Result<T>;
}

impl<T, E: Into<Failure>> OrThrow<T> for std::result::Result<T, E> {
    fn or_throw(self, env: Env) -> Result<T> {
        self.map_err(|error| error.into().into_error(env))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Node(error)
    }
}

impl From<grid_cache::Error> for Failure {
    fn from(error: grid_cache::Error) -> Self {
        Self::Grid(Refusal {
            code: error.code(),
            text: error.to_string(),
            place: Box::default(),
        })
    }
}

impl From<grid_opa::Error> for Failure {
    fn from(error: grid_opa::Error) -> Self {
        Self::Grid(Refusal {
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
        })
    }
}
