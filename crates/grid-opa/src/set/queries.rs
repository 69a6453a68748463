//! Queries that were prepared, kept to be asked again.

use crate::rego::plan::Query;
use crate::wanted::Wanted;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Most queries that a set keeps.
const MOST: usize = 64;
/// Longest text of a query that is kept, in bytes.
const MAX_BYTES: usize = 4096;

/// A query that can be asked.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) query: Query,
    pub(crate) wanted: Wanted,
}

/// Prepared queries by their texts, and whether one value is asked for.
#[derive(Debug, Default)]
pub(crate) struct Queries(Mutex<BTreeMap<(bool, String), Arc<Prepared>>>);

impl Queries {
    /// The query of a text, if it is kept, or else the one that is made.
    pub(crate) fn get_or_make<E>(
        &self,
        query: &str,
        value: bool,
        make: impl FnOnce() -> Result<Prepared, E>,
    ) -> Result<Arc<Prepared>, E> {
        let key = (value, query.to_owned());
        if let Some(prepared) = self.kept().get(&key) {
            return Ok(prepared.clone());
        }
        let prepared = Arc::new(make()?);
        if query.len() <= MAX_BYTES {
            let mut kept = self.kept();
            if kept.len() >= MOST {
                // The texts that programs ask are few; those that are made up one by one are no loss.
                kept.clear();
            }
            kept.insert(key, prepared.clone());
        }
        Ok(prepared)
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<(bool, String), Arc<Prepared>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
