//! The immutable set of policies and data that an engine serves.

#[cfg(feature = "bundle")]
mod bundled;

use crate::bundles::Bundles;
use crate::chains::{self, Link};
use crate::compile;
use crate::conflicts;
#[cfg(feature = "coverage")]
use crate::coverage::Copy;
use crate::custom;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind};
use crate::extensions;
use crate::load_clock::LoadClock;
use crate::options::EngineOptions;
use crate::outline::Call;
use crate::plan::Plans;
use crate::rewrite::{self, Moves};
use crate::stack;
use crate::unsupported::{self, Unsupported};
use crate::wholes::Wholes;
use regorus::Value;
use regorus::utils::limits::ExecutionTimerConfig;
use std::collections::{BTreeMap, BTreeSet};
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

/// Steps of the interpreter between two looks at the clock: a few microseconds.
const STEPS_PER_CLOCK: NonZeroU32 = NonZeroU32::new(64).unwrap();

/// What is known of one loaded source.
#[derive(Debug, Clone, Default)]
pub(crate) struct Module {
    pub(crate) v0: bool,
    pub(crate) package: Vec<String>,
    pub(crate) roots: BTreeSet<String>,
    pub(crate) path_heads: bool,
    /// Its rules and what they use.
    pub(crate) links: BTreeMap<String, Link>,
    /// Calls that only a rule of the same package in another source can answer.
    pub(crate) lacking: Vec<Call>,
    /// Names that are unsafe variables unless a rule of the same package in another source has them.
    pub(crate) unbound: Vec<Call>,
    /// Whether a `with` in it replaces values.
    pub(crate) replaces: bool,
    /// Whether its answers are those of input and data alone.
    pub(crate) pure: bool,
    /// Builtins that it calls and the core has not, or has wrong.
    pub(crate) extensions: BTreeSet<&'static str>,
    /// Its calls of builtins of the host.
    pub(crate) custom: Vec<Call>,
    /// Its calls of builtins that this build lacks, where those are undefined.
    pub(crate) unsupported: Vec<Unsupported>,
    /// Where the columns of the text that the core has were in the policy's.
    pub(crate) moves: Vec<Moves>,
}

/// One loaded source as the core has it: calls with an argument too many are written in their second form.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) v0: bool,
    pub(crate) package: Vec<String>,
}

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
        // The size is checked here; the limits on lines and columns would only hit long literals.
        parsed.set_policy_length_config(regorus::PolicyLengthConfig {
            max_col: NonZeroU32::MAX,
            max_file_bytes: NonZeroUsize::MAX,
            max_lines: NonZeroUsize::MAX,
        });
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

    /// This set with more policies, each a name and a source, in place of those of the same names.
    pub(crate) fn with_policies(
        &self,
        options: &EngineOptions,
        policies: &[(&str, &str)],
    ) -> Result<Self, Error> {
        self.with_all(options, policies).map_err(|(first, _)| first)
    }

    /// As [`with_policies`](Self::with_policies), and the faults that were found beside the first one.
    pub(crate) fn with_all(
        &self,
        options: &EngineOptions,
        policies: &[(&str, &str)],
    ) -> Result<Self, (Error, Vec<Error>)> {
        let (parsed, modules) = self.joined(options, policies).map_err(alone)?;
        let in_file = |error: Error| match policies {
            [(name, _)] if error.file().is_none() => error.in_file(name),
            _ => error,
        };
        let levels = check(&modules, &self.bundles, options).map_err(|(first, others)| {
            (in_file(first), others.into_iter().map(in_file).collect())
        })?;
        self.assembled(parsed, modules, self.bundles.clone(), levels)
            .map_err(alone)
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

    /// This set with copies of its policies that come to the same, and a builtin of their own.
    #[cfg(feature = "coverage")]
    pub(crate) fn copied(
        &self,
        options: &EngineOptions,
        copies: &[Copy],
        install: impl FnOnce(&mut regorus::Engine) -> anyhow::Result<()>,
    ) -> Result<Self, Error> {
        // A copy calls at most one function more in each rule.
        let levels = self.levels.saturating_mul(2);
        let mut parsed = Self::empty(options)?.parsed;
        stack::enough(levels, || {
            for Copy { name, v0, text, .. } in copies {
                parsed.set_rego_v0(*v0);
                parsed.add_policy(name.clone(), text.clone())?;
            }
            parsed.set_rego_v0(false);
            install(&mut parsed)
        })
        .map_err(|error| core_error(&error))?;
        Self::assemble(
            parsed,
            self.modules.clone(),
            self.bundles.clone(),
            levels,
            self.strict,
            self.custom.clone(),
            Some(self.plans.clone()),
        )
    }

    // The modules of this set and more, not yet checked together.
    fn joined(
        &self,
        options: &EngineOptions,
        policies: &[(&str, &str)],
    ) -> Result<(regorus::Engine, BTreeMap<String, Module>), Error> {
        let clock = LoadClock::start(options);
        for (name, _) in policies {
            self.bundles.check_free(name)?;
        }
        // regorus cannot replace a module: it would add a second one beside it.
        let (mut parsed, mut modules) = if policies.iter().any(|(name, _)| self.contains(name)) {
            self.parsed_without(options, &clock, |name| {
                policies.iter().any(|(other, _)| *other == name)
            })?
        } else {
            (self.parsed.clone(), self.modules.clone())
        };
        for (name, source) in policies {
            if modules.contains_key(*name) {
                return Err(Error::argument(format!(
                    "two of the policies are named {name}"
                )));
            }
            let module = compile::add(&mut parsed, options, name, source)?;
            modules.insert((*name).to_owned(), module);
            clock.check().map_err(|error| error.in_file(name))?;
        }
        Ok((parsed, modules))
    }

    /// This set without the policy `name`.
    pub(crate) fn without_policy(
        &self,
        options: &EngineOptions,
        name: &str,
    ) -> Result<Self, Error> {
        self.bundles.check_free(name)?;
        let clock = LoadClock::start(options);
        let (parsed, modules) = self.parsed_without(options, &clock, |other| other == name)?;
        let levels = check(&modules, &self.bundles, options).map_err(|(first, _)| first)?;
        self.assembled(parsed, modules, self.bundles.clone(), levels)
    }

    /// This set with other data; that of bundles stays.
    pub(crate) fn with_data(&self, own: Value) -> Result<Self, Error> {
        let bundles = self.bundles.with_own(own)?;
        if let Some(message) = conflicts::with_data(&self.modules, bundles.data()) {
            return Err(Error::input(message));
        }
        Self::assemble(
            self.parsed.clone(),
            self.modules.clone(),
            bundles,
            self.levels,
            self.strict,
            self.custom.clone(),
            Some(self.plans.clone()),
        )
    }

    // All modules but some, parsed again: regorus has no way to take one out.
    fn parsed_without(
        &self,
        options: &EngineOptions,
        clock: &LoadClock,
        out: impl Fn(&str) -> bool,
    ) -> Result<(regorus::Engine, BTreeMap<String, Module>), Error> {
        let mut parsed = Self::empty(options)?.parsed;
        let mut modules = self.modules.clone();
        modules.retain(|name, _| !out(name));
        for source in self
            .parsed
            .get_policies()
            .map_err(|error| core_error(&error))?
        {
            if let Some(module) = modules.get(source.get_path()) {
                parsed.set_rego_v0(module.v0);
                parsed
                    .add_policy(source.get_path().clone(), source.get_contents().clone())
                    .map_err(|error| core_error(&error))?;
                clock.check()?;
            }
        }
        parsed.set_rego_v0(false);
        Ok((parsed, modules))
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

// What only shows of all modules together; tells the levels of the longest chain of rules, or the first fault and the others.
fn check(
    modules: &BTreeMap<String, Module>,
    bundles: &Bundles,
    options: &EngineOptions,
) -> Result<u32, (Error, Vec<Error>)> {
    let chain = chains::longest(modules);
    let mut faults: Vec<_> = bundles.check_policies(modules).err().into_iter().collect();
    faults.extend(unknown_names(modules));
    let data = bundles.data();
    let conflict = conflicts::between(modules).or_else(|| conflicts::with_data(modules, data));
    faults.extend(conflict.map(|message| Error::new(ErrorKind::Compile, message)));
    let reader = Wholes::of(modules).refused(modules);
    faults.extend(reader.map(|reader| compile::reads_whole(&reader).in_file(&reader.source)));
    let what = format!("with all that it uses, data.{} is", chain.from);
    faults.extend(compile::check_levels(chain.levels, options, &what).err());
    let mut faults = faults.into_iter();
    match faults.next() {
        Some(first) => Err((first, faults.collect())),
        None => Ok(chain.levels),
    }
}

// Calls and variables that nothing defines, in the package of their module.
fn unknown_names(modules: &BTreeMap<String, Module>) -> Vec<Error> {
    let mut faults = Vec::new();
    for (name, module) in modules {
        let unknown = |call: &&Call| {
            !modules
                .values()
                .any(|other| other.package == module.package && other.roots.contains(call.root()))
        };
        let lacking = module.lacking.iter().filter(unknown).map(compile::lacking);
        let known = |call: &&Call| !unknown(call);
        let ambiguous = module.custom.iter().filter(known).map(custom::ambiguous);
        let unbound = module.unbound.iter().filter(unknown);
        let unbound = unbound.map(compile::unsafe_variable);
        let all = lacking.chain(ambiguous).chain(unbound);
        faults.extend(all.map(|error| error.in_file(name)));
    }
    faults.extend(
        unsupported::check(modules.iter().flat_map(|(name, module)| {
            let calls = module.unsupported.iter();
            calls.map(|call| (Some(name.as_str()), call))
        }))
        .err(),
    );
    faults
}

fn alone(error: Error) -> (Error, Vec<Error>) {
    (error, Vec::new())
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
