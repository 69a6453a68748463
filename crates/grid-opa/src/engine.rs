//! The engine: a serving set of policies and data, and the ways to change it and to ask it.

use crate::answer;
use crate::data;
use crate::document;
use crate::error::Error;
use crate::evaluate;
use crate::guard::guarded;
use crate::memory;
use crate::options::EngineOptions;
use crate::set::PolicySet;
use regorus::Value;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// Longest name of a policy, in bytes.
const MAX_NAME_BYTES: usize = 1024;

/// An embedded policy engine, to be shared by threads as it is.
///
/// Changes are atomic and in the order in which they were called; one that fails changes nothing. Policies, data and input
/// are independent: each survives changes of the others.
pub struct Engine {
    options: EngineOptions,
    serving: RwLock<Arc<PolicySet>>,
    /// Held while a next set is built, so that no change is lost; evaluations never take it.
    changing: Mutex<()>,
}

impl Engine {
    /// An engine without policies and data.
    ///
    /// # Errors
    /// `GRID_ARGUMENT` for an option out of its range.
    pub fn new(mut options: EngineOptions) -> Result<Self, Error> {
        options.check()?;
        memory::install();
        let set = guarded(options.for_load(), || PolicySet::empty(&options))?;
        Ok(Self {
            options,
            serving: RwLock::new(Arc::new(set)),
            changing: Mutex::new(()),
        })
    }

    /// The options that the engine was built with.
    pub const fn options(&self) -> &EngineOptions {
        &self.options
    }

    /// Loads the policy `source` under `name`, in place of the one of that name if there is one.
    ///
    /// `name` is any text of 1 to 1024 bytes without control characters, such as a path; errors show it as their file.
    ///
    /// # Errors
    /// `GRID_COMPILE` with file, line and column: for what does not parse, unsafe variables, builtins that this build lacks,
    /// and rules whose path is taken by data or a package. `GRID_LIMIT` for a source too long or nested too deep.
    /// `GRID_ARGUMENT` for the name. The old set serves on.
    pub fn load_policy(&self, name: &str, source: &str) -> Result<(), Error> {
        if name.is_empty() || name.len() > MAX_NAME_BYTES || name.chars().any(char::is_control) {
            return Err(Error::argument(format!(
                "the name of a policy is a text of 1 to {MAX_NAME_BYTES} bytes without control characters"
            )));
        }
        self.change(|set| set.with_policy(&self.options, name, source))
    }

    /// Removes the policy `name` and returns whether it was there.
    ///
    /// # Errors
    /// `GRID_COMPILE` where the other policies do not compile without it; the old set serves on.
    pub fn remove_policy(&self, name: &str) -> Result<bool, Error> {
        let mut there = false;
        self.change_if(|set| {
            there = set.contains(name);
            if there {
                set.without_policy(&self.options, name).map(Some)
            } else {
                Ok(None)
            }
        })?;
        Ok(there)
    }

    /// Whether a policy `name` is loaded.
    pub fn has_policy(&self, name: &str) -> bool {
        self.serving().contains(name)
    }

    /// The names of the loaded policies, sorted.
    pub fn loaded_policies(&self) -> Vec<String> {
        self.serving().names().map(str::to_owned).collect()
    }

    /// Removes all policies; data stays.
    ///
    /// # Errors
    /// `GRID_INTERNAL` only.
    pub fn clear_policies(&self) -> Result<(), Error> {
        self.change(|set| PolicySet::empty(&self.options)?.with_data(set.data().clone()))
    }

    /// Replaces the data document, which must be an object.
    ///
    /// # Errors
    /// `GRID_INPUT` for what is no object, for a number beyond 64 bits, and where the data takes the path of a rule or package;
    /// `GRID_LIMIT` for data that nests deeper than [`MAX_JSON_DEPTH`](crate::MAX_JSON_DEPTH). The old data serves on.
    pub fn set_data(&self, data: &serde_json::Value) -> Result<(), Error> {
        self.replace_data(|| document::read_value(data, "data"))
    }

    /// As [`set_data`](Self::set_data), from JSON text.
    ///
    /// # Errors
    /// As `set_data`, `GRID_INPUT` with line and column for text that is no JSON, and `GRID_LIMIT` for text longer than
    /// `max_data_bytes`.
    pub fn set_data_json(&self, data: &str) -> Result<(), Error> {
        self.replace_data(|| self.data_of_text(data))
    }

    /// Merges an object into the data document: objects merge with objects, level by level, all else is added.
    ///
    /// Where both hold a value and the two differ, nothing is merged and the error names the path: data is policy, and which
    /// of two should win is for the caller to say, by `set_data`. Equal values are no conflict; arrays are values.
    ///
    /// # Errors
    /// As `set_data`, and `GRID_INPUT` for a conflict.
    pub fn merge_data(&self, data: &serde_json::Value) -> Result<(), Error> {
        self.add_data(|| document::read_value(data, "data"))
    }

    /// As [`merge_data`](Self::merge_data), from JSON text.
    ///
    /// # Errors
    /// As `merge_data` and [`set_data_json`](Self::set_data_json).
    pub fn merge_data_json(&self, data: &str) -> Result<(), Error> {
        self.add_data(|| self.data_of_text(data))
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
    /// `GRID_LIMIT` for the input; `GRID_LIMIT` for the time; `GRID_INTERNAL` for a panic of the core. An integer of the
    /// answer beyond 64 bits is `GRID_EVALUATION`: see `evaluate_json`.
    pub fn evaluate(
        &self,
        query: &str,
        input: Option<&serde_json::Value>,
    ) -> Result<Option<serde_json::Value>, Error> {
        guarded(self.options.for_evaluation(), || {
            let input = input
                .map(|input| document::read_value(input, "input"))
                .transpose()?;
            evaluate::evaluate(
                &self.serving(),
                &self.options,
                query,
                input,
                answer::write_value,
            )
        })
    }

    /// As [`evaluate`](Self::evaluate), from and to JSON text; the answer is compact.
    ///
    /// Integers keep their digits: of an input up to 64 bits, computed in a policy up to 128 bits; beyond is an error. Where
    /// the core itself rounds, they do not: in `json.unmarshal`, and in results of divisions.
    ///
    /// # Errors
    /// As `evaluate`, `GRID_INPUT` with line and column for text that is no JSON, and `GRID_LIMIT` for text longer than
    /// `max_input_bytes`.
    pub fn evaluate_json(&self, query: &str, input: Option<&str>) -> Result<Option<String>, Error> {
        guarded(self.options.for_evaluation(), || {
            let read = |text| {
                document::read_text(
                    text,
                    "input",
                    "max_input_bytes",
                    self.options.max_input_bytes,
                )
            };
            let input = input.map(read).transpose()?;
            evaluate::evaluate(
                &self.serving(),
                &self.options,
                query,
                input,
                answer::write_text,
            )
        })
    }

    fn data_of_text(&self, text: &str) -> Result<Value, Error> {
        document::read_text(text, "data", "max_data_bytes", self.options.max_data_bytes)
    }

    fn replace_data(&self, read: impl FnOnce() -> Result<Value, Error>) -> Result<(), Error> {
        let data = guarded(self.options.for_load(), || data::object(read()?))?;
        self.change(|set| set.with_data(data))
    }

    fn add_data(&self, read: impl FnOnce() -> Result<Value, Error>) -> Result<(), Error> {
        let data = guarded(self.options.for_load(), || data::object(read()?))?;
        self.change(|set| set.with_data(data::merged(set.data(), &data)?))
    }

    // The lock is held for the copy of a pointer. It cannot be poisoned with a half state: nothing else happens under it.
    fn serving(&self) -> Arc<PolicySet> {
        Arc::clone(&self.serving.read().unwrap_or_else(PoisonError::into_inner))
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
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let serving = self.serving();
        if let Some(next) = guarded(self.options.for_load(), || build(&serving))? {
            *self.serving.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        }
        Ok(())
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let policies = self.loaded_policies();
        formatter
            .debug_struct("Engine")
            .field("options", &self.options)
            .field("policies", &policies)
            .finish_non_exhaustive()
    }
}
