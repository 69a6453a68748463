//! Queries with documents in the engine's own form.

use super::Engine;
use super::queries::work;
use crate::document::Document;
use crate::document::answer;
use crate::error::Error;
use crate::evaluate::{self, Input};
use crate::rego::value::Value;

impl Engine {
    /// Like [`evaluate`](Self::evaluate), from and to documents. The length is not checked: the creator of the document must check it.
    ///
    /// # Errors
    /// As `evaluate`. `GRID_LIMIT` also for an answer that takes more than `max_evaluation_memory_bytes` as it is written: the serializer of
    /// a host builds a part that an answer contains many times each time.
    pub fn evaluate_document(
        &self,
        query: &str,
        input: Option<&Document>,
    ) -> Result<Option<Document>, Error> {
        let serving = self.serving();
        let compute = || {
            work(&serving.set, self.options(), |set, options| {
                // Memory that was allocated outside the cap must not be freed inside it; this clone only adds a reference.
                let input = input.map_or(Input::Missing, |input| Input::Value(input.0.clone()));
                let write = |value: &Value| Document::for_host(value, options.for_evaluation());
                evaluate::evaluate(set, options, query, input, write)
            })
        };
        if !self.is_cacheable(&serving.set, query) {
            return compute();
        }
        let text = input.map(Document::to_json).transpose()?;
        let mut evaluated = None;
        let answer = self
            .0
            .decisions
            .answer(serving.revision, query, text.as_deref(), || {
                let answer = compute()?;
                let text = answer.as_ref().map(Document::to_json).transpose()?;
                evaluated = Some(answer);
                Ok(text)
            })?;
        match (evaluated, answer) {
            (Some(answer), _) => Ok(answer),
            (None, None) => Ok(None),
            (None, Some(text)) => Document::from_json(&text, "answer").map(Some),
        }
    }

    /// Like [`test_json`](Self::test_json), from a document.
    ///
    /// # Errors
    /// As `test_json`.
    pub fn test_document(
        &self,
        query: &str,
        input: Option<&Document>,
        undefined: Option<bool>,
    ) -> Result<bool, Error> {
        match self.evaluate_document(query, input)? {
            Some(answer) => answer
                .truth()
                .map_err(|kind| answer::not_boolean(query, kind)),
            None => undefined.ok_or_else(|| answer::not_boolean(query, "undefined")),
        }
    }
}
