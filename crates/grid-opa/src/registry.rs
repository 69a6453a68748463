//! Named engines: one map for the whole process, so that all workers share policies and data.
//!
//! The map holds its engines for good, as that of grid-cache does: workers come and go, and what they share must outlive the moment
//! in which none of them runs. [`Engine::forget`] takes a name out.

use crate::engine::{Engine, check_name};
use crate::error::Error;
use crate::options::EngineOptions;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

static ENGINES: Mutex<BTreeMap<String, Engine>> = Mutex::new(BTreeMap::new());

impl Engine {
    /// The engine of this name, the same in every thread; made by the first call. Without options it is taken as it is, or made
    /// with the defaults.
    ///
    /// # Errors
    /// `GRID_ARGUMENT` for a name that cannot be one, for an option out of its range, and where the engine is there with other
    /// options.
    pub fn open(name: &str, options: Option<EngineOptions>) -> Result<Self, Error> {
        Self::open_with_defaults(name, options, EngineOptions::default)
    }

    /// The same, with defaults of the caller's own.
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
                "the engine {name} is open with other options; give the same ones, or none"
            ))),
            _ => Ok(engine.clone()),
        }
    }

    /// Takes a name out of the map; whether it was there. Handles that are open keep working on the old engine, and the next
    /// [`Engine::open`] of the name makes a new one.
    pub fn forget(name: &str) -> bool {
        let engine = ENGINES
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(name);
        engine.is_some()
    }
}
