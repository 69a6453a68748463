//! Queries that were prepared, kept to be asked again.

use super::PolicySet;
use crate::error::Error;
use crate::evaluate::Prepared;
use crate::options::EngineOptions;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Most queries that a set keeps.
const MOST: usize = 64;
/// Longest text of a query that is kept, in bytes.
const MAX_BYTES: usize = 4096;

/// Prepared queries by their texts, and whether one value is asked for.
#[derive(Debug, Default)]
pub(super) struct Queries(Mutex<BTreeMap<(bool, String), Arc<Prepared>>>);

impl PolicySet {
    /// The plan of a query. With `value` it has one expression, whose value is the answer.
    pub(crate) fn prepared(
        &self,
        options: &EngineOptions,
        query: &str,
        value: bool,
    ) -> Result<Arc<Prepared>, Error> {
        let key = (value, query.to_owned());
        let kept = || {
            self.queries
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(prepared) = kept().get(&key) {
            return Ok(prepared.clone());
        }
        let prepared = Arc::new(Prepared::of(self, options, query, value)?);
        if query.len() <= MAX_BYTES {
            let mut kept = kept();
            if kept.len() >= MOST {
                // The texts that programs ask are few; those that are made up one by one are no loss.
                kept.clear();
            }
            kept.insert(key, prepared.clone());
        }
        Ok(prepared)
    }
}
