//! What an engine tells about policies beside their answers: whether they would load, what they print and take, how they test.

use super::{Engine, Serving, check_name, text_input, value_input, work};
use crate::answer;
#[cfg(feature = "coverage")]
use crate::coverage::{Cover, Coverage};
use crate::error::Error;
use crate::evaluate::{self, Input, Times};
use crate::guard::guarded;
use crate::rego::eval::Watch;
use crate::rego::value::Value;
use crate::report::{CacheUse, Metrics, Prints, Record, Trace};
use crate::testing::{self, TestOptions, TestReport};
use std::time::{Duration, Instant};

/// Most errors that are told of policies that are only looked at.
const MOST_FAULTS: usize = 100;

impl Engine {
    /// What would keep policies, each a name and a source, from being loaded now in one step; nothing where they would load. The
    /// engine stays as it is.
    ///
    /// Each source is looked at on its own, then all that parse together with what is loaded, so that there are more faults than
    /// the one that [`load_policies`](Self::load_policies) fails with. Not all can be found: some show when others are fixed.
    ///
    /// # Errors
    /// `GRID_ARGUMENT` for a name that cannot be one and for two of one name. All else is among the faults.
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

    /// As [`evaluate`](Self::evaluate), and tells what the policies printed and what it took.
    pub fn trace(
        &self,
        query: &str,
        input: Option<&serde_json::Value>,
    ) -> Trace<serde_json::Value> {
        let input = || value_input(input);
        self.traced(&self.serving(), query, input, answer::write_value)
    }

    /// As [`evaluate_json`](Self::evaluate_json), and tells what the policies printed and what it took. Where the decision cache has
    /// the answer nothing is evaluated and so nothing printed; `fresh` asks past it.
    pub fn trace_json(&self, query: &str, input: Option<&str>, fresh: bool) -> Trace<String> {
        let input_of = || Ok(text_input(input));
        let serving = self.serving();
        let decisions = &self.0.decisions;
        if fresh || !self.is_kept(&serving.set, query) {
            return self.traced(&serving, query, input_of, answer::write_text);
        }
        let mut asked = None;
        let answer = decisions.answer(serving.revision, query, input, || {
            let trace = self.traced(&serving, query, input_of, answer::write_text);
            let metrics = Metrics {
                decision_cache: CacheUse::Miss,
                ..trace.metrics
            };
            asked = Some((trace.prints, metrics));
            trace.answer
        });
        let (prints, metrics) = asked.unwrap_or_else(|| {
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

    /// Runs the tests of the loaded policies, as `opa test` does: all rules whose name begins with `test_`, each within the limits of
    /// an evaluation. See [`TestResult`](crate::TestResult) for what becomes of clauses and of tests with keys.
    ///
    /// # Errors
    /// `GRID_ARGUMENT` for a filter that is no regular expression, and for coverage in a build without it. What goes wrong in a test is its result.
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
            // It was prepared for the evaluation.
            let prepared = match set.rule_at(query) {
                Some(_) => None,
                None => evaluate::prepared(set, options, query, true).ok(),
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

    /// Which lines of the policies an evaluation of `query` reaches.
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

    /// As [`coverage`](Self::coverage), with the input as JSON text.
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
