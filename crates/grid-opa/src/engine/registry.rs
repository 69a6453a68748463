//! Named engines: one map per process, so that all workers share policies and data.
//!
//! The map keeps its engines permanently, like the map of grid-cache: workers start and end, and shared engines must survive a moment
//! without workers. [`Engine::forget`] removes an engine.

use crate::engine::{Engine, check_name};
use crate::error::Error;
use crate::options::EngineOptions;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

static ENGINES: LazyLock<Mutex<HashMap<String, Engine>>> = LazyLock::new(Mutex::default);

impl Engine {
    /// The engine of this name, the same in every thread. The first call creates it, with the default options if `options` is `None`.
    ///
    /// # Errors
    /// `GRID_ARGUMENT` for an invalid name, for an option out of its range, and if the engine exists with other options.
    pub fn open(name: &str, options: Option<EngineOptions>) -> Result<Self, Error> {
        Self::open_with_defaults(name, options, EngineOptions::default)
    }

    /// Like [`Engine::open`], with defaults of the caller.
    ///
    /// # Errors
    /// Those of [`Engine::open`].
    pub fn open_with_defaults(
        name: &str,
        options: Option<EngineOptions>,
        defaults: impl FnOnce() -> EngineOptions,
    ) -> Result<Self, Error> {
        check_name(name, "an engine")?;
        let mut engines = ENGINES.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(engine) = engines.get(name) else {
            let engine = Self::new(options.unwrap_or_else(defaults))?;
            engines.insert(name.to_owned(), engine.clone());
            return Ok(engine);
        };
        match options {
            Some(options) if options != *engine.options() => Err(Error::argument(format!(
                "the engine {name} is open with other options; pass the same options, or none"
            ))),
            _ => Ok(engine.clone()),
        }
    }

    /// Removes a name from the map and returns whether it existed. Open handles keep working on the old engine; the next [`Engine::open`]
    /// of the name creates a new one.
    pub fn forget(name: &str) -> bool {
        let engine = ENGINES
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(name);
        engine.is_some()
    }
}
