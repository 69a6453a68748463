//! Evaluates rules and queries on the serving set.

use super::Engine;
use crate::document;
use crate::document::answer;
use crate::error::{Error, ErrorKind};
use crate::evaluate::{self, Input};
use crate::limits::guard::guarded;
use crate::options::EngineOptions;
use crate::set::{Form, PolicySet};

impl Engine {
    /// Evaluates a rule (`data.authz.allow`), a package (`data.authz`: an object of its defined rules) or any query of one
    /// expression (`count(data.users) > 3`) and returns its value; `None` is undefined, which is not `false`.
    ///
    /// As in OPA, a path to an unknown rule is undefined, not an error. Without an `input`, `input` is undefined; `null` is an input. Sets
    /// are returned as sorted arrays.
    ///
    /// # Errors
    /// `GRID_EVALUATION` with file, line and column if known. `GRID_COMPILE` for a query that does not compile. `GRID_ARGUMENT` for a query
    /// of several expressions or with several answers, which does not have one value. `GRID_INPUT` and `GRID_LIMIT` for the input.
    /// `GRID_LIMIT` for time, memory and depth. `GRID_INTERNAL` for a panic. An integer beyond 64 bits in the answer is `GRID_EVALUATION`:
    /// see `evaluate_json`.
    pub fn evaluate(
        &self,
        query: &str,
        input: Option<&serde_json::Value>,
    ) -> Result<Option<serde_json::Value>, Error> {
        self.work(|set, options| {
            let input = value_input(input)?;
            evaluate::evaluate(set, options, query, input, answer::write_value)
        })
    }

    /// Like [`evaluate`](Self::evaluate), from and to JSON text; the answer is compact.
    ///
    /// As in OPA, numbers are compared by value and keep their original text: `1.10` stays `1.10`, and integers keep all digits.
    ///
    /// # Errors
    /// As `evaluate`, `GRID_INPUT` with line and column for text that is not JSON, and `GRID_LIMIT` for text longer than `max_input_bytes`.
    pub fn evaluate_json(&self, query: &str, input: Option<&str>) -> Result<Option<String>, Error> {
        let serving = self.serving();
        let compute = || {
            work(&serving.set, self.options(), |set, options| {
                evaluate::evaluate(set, options, query, text_input(input), answer::write_text)
            })
        };
        if self.is_cacheable(&serving.set, query) {
            self.0
                .decisions
                .answer(serving.revision, query, input, compute)
        } else {
            compute()
        }
    }

    /// The number of answers in the decision cache.
    pub fn cached_decisions(&self) -> usize {
        self.0.decisions.len()
    }

    /// Evaluates a rule or query with a boolean answer, from JSON text. `undefined` is the result if the answer is undefined.
    ///
    /// # Errors
    /// As [`evaluate_json`](Self::evaluate_json), and `GRID_EVALUATION` for an answer other than `true` and `false`, and for an undefined
    /// answer if `undefined` is `None`.
    pub fn test_json(
        &self,
        query: &str,
        input: Option<&str>,
        undefined: Option<bool>,
    ) -> Result<bool, Error> {
        match self.evaluate_json(query, input)?.as_deref() {
            Some("true") => Ok(true),
            Some("false") => Ok(false),
            Some(text) => Err(answer::not_boolean(query, answer::kind_of_text(text))),
            None => undefined.ok_or_else(|| answer::not_boolean(query, "undefined")),
        }
    }

    /// Evaluates a query with any number of expressions and answers, such as `some user in data.users; user.admin`, and returns the
    /// variables of each answer. A true query without variables has one empty answer; a query that is not true has none.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate), except that several answers are not an error.
    pub fn query(
        &self,
        query: &str,
        input: Option<&serde_json::Value>,
    ) -> Result<Vec<serde_json::Map<String, serde_json::Value>>, Error> {
        self.work(|set, options| {
            let input = value_input(input)?;
            evaluate::query(set, options, query, input)
        })
    }

    /// Like [`query`](Self::query), from and to JSON text: an array of objects.
    ///
    /// # Errors
    /// As `query` and [`evaluate_json`](Self::evaluate_json).
    pub fn query_json(&self, query: &str, input: Option<&str>) -> Result<String, Error> {
        self.work(|set, options| {
            let answers = evaluate::query(set, options, query, text_input(input))?;
            serde_json::to_string(&answers)
                .map_err(|error| Error::new(ErrorKind::Internal, error.to_string()))
        })
    }

    /// Whether `query` may call one of the host's [`builtins`](EngineOptions::builtins) with the loaded policies, directly or through a
    /// policy.
    pub fn may_call_host(&self, query: &str) -> bool {
        // A query that does not compile fails before any call.
        let effects =
            self.work(|set, options| evaluate::effects(set, options, query, Form::Variables));
        !self.options().builtins.is_empty() && effects.is_ok_and(|effects| effects.calls_host)
    }

    /// Whether [`run_tests`](Self::run_tests) may call one of the host's [`builtins`](EngineOptions::builtins), because a loaded policy
    /// calls one.
    pub fn tests_may_call_host(&self) -> bool {
        self.serving().set.has_calls_of_host()
    }

    /// Checks that `query` compiles with the loaded policies.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate).
    pub fn check_query(&self, query: &str) -> Result<(), Error> {
        self.work(|set, options| evaluate::prepared(set, options, query, Form::Variables).map(drop))
    }

    // Whether the decision cache keeps answers of a query.
    pub(super) fn is_cacheable(&self, set: &PolicySet, query: &str) -> bool {
        let effects = || {
            work(set, self.options(), |set, options| {
                evaluate::effects(set, options, query, Form::Value)
            })
        };
        self.0.decisions.is_on()
            && evaluate::is_path(query)
            && effects().is_ok_and(|effects| effects.pure)
    }

    // Works on the serving set, which stays unchanged during the work.
    fn work<T>(
        &self,
        compute: impl FnOnce(&PolicySet, &EngineOptions) -> Result<T, Error>,
    ) -> Result<T, Error> {
        work(&self.serving().set, self.options(), compute)
    }
}

// Runs work within the limits of an evaluation.
pub(super) fn work<T>(
    set: &PolicySet,
    options: &EngineOptions,
    compute: impl FnOnce(&PolicySet, &EngineOptions) -> Result<T, Error>,
) -> Result<T, Error> {
    guarded(options.for_evaluation(), || compute(set, options))
}

pub(super) fn text_input(text: Option<&str>) -> Input<'_> {
    text.map_or(Input::Missing, Input::Text)
}

pub(super) fn value_input(value: Option<&serde_json::Value>) -> Result<Input<'static>, Error> {
    value.map_or(Ok(Input::Missing), |value| {
        document::read_value(value, "input").map(Input::Value)
    })
}
