//! A cache of prepared queries.

use crate::document::input_parts::InputParts;
use crate::rego::plan::Query;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Maximum number of cached queries per set.
const MOST: usize = 64;
/// Maximum length of the text of a cached query, in bytes.
const MAX_BYTES: usize = 4096;

/// What the answers of a query are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    /// The value of its only expression.
    Value,
    /// Its variables.
    Variables,
    /// Its variables, then the values of its expressions.
    Results,
}

/// A query that is ready for evaluation.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) query: Query,
    pub(crate) input_parts: InputParts,
    /// The expressions of [`Form::Results`].
    pub(crate) expressions: Vec<Expression>,
}

/// One expression of a query.
#[derive(Debug)]
pub(crate) struct Expression {
    pub(crate) text: String,
    pub(crate) row: u32,
    pub(crate) column: u32,
    /// The output with its value; without one it is true.
    pub(crate) output: Option<usize>,
}

/// Prepared queries by form and text.
#[derive(Debug, Default)]
pub(crate) struct Queries(Mutex<HashMap<(Form, String), Arc<Prepared>>>);

impl Queries {
    /// Returns the cached query, or prepares it.
    pub(crate) fn get_or_make<E>(
        &self,
        query: &str,
        form: Form,
        make: impl FnOnce() -> Result<Prepared, E>,
    ) -> Result<Arc<Prepared>, E> {
        let key = (form, query.to_owned());
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

    fn cached(&self) -> MutexGuard<'_, HashMap<(Form, String), Arc<Prepared>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
