//! The immutable set of policies and data that an engine serves.

#[cfg(feature = "bundle")]
mod bundled;
mod changed;
mod checks;
mod module;

pub(crate) use module::{Module, Source};

use crate::bundles::Bundles;
use crate::compile;
use crate::custom;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind};
use crate::extensions;
use crate::options::EngineOptions;
use crate::plan::Plans;
use crate::rewrite;
use crate::stack;
use crate::unsupported;
use crate::wholes::Wholes;
use regorus::Value;
use regorus::utils::limits::ExecutionTimerConfig;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// Steps of the interpreter between two looks at the clock: a few microseconds.
const STEPS_PER_CLOCK: NonZeroU32 = NonZeroU32::new(64).unwrap();

/// Policies and data that belong together. Never changed: every change makes another set.
#[derive(Debug, Clone)]
pub(crate) struct PolicySet {
    modules: BTreeMap<String, Module>,
    /// The data, and what of it and of the modules belongs to which bundle.
    bundles: Bundles,
    /// How deep the core recurses at most.
    levels: u32,
    /// Packages that must not be read without their rules.
    wholes: Wholes,
    /// Whether errors of builtins end an evaluation.
    strict: bool,
    /// The names of the builtins of the host.
    custom: Arc<BTreeSet<String>>,
    /// Holds the modules only and was never prepared, so a set made from it carries nothing over but them.
    parsed: regorus::Engine,
    /// Modules and data, analysed once; evaluations work on clones, which share all of it.
    ready: regorus::Engine,
    /// The rules that need no core.
    plans: Arc<Plans>,
}

impl PolicySet {
    /// The set without policies and data.
    pub(crate) fn empty(options: &EngineOptions) -> Result<Self, Error> {
        let mut parsed = regorus::Engine::new();
        parsed.set_strict_builtin_errors(options.strict_builtin_errors);
        custom::install(&mut parsed, options);
        // Without this, print() of a policy writes to the stderr of the process.
        parsed.set_gather_prints(true);
        parsed.set_execution_timer_config(ExecutionTimerConfig {
            limit: Duration::from_millis(options.max_evaluation_ms.into()),
            check_interval: STEPS_PER_CLOCK,
        });
        compile::take_any_length(&mut parsed);
        Self::assemble(
            parsed,
            BTreeMap::new(),
            Bundles::default(),
            0,
            options.strict_builtin_errors,
            Arc::new(
                options
                    .builtins
                    .iter()
                    .map(|one| one.name().to_owned())
                    .collect(),
            ),
            None,
        )
    }

    /// An engine of the core with the modules alone, to add others to.
    pub(crate) fn into_parsed(self) -> regorus::Engine {
        self.parsed
    }

    /// The names of the policies, sorted.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.modules.keys().map(String::as_str)
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.modules.contains_key(name)
    }

    /// The data document.
    pub(crate) const fn data(&self) -> &Value {
        self.bundles.data()
    }

    /// What of the data document belongs to no bundle.
    pub(crate) const fn own_data(&self) -> &Value {
        self.bundles.own()
    }

    /// The rules that need no core.
    pub(crate) fn plans(&self) -> &Plans {
        &self.plans
    }

    /// Whether errors of builtins end an evaluation.
    pub(crate) const fn is_strict(&self) -> bool {
        self.strict
    }

    /// An error of the core with the place that it has in the policy.
    pub(crate) fn placed(&self, error: Error) -> Error {
        placed(&self.modules, error)
    }

    /// Whether all answers are those of input and data alone.
    pub(crate) fn is_pure(&self) -> bool {
        self.modules.values().all(|module| module.pure)
    }

    /// Whether a policy calls a builtin of the host.
    pub(crate) fn calls_host(&self) -> bool {
        self.modules
            .values()
            .any(|module| !module.custom.is_empty())
    }

    /// The packages that must not be read without their rules.
    pub(crate) const fn wholes(&self) -> &Wholes {
        &self.wholes
    }

    /// How deep the core recurses at most while it evaluates a rule, in levels.
    pub(crate) const fn levels(&self) -> u32 {
        self.levels
    }

    /// An engine as [`interpreter`](Self::interpreter) gives, for a query that calls more builtins than the policies do.
    pub(crate) fn interpreter_with(&self, extensions: &BTreeSet<&'static str>) -> regorus::Engine {
        let mut engine = self.interpreter();
        extensions::install(&mut engine, extensions, self.strict);
        engine
    }

    /// An engine of one's own to evaluate on; a clone costs some 0.15 us and copies what it changes.
    pub(crate) fn interpreter(&self) -> regorus::Engine {
        self.ready.clone()
    }

    /// Whether regorus' way to evaluate one rule gives the same answers as a query does. It does not create the objects that
    /// heads such as `a.b := 1` promise, so `not data.p.a` would hold where `a` is an empty object.
    pub(crate) fn has_direct_rules(&self) -> bool {
        self.modules.values().all(|module| !module.path_heads)
    }

    /// The policies as the core has them, sorted by name.
    pub(crate) fn sources(&self) -> Result<Vec<Source>, Error> {
        let sources = self.parsed.get_policies();
        let sources = sources.map_err(|error| core_error(&error))?;
        let mut sources: Vec<_> = sources
            .into_iter()
            .filter_map(|source| {
                let module = self.modules.get(source.get_path())?;
                Some(Source {
                    name: source.get_path().clone(),
                    text: source.get_contents().clone(),
                    v0: module.v0,
                    package: module.package.clone(),
                })
            })
            .collect();
        sources.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(sources)
    }

    // A set beside this one, with these modules.
    fn assembled(
        &self,
        parsed: regorus::Engine,
        modules: BTreeMap<String, Module>,
        bundles: Bundles,
        levels: u32,
    ) -> Result<Self, Error> {
        let custom = self.custom.clone();
        Self::assemble(parsed, modules, bundles, levels, self.strict, custom, None)
    }

    fn assemble(
        parsed: regorus::Engine,
        modules: BTreeMap<String, Module>,
        bundles: Bundles,
        levels: u32,
        strict: bool,
        custom: Arc<BTreeSet<String>>,
        plans: Option<Arc<Plans>>,
    ) -> Result<Self, Error> {
        let mut ready = parsed.clone();
        let used = modules
            .values()
            .flat_map(|module| module.extensions.iter().copied());
        extensions::install(&mut ready, &used.collect(), strict);
        let unsupported = modules.values().flat_map(|module| &module.unsupported);
        unsupported::install(&mut ready, unsupported, strict);
        ready
            .add_data(bundles.data().clone())
            .map_err(|error| core_error(&error))?;
        // regorus analyses on the first evaluation; without this every clone would do it again, for twice the time of the
        // evaluation itself. It also finds unsafe variables now and not later.
        stack::enough(levels, || ready.eval_query("true".to_owned(), false))
            .map_err(|error| placed(&modules, core_error(&error)))?;
        let plans = plans.unwrap_or_else(|| {
            let sources = ready.get_modules().iter().filter_map(|module| {
                let name = module.package.span.source.file();
                Some((modules.get(name)?.package.clone(), module.clone()))
            });
            Arc::new(stack::enough(levels, || Plans::of(sources, &custom)))
        });
        Ok(Self {
            wholes: Wholes::of(&modules),
            modules,
            bundles,
            levels,
            strict,
            custom,
            parsed,
            ready,
            plans,
        })
    }
}

fn placed(modules: &BTreeMap<String, Module>, error: Error) -> Error {
    match error.file().and_then(|file| modules.get(file)) {
        Some(module) => rewrite::placed_error(error, &module.moves),
        None => error,
    }
}

fn core_error(error: &impl std::fmt::Display) -> Error {
    Error::from_diagnostic(ErrorKind::Compile, Diagnostic::of(error))
}
