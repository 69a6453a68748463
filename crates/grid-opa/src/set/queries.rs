//! A cache of prepared queries.

use crate::document::input_parts::InputParts;
use crate::rego::plan::Query;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Maximum number of cached queries per set.
const MOST: usize = 64;
/// Maximum length of the text of a cached query, in bytes.
const MAX_BYTES: usize = 4096;

/// A query that is ready for evaluation.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) query: Query,
    pub(crate) input_parts: InputParts,
}

/// Prepared queries by text, and by whether they return one value.
#[derive(Debug, Default)]
pub(crate) struct Queries(Mutex<HashMap<(bool, String), Arc<Prepared>>>);

impl Queries {
    /// Returns the cached query, or prepares it.
    pub(crate) fn get_or_make<E>(
        &self,
        query: &str,
        value: bool,
        make: impl FnOnce() -> Result<Prepared, E>,
    ) -> Result<Arc<Prepared>, E> {
        let key = (value, query.to_owned());
        if let Some(prepared) = self.cached().get(&key) {
            return Ok(prepared.clone());
        }
        let prepared = Arc::new(make()?);
        if query.len() <= MAX_BYTES {
            let mut cached = self.cached();
            if cached.len() >= MOST {
                // Programs use few fixed queries. Generated queries are not worth keeping.
                cached.clear();
            }
            cached.insert(key, prepared.clone());
        }
        Ok(prepared)
    }

    fn cached(&self) -> MutexGuard<'_, HashMap<(bool, String), Arc<Prepared>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
