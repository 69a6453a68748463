//! The answers of an engine to what it was asked before, where they cannot have changed.
//!
//! The key is the whole question: revision, rule and the text of the input. So an answer is never that of another question, and those
//! of a set that no longer serves are never asked for again. Two texts of one input are two questions.

use crate::error::Error;
use crate::options::EngineOptions;
use grid_cache::{Cache, CacheOptions, Ttl};

/// A cache of answers as JSON texts.
pub(crate) struct Decisions(Option<Cache>);

impl Decisions {
    /// None where the options say so.
    pub(crate) fn new(options: &EngineOptions) -> Result<Self, Error> {
        if options.decision_cache_bytes == 0 {
            return Ok(Self(None));
        }
        let ttl = match options.decision_cache_ttl_ms {
            0 => None,
            ms => Some(Ttl::from_millis(ms.into())),
        };
        let cache = ttl.transpose().and_then(|ttl| {
            Cache::new(&CacheOptions {
                max_entries: Some(usize::try_from(i32::MAX).unwrap_or(usize::MAX)),
                max_bytes: Some(options.decision_cache_bytes as usize),
                ttl,
                ..CacheOptions::default()
            })
        });
        cache
            .map(|cache| Self(Some(cache)))
            .map_err(|error| Error::argument(error.to_string()))
    }

    /// The answer to a question, from here or by `ask`, which is remembered if it is no error. `None` is undefined.
    pub(crate) fn answer(
        &self,
        revision: u64,
        query: &str,
        input: Option<&str>,
        ask: impl FnOnce() -> Result<Option<String>, Error>,
    ) -> Result<Option<String>, Error> {
        let Some(cache) = &self.0 else {
            return ask();
        };
        // No query that is cached holds a line feed, so the parts cannot run together.
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
        let answer = ask()?;
        let kept = answer
            .as_ref()
            .map_or_else(|| "?".to_owned(), |answer| format!("={answer}"));
        // One that is larger than the cache is not kept, which is no fault.
        let _ = cache.set(&key, kept.as_str(), None);
        Ok(answer)
    }

    /// Forgets all answers: those of a set that no longer serves only take room.
    pub(crate) fn clear(&self) {
        if let Some(cache) = &self.0 {
            cache.clear();
        }
    }

    /// Whether answers are kept.
    pub(crate) const fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// How many answers are kept.
    pub(crate) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, Cache::len)
    }
}
