//! A cache of the answers of an engine, for queries with an answer that cannot have changed.
//!
//! The key contains the complete query: revision, rule and input text. So an answer never belongs to another query, and answers of an old
//! set are never returned. Two different texts of the same input are two keys.

use crate::bounded_cache;
use crate::error::Error;
use crate::options::EngineOptions;
use grid_cache::Cache;

/// A cache of answers as JSON texts.
pub(crate) struct Decisions(Option<Cache>);

impl Decisions {
    /// `None` if the options turn the cache off.
    pub(crate) fn new(options: &EngineOptions) -> Result<Self, Error> {
        bounded_cache::of(options.decision_cache_bytes, options.decision_cache_ttl_ms).map(Self)
    }

    /// Returns the cached answer, or calls `compute` and caches its answer unless it is an error. `None` is undefined.
    pub(crate) fn answer(
        &self,
        revision: u64,
        query: &str,
        input: Option<&str>,
        compute: impl FnOnce() -> Result<Option<String>, Error>,
    ) -> Result<Option<String>, Error> {
        let Some(cache) = &self.0 else {
            return compute();
        };
        // Cached queries contain no line feed, so the parts of the key stay separate.
        let key = match input {
            Some(input) => format!("{revision}\n{query}\n{input}"),
            None => format!("{revision}\n{query}"),
        };
        if let Some(value) = cache.get(&key) {
            match value.as_str().map(|text| text.split_at_checked(1)) {
                Some(Some(("=", answer))) => return Ok(Some(answer.to_owned())),
                Some(Some(("?", _))) => return Ok(None),
                _ => {}
            }
        }
        let answer = compute()?;
        let entry = answer
            .as_ref()
            .map_or_else(|| "?".to_owned(), |answer| format!("={answer}"));
        // An answer that is larger than the cache is not cached; this is not an error.
        let _ = cache.set(&key, entry.as_str(), None);
        Ok(answer)
    }

    /// Removes all answers: those of an old set only take up memory.
    pub(crate) fn clear(&self) {
        if let Some(cache) = &self.0 {
            cache.clear();
        }
    }

    /// Whether the cache is on.
    pub(crate) const fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// The number of cached answers.
    pub(crate) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, Cache::len)
    }
}
