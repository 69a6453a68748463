//! The engine: a serving set of policies and data, its changes, and its queries.

#[cfg(feature = "bundle")]
mod bundles;
mod documents;
mod footprint;
mod reports;
mod values;

use crate::answer;
use crate::decisions::Decisions;
use crate::document;
use crate::error::{Error, ErrorKind};
use crate::evaluate::{self, Input};
use crate::guard::guarded;
use crate::load_clock::LoadClock;
use crate::options::EngineOptions;
use crate::set::PolicySet;
use crate::stack;
use arc_swap::{ArcSwap, Guard};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Maximum length of the name of a policy or an engine, in bytes.
const MAX_NAME_BYTES: usize = 1024;

/// An embedded policy engine that threads can share: a clone is the same engine.
///
/// Changes are atomic and take effect in call order; a failed change has no effect. Policies, data and input are independent: each survives
/// changes of the others.
#[derive(Clone)]
pub struct Engine(Arc<Shared>);

/// The state that all clones of an engine share.
pub(crate) struct Shared {
    options: EngineOptions,
    serving: ArcSwap<Serving>,
    decisions: Decisions,
    /// Locked while the next set is built, so that no change is lost. Evaluations never lock it.
    changing: Mutex<()>,
}

struct Serving {
    set: PolicySet,
    revision: u64,
    /// How long building the set took.
    compile: Duration,
}

impl Engine {
    /// An engine without policies and data.
    ///
    /// # Errors
    /// `GRID_ARGUMENT` for an option out of its range.
    pub fn new(mut options: EngineOptions) -> Result<Self, Error> {
        options.check()?;
        stack::find();
        let set = guarded(options.for_load(), || PolicySet::empty(&options))?;
        let serving = Serving {
            set,
            revision: 0,
            compile: Duration::ZERO,
        };
        let decisions = Decisions::new(&options)?;
        Ok(Self(Arc::new(Shared {
            decisions,
            options,
            serving: ArcSwap::from_pointee(serving),
            changing: Mutex::new(()),
        })))
    }

    /// The options of the engine.
    pub fn options(&self) -> &EngineOptions {
        &self.0.options
    }

    /// The number of changes of policies and data so far. It identifies the serving set.
    pub fn revision(&self) -> u64 {
        self.serving().revision
    }

    /// Loads the policy `source` under `name`; it replaces a policy of the same name.
    ///
    /// `name` is a text of 1 to 1024 bytes without control characters, such as a path. Errors report it as their file.
    ///
    /// # Errors
    /// `GRID_COMPILE` with file, line and column: for syntax errors, unsafe variables, builtins that this build does not have, and rules
    /// with a path that data, a package or a bundle uses. `GRID_LIMIT` for a source that is too long or nests too deep. `GRID_ARGUMENT` for
    /// an invalid name, and for the name of a bundle's policy. After an error the old set still serves.
    pub fn load_policy(&self, name: &str, source: &str) -> Result<(), Error> {
        self.load_policies(&[(name, source)])
    }

    /// Loads several policies, each a name and a source, in one step: all of them or none.
    ///
    /// # Errors
    /// As [`load_policy`](Self::load_policy), and `GRID_ARGUMENT` for two policies of the same name.
    pub fn load_policies(&self, policies: &[(&str, &str)]) -> Result<(), Error> {
        for (name, _) in policies {
            check_name(name, "a policy")?;
        }
        self.change(|set| set.with_policies(self.options(), policies))
    }

    /// Removes the policy `name` and returns whether it existed.
    ///
    /// # Errors
    /// `GRID_COMPILE` if the other policies do not compile without it, and `GRID_ARGUMENT` for a bundle's policy. The old set still serves.
    pub fn remove_policy(&self, name: &str) -> Result<bool, Error> {
        let mut existed = false;
        self.change_if(|set| {
            existed = set.contains(name);
            if existed {
                set.without_policy(self.options(), name).map(Some)
            } else {
                Ok(None)
            }
        })?;
        Ok(existed)
    }

    /// Whether a policy `name` is loaded.
    pub fn has_policy(&self, name: &str) -> bool {
        self.serving().set.contains(name)
    }

    /// The names of the loaded policies, sorted.
    pub fn loaded_policies(&self) -> Vec<String> {
        self.serving().set.names().map(str::to_owned).collect()
    }

    /// Removes all policies, those of bundles too; data stays. The engine forgets its bundles: their data is then as if set by `set_data`.
    ///
    /// # Errors
    /// `GRID_INTERNAL` only.
    pub fn clear_policies(&self) -> Result<(), Error> {
        self.change(|set| PolicySet::empty(self.options())?.with_data(set.data().clone()))
    }

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
    /// As [`evaluate`](Self::evaluate), except that several answers are no error.
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
        let calls = self.work(|set, options| evaluate::calls_host(set, options, query));
        !self.options().builtins.is_empty() && calls.unwrap_or(false)
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
        self.work(|set, options| evaluate::prepared(set, options, query, false).map(drop))
    }

    // Whether the decision cache keeps answers of a query.
    fn is_cacheable(&self, set: &PolicySet, query: &str) -> bool {
        let is_pure = || {
            work(set, self.options(), |set, options| {
                evaluate::is_pure(set, options, query)
            })
        };
        self.0.decisions.is_on() && evaluate::is_path(query) && is_pure().unwrap_or(false)
    }

    // Works on the serving set, which stays unchanged during the work.
    fn work<T>(
        &self,
        compute: impl FnOnce(&PolicySet, &EngineOptions) -> Result<T, Error>,
    ) -> Result<T, Error> {
        work(&self.serving().set, self.options(), compute)
    }

    // Takes no lock and writes no counter that other threads share: either would make worker threads compete for cache lines.
    fn serving(&self) -> Guard<Arc<Serving>> {
        self.0.serving.load()
    }

    fn change(
        &self,
        build: impl FnOnce(&PolicySet) -> Result<PolicySet, Error>,
    ) -> Result<(), Error> {
        self.change_if(|set| build(set).map(Some))
    }

    // Builds the next set from the serving one and swaps it in. After an error or a panic the serving set stays.
    fn change_if(
        &self,
        build: impl FnOnce(&PolicySet) -> Result<Option<PolicySet>, Error>,
    ) -> Result<(), Error> {
        let _changing = self
            .0
            .changing
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let clock = LoadClock::start(self.options());
        let begun = Instant::now();
        let serving = self.0.serving.load_full();
        if let Some(set) = guarded(self.options().for_load(), || build(&serving.set))? {
            // The last phase does not check the clock at its end.
            clock.check()?;
            self.0.serving.store(Arc::new(Serving {
                set,
                revision: serving.revision + 1,
                compile: begun.elapsed(),
            }));
            self.0.decisions.clear();
        }
        Ok(())
    }
}

// Runs work within the limits of an evaluation.
fn work<T>(
    set: &PolicySet,
    options: &EngineOptions,
    compute: impl FnOnce(&PolicySet, &EngineOptions) -> Result<T, Error>,
) -> Result<T, Error> {
    guarded(options.for_evaluation(), || compute(set, options))
}

/// Checks the name of a policy, an engine or a bundle.
pub(crate) fn check_name(name: &str, what: &str) -> Result<(), Error> {
    if name.is_empty() || name.len() > MAX_NAME_BYTES || name.chars().any(char::is_control) {
        return Err(Error::argument(format!(
            "the name of {what} must be a text of 1 to {MAX_NAME_BYTES} bytes without control characters"
        )));
    }
    Ok(())
}

fn text_input(text: Option<&str>) -> Input<'_> {
    text.map_or(Input::Missing, Input::Text)
}

fn value_input(value: Option<&serde_json::Value>) -> Result<Input<'static>, Error> {
    value.map_or(Ok(Input::Missing), |value| {
        document::read_value(value, "input").map(Input::Value)
    })
}

impl fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policies = self.loaded_policies();
        formatter
            .debug_struct("Engine")
            .field("options", self.options())
            .field("policies", &policies)
            .finish_non_exhaustive()
    }
}
