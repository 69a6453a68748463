//! Asking with documents in the engine's own form, and answers in it.

use super::{Engine, work};
use crate::answer;
use crate::document::Document;
use crate::error::Error;
use crate::evaluate::{self, Input};

impl Engine {
    /// As [`evaluate`](Self::evaluate), from a document to one. No length is looked at: who makes the document has to.
    ///
    /// # Errors
    /// As `evaluate`.
    pub fn evaluate_document(
        &self,
        query: &str,
        input: Option<&Document>,
    ) -> Result<Option<Document>, Error> {
        let serving = self.serving();
        let ask = || {
            work(&serving.set, self.options(), |set, options| {
                // What was taken outside of the cap must not be given back inside of it: a clone is a count.
                let input = input.map_or(Input::Missing, |input| Input::Value(input.0.clone()));
                let write = |value: &crate::rego::value::Value| Ok(Document(value.clone()));
                evaluate::evaluate(set, options, query, input, write)
            })
        };
        if !self.is_kept(&serving.set, query) {
            return ask();
        }
        let text = input.map(Document::to_json).transpose()?;
        let mut asked = None;
        let answer = self
            .0
            .decisions
            .answer(serving.revision, query, text.as_deref(), || {
                let answer = ask()?;
                let text = answer.as_ref().map(Document::to_json).transpose()?;
                asked = Some(answer);
                Ok(text)
            })?;
        match (asked, answer) {
            (Some(answer), _) => Ok(answer),
            (None, None) => Ok(None),
            (None, Some(text)) => Document::from_json(&text, "answer").map(Some),
        }
    }

    /// As [`test_json`](Self::test_json), from a document.
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
            Some(answer) => answer.truth().map_err(|kind| answer::no_truth(query, kind)),
            None => undefined.ok_or_else(|| answer::no_truth(query, "undefined")),
        }
    }
}
