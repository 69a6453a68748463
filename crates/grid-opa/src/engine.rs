//! The engine: a serving set of policies and data, its changes, and its queries.

#[cfg(feature = "bundle")]
mod bundles;
mod decisions;
mod documents;
mod explain;
mod footprint;
#[cfg(feature = "format")]
mod format;
mod inspect;
mod queries;
mod registry;
mod reports;
mod values;

use crate::error::Error;
use crate::limits::guard::guarded;
use crate::limits::load_clock::LoadClock;
use crate::limits::stack;
use crate::options::EngineOptions;
use crate::set::PolicySet;
use arc_swap::{ArcSwap, Guard};
use decisions::Decisions;
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
        self.change_if(&mut |set| {
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

    // Takes no lock and writes no counter that other threads share: either would make worker threads compete for cache lines.
    fn serving(&self) -> Guard<Arc<Serving>> {
        self.0.serving.load()
    }

    fn change(
        &self,
        build: impl FnOnce(&PolicySet) -> Result<PolicySet, Error>,
    ) -> Result<(), Error> {
        let mut build = Some(build);
        self.change_if(&mut |set| build.take().map(|build| build(set)).transpose())
    }

    // Builds the next set from the serving one and swaps it in. After an error or a panic the serving set stays.
    fn change_if(
        &self,
        build: &mut dyn FnMut(&PolicySet) -> Result<Option<PolicySet>, Error>,
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

/// Checks the name of a policy, an engine or a bundle.
pub(crate) fn check_name(name: &str, what: &str) -> Result<(), Error> {
    if name.is_empty() || name.len() > MAX_NAME_BYTES || name.chars().any(char::is_control) {
        return Err(Error::argument(format!(
            "the name of {what} must be a text of 1 to {MAX_NAME_BYTES} bytes without control characters"
        )));
    }
    Ok(())
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
