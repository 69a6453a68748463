//! The JavaScript errors of failed calls, which `ts/addon.ts` turns into a `GridError`.

use grid_opa::ErrorKind;
use napi::bindgen_prelude::*;
use napi::{Env, JsValue};
use serde_json::Value;

use crate::camel::camel_name;

/// A failed call. It is thrown only after the call has released the memory of its arguments: an error may run code of JavaScript, such as
/// setters of prototypes.
pub(crate) enum Failure {
    /// An error of the engine or of this binding.
    Engine(grid_opa::Error),
    /// An error of a cache.
    Cache(grid_cache::Error),
    /// An error of Node-API, or one that JavaScript threw.
    Node(Error),
}

impl Failure {
    /// An argument that this binding cannot take.
    pub(crate) fn argument(text: &str) -> Self {
        Self::Engine(grid_opa::Error::new(ErrorKind::Argument, text))
    }

    /// An evaluation that this binding cannot do.
    pub(crate) fn evaluation(text: String) -> Self {
        Self::Engine(grid_opa::Error::new(ErrorKind::Evaluation, text))
    }

    /// The error that napi-rs throws.
    fn into_error(self, env: Env) -> Error {
        let thrown = match self {
            Self::Engine(error) => engine_error(&env, &error),
            Self::Cache(error) => coded_error(&env, error.to_string(), error.code()).map(thrown),
            Self::Node(error) => return error,
        };
        thrown.unwrap_or_else(|failed| failed)
    }
}

/// An error with the members `code` and, if known, `file`, `line`, `column`, `opaCode`, `kind`, `option` and `limit`.
fn engine_error(env: &Env, error: &grid_opa::Error) -> Result<Error> {
    let mut object = coded_error(env, error.to_string(), error.code())?;
    let fields = Value::from(error);
    for name in [
        "file", "line", "column", "opa_code", "kind", "option", "limit",
    ] {
        match &fields[name] {
            Value::String(text) => object.set(camel_name(name), text)?,
            Value::Number(number) => object.set(camel_name(name), number.as_f64())?,
            _ => {}
        }
    }
    Ok(thrown(object))
}

fn coded_error<'env>(env: &'env Env, text: String, code: &str) -> Result<Object<'env>> {
    let mut error = env.create_error(Error::from_reason(text))?;
    // napi-rs only sets codes of its own closed set.
    error.set("code", code)?;
    Ok(error)
}

/// An `Error` of napi-rs that throws this very object.
fn thrown(error: Object<'_>) -> Error {
    error.to_unknown().into()
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
        Self::Cache(error)
    }
}

impl From<grid_opa::Error> for Failure {
    fn from(error: grid_opa::Error) -> Self {
        Self::Engine(error)
    }
}
