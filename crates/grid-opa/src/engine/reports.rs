//! What an engine tells about policies beside their answers: whether they would load, what they print and take, how they test.

use super::{Engine, Serving, check_name, text_input, value_input, work};
use crate::answer;
#[cfg(feature = "coverage")]
use crate::coverage::{Cover, Coverage};
use crate::error::Error;
use crate::evaluate::{self, Input};
use crate::guard::guarded;
use crate::report::{CacheUse, Metrics, Prints, Record, Trace};
use crate::testing::{self, TestOptions, TestReport};
use crate::validate;
use regorus::Value;
use std::time::Instant;

impl Engine {
    /// What would keep policies, each a name and a source, from being loaded now in one step; nothing where they would load. The
    /// engine stays as it is.
    ///
    /// Each source is looked at on its own, then all that parse together with what is loaded, so that there are more faults than
    /// the one that [`load_policies`](Self::load_policies) fails with. Not all can be found: some show when others are mended.
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
            Ok(validate::faults(set, self.options(), policies))
        });
        Ok(faults.unwrap_or_else(|error| vec![error]))
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
        let kept = evaluate::is_path(query) && serving.set.is_pure();
        if fresh || !kept || !decisions.is_on() {
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
    /// `GRID_ARGUMENT` for a filter that is no regular expression. What goes wrong in a test is its result.
    pub fn run_tests(&self, options: &TestOptions) -> Result<TestReport, Error> {
        let serving = self.serving();
        let set = &serving.set;
        let tests = guarded(self.options().for_load(), || {
            testing::find(set, self.options(), options.filter.as_deref())
        })?;
        let results = tests.tests.iter();
        let results = results.map(|test| testing::run(&tests, test, self.options()));
        let results: Vec<_> = results.collect();
        #[cfg(feature = "coverage")]
        if options.coverage {
            let mut results = results;
            let coverage = testing::cover(&tests, &mut results, self.options())?;
            let mut report = TestReport::of(results);
            report.coverage = Some(coverage);
            return Ok(report);
        }
        Ok(TestReport::of(results))
    }

    fn traced<'i, T>(
        &self,
        serving: &Serving,
        query: &str,
        input: impl FnOnce() -> Result<Input<'i>, Error>,
        write: impl FnOnce(&Value) -> Result<T, Error>,
    ) -> Trace<T> {
        let mut record = Record::default();
        let answer = work(&serving.set, self.options(), |set, options| {
            let begun = Instant::now();
            let input = input()?;
            if let Input::Value(_) = input {
                record.input = begun.elapsed();
            }
            evaluate::evaluate_watched(set, options, query, input, write, &mut record)
        });
        Trace {
            answer,
            metrics: Metrics {
                evaluation: record.time,
                input: record.input,
                path: record.path,
                ..Metrics::new(serving.compile)
            },
            prints: record.prints,
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
        let set = &serving.set;
        // What the policies fail with has places that are theirs; the copy has others.
        work(set, self.options(), |set, options| {
            evaluate::evaluate(set, options, query, input()?, |_| Ok(()))
        })?;
        let mut cover = guarded(self.options().for_load(), || Cover::of(set, self.options()))?;
        work(set, self.options(), |_, options| {
            cover.evaluate(options, query, input()?)
        })?;
        Ok(cover.report())
    }
}
