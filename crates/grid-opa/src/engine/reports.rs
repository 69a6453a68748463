//! Reports about policies: validation, prints, metrics, coverage and tests.

use super::queries::{text_input, value_input, work};
use super::{Engine, Serving, check_name};
#[cfg(feature = "coverage")]
use crate::coverage::{Cover, Coverage};
use crate::document::answer;
use crate::error::Error;
use crate::evaluate::{self, Input, Times};
use crate::limits::guard::guarded;
use crate::rego::eval::Watch;
use crate::rego::value::Value;
use crate::report::{CacheUse, Metrics, Prints, Record, Trace};
use crate::set::Form;
use crate::testing::{self, TestOptions, TestReport};
use std::time::{Duration, Instant};

/// Maximum number of errors that a validation reports.
const MOST_FAULTS: usize = 100;

impl Engine {
    /// The errors that loading policies, each a name and a source, in one step would report; empty if they would load. The engine does not
    /// change.
    ///
    /// Each source is checked on its own, then all sources that parse are checked together with the loaded policies. So there may be more
    /// errors than [`load_policies`](Self::load_policies) reports. Some errors show only when others are fixed.
    ///
    /// # Errors
    /// `GRID_ARGUMENT` for an invalid name and for two policies of the same name. All other errors are in the result.
    pub fn validate(&self, policies: &[(&str, &str)]) -> Result<Vec<Error>, Error> {
        for (index, (name, _)) in policies.iter().enumerate() {
            check_name(name, "a policy")?;
            if policies.iter().take(index).any(|(other, _)| other == name) {
                return Err(Error::argument(format!(
                    "two of the policies are named {name}"
                )));
            }
        }
        let serving = self.serving();
        let set = &serving.set;
        let faults = guarded(self.options().for_load(), || {
            match set.with_all(self.options(), policies, MOST_FAULTS) {
                Ok(_) => Ok(Vec::new()),
                Err(faults) => Ok(faults),
            }
        });
        Ok(faults.unwrap_or_else(Error::split))
    }

    /// Like [`evaluate`](Self::evaluate), with the prints of the policies and metrics.
    pub fn trace(
        &self,
        query: &str,
        input: Option<&serde_json::Value>,
    ) -> Trace<serde_json::Value> {
        let input = || value_input(input);
        self.traced(&self.serving(), query, input, answer::write_value)
    }

    /// Like [`evaluate_json`](Self::evaluate_json), with the prints of the policies and metrics. If the answer is in the decision cache,
    /// nothing is evaluated or printed; `fresh` bypasses the cache.
    pub fn trace_json(&self, query: &str, input: Option<&str>, fresh: bool) -> Trace<String> {
        let input_of = || Ok(text_input(input));
        let serving = self.serving();
        let decisions = &self.0.decisions;
        if fresh || !self.is_cacheable(&serving.set, query) {
            return self.traced(&serving, query, input_of, answer::write_text);
        }
        let mut evaluated = None;
        let answer = decisions.answer(serving.revision, query, input, || {
            let trace = self.traced(&serving, query, input_of, answer::write_text);
            let metrics = Metrics {
                decision_cache: CacheUse::Miss,
                ..trace.metrics
            };
            evaluated = Some((trace.prints, metrics));
            trace.answer
        });
        let (prints, metrics) = evaluated.unwrap_or_else(|| {
            let metrics = Metrics::new(serving.compile);
            let decision_cache = CacheUse::Hit;
            (
                Prints::default(),
                Metrics {
                    decision_cache,
                    ..metrics
                },
            )
        });
        Trace {
            answer,
            prints,
            metrics,
        }
    }

    /// All answers of a query with any number of expressions, as `opa eval` prints them, with the prints of the policies and metrics. The
    /// answer is a JSON array; each item has `expressions`, with `value`, `text` and `location` (`row`, `col`), and if the query has
    /// variables their `bindings`. It is empty if the query does not hold.
    pub fn trace_all_json(&self, query: &str, input: Option<&str>) -> Trace<String> {
        let serving = self.serving();
        let mut record = Record::default();
        let mut times = Times::default();
        let mut prints = Prints::default();
        let answer = work(&serving.set, self.options(), |set, options| {
            let answer = evaluate::results(
                set,
                options,
                query,
                text_input(input),
                &mut record,
                None,
                &mut times,
            );
            let prepared = evaluate::prepared(set, options, query, Form::Results).ok();
            prints = record.prints(set, prepared.as_ref().map(|prepared| &prepared.query));
            answer.map(Some)
        });
        Trace {
            answer,
            metrics: Metrics {
                evaluation: times.evaluation,
                input: times.input,
                ..Metrics::new(serving.compile)
            },
            prints,
        }
    }

    /// Runs the tests of the loaded policies, as `opa test` does: all rules with a name that begins with `test_`, each within the limits of
    /// an evaluation. [`TestResult`](crate::TestResult) describes clauses and tests with keys.
    ///
    /// # Errors
    /// `GRID_ARGUMENT` for a filter that is not a regular expression, and for coverage in a build without it. Errors in a test are part of its
    /// result.
    pub fn run_tests(&self, options: &TestOptions) -> Result<TestReport, Error> {
        testing::run_all(&self.serving().set, self.options(), options)
    }

    fn traced<'i, T>(
        &self,
        serving: &Serving,
        query: &str,
        input: impl FnOnce() -> Result<Input<'i>, Error>,
        write: impl FnOnce(&Value) -> Result<T, Error>,
    ) -> Trace<T> {
        let mut record = Record::default();
        let mut times = Times::default();
        let mut prints = Prints::default();
        let answer = work(&serving.set, self.options(), |set, options| {
            let begun = Instant::now();
            let input = input()?;
            let reading = begun.elapsed();
            let is_given = !matches!(input, Input::Missing);
            let watch = Some(&mut record as &mut dyn Watch);
            let answer = evaluate::watched(set, options, query, input, write, watch, &mut times);
            times.input = if is_given {
                times.input + reading
            } else {
                Duration::ZERO
            };
            // The evaluation has already prepared it.
            let prepared = match set.rule_at(query) {
                Some(_) => None,
                None => evaluate::prepared(set, options, query, Form::Value).ok(),
            };
            prints = record.prints(set, prepared.as_ref().map(|prepared| &prepared.query));
            answer
        });
        Trace {
            answer,
            metrics: Metrics {
                evaluation: times.evaluation,
                input: times.input,
                ..Metrics::new(serving.compile)
            },
            prints,
        }
    }

    /// Reports which lines of the policies an evaluation of `query` reaches.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate).
    #[cfg(feature = "coverage")]
    pub fn coverage(
        &self,
        query: &str,
        input: Option<&serde_json::Value>,
    ) -> Result<Coverage, Error> {
        self.covered(query, || value_input(input))
    }

    /// Like [`coverage`](Self::coverage), with the input as JSON text.
    ///
    /// # Errors
    /// As [`evaluate_json`](Self::evaluate_json).
    #[cfg(feature = "coverage")]
    pub fn coverage_json(&self, query: &str, input: Option<&str>) -> Result<Coverage, Error> {
        self.covered(query, || Ok(text_input(input)))
    }

    #[cfg(feature = "coverage")]
    fn covered<'i>(
        &self,
        query: &str,
        input: impl Fn() -> Result<Input<'i>, Error>,
    ) -> Result<Coverage, Error> {
        let serving = self.serving();
        let mut cover = Cover::default();
        work(&serving.set, self.options(), |set, options| {
            let watch = Some(&mut cover as &mut dyn Watch);
            let times = &mut Times::default();
            evaluate::watched(set, options, query, input()?, |_| Ok(()), watch, times)
        })?;
        Ok(cover.report(&serving.set))
    }
}
