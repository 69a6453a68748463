//! The engine: a serving set of policies and data, and the ways to change it and to ask it.

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

/// Longest name of a policy or an engine, in bytes.
const MAX_NAME_BYTES: usize = 1024;

/// An embedded policy engine, to be shared by threads: a clone is the same engine.
///
/// Changes are atomic and in the order in which they were called; one that fails changes nothing. Policies, data and input
/// are independent: each survives changes of the others.
#[derive(Clone)]
pub struct Engine(Arc<Shared>);

/// What all clones of an engine have in common.
pub(crate) struct Shared {
    options: EngineOptions,
    serving: ArcSwap<Serving>,
    decisions: Decisions,
    /// Held while a next set is built, so that no change is lost; evaluations never take it.
    changing: Mutex<()>,
}

struct Serving {
    set: PolicySet,
    revision: u64,
    /// What building the set took.
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

    /// The options that the engine was built with.
    pub fn options(&self) -> &EngineOptions {
        &self.0.options
    }

    /// How many changes of policies and data there were: it tells one serving set from another.
    pub fn revision(&self) -> u64 {
        self.serving().revision
    }

    /// Loads the policy `source` under `name`, in place of the one of that name if there is one.
    ///
    /// `name` is any text of 1 to 1024 bytes without control characters, such as a path; errors show it as their file.
    ///
    /// # Errors
    /// `GRID_COMPILE` with file, line and column: for what does not parse, unsafe variables, builtins that this build lacks,
    /// and rules whose path is taken by data, a package or a bundle. `GRID_LIMIT` for a source too long or nested too deep.
    /// `GRID_ARGUMENT` for the name, and for that of a bundle's policy. The old set serves on.
    pub fn load_policy(&self, name: &str, source: &str) -> Result<(), Error> {
        self.load_policies(&[(name, source)])
    }

    /// Loads several policies, each a name and a source, in one step: all of them serve at once, or none does.
    ///
    /// # Errors
    /// As [`load_policy`](Self::load_policy), and `GRID_ARGUMENT` for two of one name.
    pub fn load_policies(&self, policies: &[(&str, &str)]) -> Result<(), Error> {
        for (name, _) in policies {
            check_name(name, "a policy")?;
        }
        self.change(|set| set.with_policies(self.options(), policies))
    }

    /// Removes the policy `name` and returns whether it was there.
    ///
    /// # Errors
    /// `GRID_COMPILE` where the other policies do not compile without it, and `GRID_ARGUMENT` for a bundle's policy; the old set
    /// serves on.
    pub fn remove_policy(&self, name: &str) -> Result<bool, Error> {
        let mut there = false;
        self.change_if(|set| {
            there = set.contains(name);
            if there {
                set.without_policy(self.options(), name).map(Some)
            } else {
                Ok(None)
            }
        })?;
        Ok(there)
    }

    /// Whether a policy `name` is loaded.
    pub fn has_policy(&self, name: &str) -> bool {
        self.serving().set.contains(name)
    }

    /// The names of the loaded policies, sorted.
    pub fn loaded_policies(&self) -> Vec<String> {
        self.serving().set.names().map(str::to_owned).collect()
    }

    /// Removes all policies; data stays. Those of bundles go too, which are forgotten: their data is then as if set by `set_data`.
    ///
    /// # Errors
    /// `GRID_INTERNAL` only.
    pub fn clear_policies(&self) -> Result<(), Error> {
        self.change(|set| PolicySet::empty(self.options())?.with_data(set.data().clone()))
    }

    /// Evaluates a rule (`data.authz.allow`), a package (`data.authz`: an object of its defined rules) or any query of one
    /// expression (`count(data.users) > 3`) and returns its value; `None` is undefined, which is not `false`.
    ///
    /// As in OPA a path that names nothing is undefined, not an error. Without an `input`, `input` is undefined; `null` is an
    /// input. Sets come as sorted arrays.
    ///
    /// # Errors
    /// `GRID_EVALUATION` with file, line and column where known; `GRID_COMPILE` for a query that does not compile;
    /// `GRID_ARGUMENT` for a query of several expressions or several answers, which has no one value; `GRID_INPUT` and
    /// `GRID_LIMIT` for the input; `GRID_LIMIT` for the time, the memory and the depth; `GRID_INTERNAL` for a panic.
    /// An integer of the answer beyond 64 bits is `GRID_EVALUATION`: see `evaluate_json`.
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

    /// As [`evaluate`](Self::evaluate), from and to JSON text; the answer is compact.
    ///
    /// Numbers are compared by their values and written as they were, as in OPA: `1.10` stays `1.10`, and integers keep all digits.
    ///
    /// # Errors
    /// As `evaluate`, `GRID_INPUT` with line and column for text that is no JSON, and `GRID_LIMIT` for text longer than
    /// `max_input_bytes`.
    pub fn evaluate_json(&self, query: &str, input: Option<&str>) -> Result<Option<String>, Error> {
        let serving = self.serving();
        let ask = || {
            work(&serving.set, self.options(), |set, options| {
                evaluate::evaluate(set, options, query, text_input(input), answer::write_text)
            })
        };
        if self.is_kept(&serving.set, query) {
            self.0.decisions.answer(serving.revision, query, input, ask)
        } else {
            ask()
        }
    }

    /// How many answers are kept to be given again.
    pub fn cached_decisions(&self) -> usize {
        self.0.decisions.len()
    }

    /// Evaluates a rule or query that is a yes or no, from JSON text. `undefined` is what undefined counts as.
    ///
    /// # Errors
    /// As [`evaluate_json`](Self::evaluate_json), and `GRID_EVALUATION` for an answer that is neither `true` nor `false`, and for
    /// undefined where `undefined` is `None`.
    pub fn test_json(
        &self,
        query: &str,
        input: Option<&str>,
        undefined: Option<bool>,
    ) -> Result<bool, Error> {
        match self.evaluate_json(query, input)?.as_deref() {
            Some("true") => Ok(true),
            Some("false") => Ok(false),
            Some(text) => Err(answer::no_truth(query, answer::kind_of_text(text))),
            None => undefined.ok_or_else(|| answer::no_truth(query, "undefined")),
        }
    }

    /// Evaluates a query of any number of expressions and answers, such as `some user in data.users; user.admin`, and returns the
    /// variables of each answer. A query that holds without variables has one answer without any, one that does not hold has none.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate), save that no query has too many answers.
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

    /// As [`query`](Self::query), from and to JSON text: an array of objects.
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

    /// Whether `query` may call one of the [`builtins`](EngineOptions::builtins) of the host on what is loaded now: where a policy or the
    /// query itself calls one.
    pub fn may_call_host(&self, query: &str) -> bool {
        // What does not compile fails before it calls anything.
        let calls = self.work(|set, options| evaluate::calls_host(set, options, query));
        !self.options().builtins.is_empty() && calls.unwrap_or(false)
    }

    /// Whether [`run_tests`](Self::run_tests) may call one of the [`builtins`](EngineOptions::builtins) of the host: where a policy that is
    /// loaded now calls one.
    pub fn tests_may_call_host(&self) -> bool {
        self.serving().set.has_calls_of_host()
    }

    /// Whether `query` compiles on the policies that are loaded now.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate) for a query that does not.
    pub fn check_query(&self, query: &str) -> Result<(), Error> {
        self.work(|set, options| evaluate::prepared(set, options, query, false).map(drop))
    }

    // Whether answers of a query are kept by the decision cache.
    fn is_kept(&self, set: &PolicySet, query: &str) -> bool {
        let is_pure = || {
            work(set, self.options(), |set, options| {
                evaluate::is_pure(set, options, query)
            })
        };
        self.0.decisions.is_on() && evaluate::is_path(query) && is_pure().unwrap_or(false)
    }

    // Works on the serving set, which stays while the work lasts.
    fn work<T>(
        &self,
        ask: impl FnOnce(&PolicySet, &EngineOptions) -> Result<T, Error>,
    ) -> Result<T, Error> {
        work(&self.serving().set, self.options(), ask)
    }

    // Takes no lock, and counts in no place that other threads write to: with either, workers would wait for each other's caches.
    fn serving(&self) -> Guard<Arc<Serving>> {
        self.0.serving.load()
    }

    fn change(
        &self,
        build: impl FnOnce(&PolicySet) -> Result<PolicySet, Error>,
    ) -> Result<(), Error> {
        self.change_if(|set| build(set).map(Some))
    }

    // Builds the next set from the serving one and swaps it in; an error or a panic leaves the serving one.
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
            // No phase looks at the clock after the last one.
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

// Works within what an evaluation may take.
fn work<T>(
    set: &PolicySet,
    options: &EngineOptions,
    ask: impl FnOnce(&PolicySet, &EngineOptions) -> Result<T, Error>,
) -> Result<T, Error> {
    guarded(options.for_evaluation(), || ask(set, options))
}

/// What a name of a policy or an engine may be.
pub(crate) fn check_name(name: &str, what: &str) -> Result<(), Error> {
    if name.is_empty() || name.len() > MAX_NAME_BYTES || name.chars().any(char::is_control) {
        return Err(Error::argument(format!(
            "the name of {what} is a text of 1 to {MAX_NAME_BYTES} bytes without control characters"
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
