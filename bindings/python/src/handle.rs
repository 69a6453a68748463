//! `Handle`, an engine that no object has yet, and the object of an engine.

use std::sync::{Mutex, MutexGuard, PoisonError};

use grid_opa::{EngineOptions, OptionValue};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::builtins::builtins_of;
use crate::call::without_gil;
use crate::error::Failure;
use crate::scalars::{is_number, number_of};
use crate::text::{text_of, type_name};

/// An engine that no object has yet.
#[pyclass(module = "boardkit_grid._native", frozen)]
pub(crate) struct Handle(grid_opa::Engine);

#[pymethods]
impl Handle {
    /// A new engine; the options have the crate's names.
    #[staticmethod]
    fn make(
        py: Python<'_>,
        options: &Bound<'_, PyDict>,
        builtins: Vec<(String, u8, bool)>,
    ) -> PyResult<Self> {
        let options = EngineOptions {
            builtins: builtins_of(builtins),
            ..checked(options)?
        };
        without_gil(py, || grid_opa::Engine::new(options)).map(Self)
    }

    /// The engine of a name; if there is none, it is made with the options, or else the defaults.
    #[staticmethod]
    fn open(
        py: Python<'_>,
        name: &Bound<'_, PyAny>,
        options: Option<&Bound<'_, PyDict>>,
        defaults: &Bound<'_, PyDict>,
    ) -> PyResult<Self> {
        let name = text_of(name, "the engine's name")?;
        let (options, defaults) = (options.map(checked).transpose()?, checked(defaults)?);
        without_gil(py, || {
            grid_opa::Engine::open_with_defaults(&name, options, || defaults)
        })
        .map(Self)
    }

    /// Removes a name from the map of engines; returns whether it was there.
    #[staticmethod]
    fn forget(name: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(grid_opa::Engine::forget(&text_of(
            name,
            "the engine's name",
        )?))
    }
}

/// See `_engine.py`.
#[pyclass(module = "boardkit_grid._native", subclass, frozen)]
pub(crate) struct Engine(Mutex<Option<grid_opa::Engine>>);

impl Engine {
    pub(crate) fn of(handle: &Handle) -> Self {
        Self(Mutex::new(Some(handle.0.clone())))
    }

    /// The engine, unless this object is closed.
    pub(crate) fn engine(&self) -> PyResult<grid_opa::Engine> {
        // Not in one expression: the lock would be held while code of Python makes the error, and other threads may run then.
        let engine = self.slot().clone();
        engine.ok_or_else(|| {
            Failure::argument("the engine is closed; make or open another, or close it later")
                .into()
        })
    }

    pub(crate) fn slot(&self) -> MutexGuard<'_, Option<grid_opa::Engine>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Options as the crate takes them.
fn checked(given: &Bound<'_, PyDict>) -> PyResult<EngineOptions> {
    let mut options = EngineOptions {
        #[cfg(feature = "network")]
        http_client: Some(crate::http::client()),
        ..EngineOptions::default()
    };
    for (name, value) in given {
        let name = text_of(&name, "the name of an option")?;
        let what = format!("the option {name}");
        let set = if let Ok(flag) = value.extract::<bool>() {
            options.set(&name, OptionValue::Flag(flag))
        } else if is_number(&value) {
            options.set(&name, OptionValue::Number(number_of(&value, &what)?))
        } else if value.is_instance_of::<PyString>() {
            options.set(&name, OptionValue::Text(&text_of(&value, &what)?))
        } else {
            let found = type_name(&value);
            let text = format!("{what} is a number, a bool or a str; got {found}");
            return Err(Failure::argument(text).into());
        };
        set.map_err(Failure::from)?;
    }
    Ok(options)
}
