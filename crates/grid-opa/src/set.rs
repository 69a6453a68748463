//! The immutable set of policies and data that an engine serves.

use crate::chains::{self, Link};
use crate::compile;
use crate::conflicts;
use crate::custom;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind};
use crate::extensions;
use crate::options::EngineOptions;
use crate::outline::Call;
use crate::plan::Plans;
use crate::stack;
use crate::unsupported::{self, Unsupported};
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
    /// Whether its answers are those of input and data alone.
    pub(crate) pure: bool,
    /// Builtins that it calls and the core has not, or has wrong.
    pub(crate) extensions: BTreeSet<&'static str>,
    /// Its calls of builtins of the host.
    pub(crate) custom: Vec<Call>,
    /// Its calls of builtins that this build lacks, where those are undefined.
    pub(crate) unsupported: Vec<Unsupported>,
}

/// Policies and data that belong together. Never changed: every change makes another set.
#[derive(Debug, Clone)]
pub(crate) struct PolicySet {
    modules: BTreeMap<String, Module>,
    data: Value,
    /// How deep the core recurses at most.
    levels: u32,
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
            Value::new_object(),
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

    /// The names of the policies, sorted.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.modules.keys().map(String::as_str)
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.modules.contains_key(name)
    }

    /// The data document.
    pub(crate) const fn data(&self) -> &Value {
        &self.data
    }

    /// The rules that need no core.
    pub(crate) fn plans(&self) -> &Plans {
        &self.plans
    }

    /// Whether errors of builtins end an evaluation.
    pub(crate) const fn is_strict(&self) -> bool {
        self.strict
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
        // regorus cannot replace a module: it would add a second one beside it.
        let (mut parsed, mut modules) = if policies.iter().any(|(name, _)| self.contains(name)) {
            self.parsed_without(options, |name| {
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
        }
        let levels = check(&modules, &self.data, options).map_err(|error| match policies {
            [(name, _)] if error.file().is_none() => error.in_file(name),
            _ => error,
        })?;
        Self::assemble(
            parsed,
            modules,
            self.data.clone(),
            levels,
            self.strict,
            self.custom.clone(),
            None,
        )
    }

    /// This set without the policy `name`.
    pub(crate) fn without_policy(
        &self,
        options: &EngineOptions,
        name: &str,
    ) -> Result<Self, Error> {
        let (parsed, modules) = self.parsed_without(options, |other| other == name)?;
        let levels = check(&modules, &self.data, options)?;
        Self::assemble(
            parsed,
            modules,
            self.data.clone(),
            levels,
            self.strict,
            self.custom.clone(),
            None,
        )
    }

    /// This set with other data.
    pub(crate) fn with_data(&self, data: Value) -> Result<Self, Error> {
        if let Some(message) = conflicts::with_data(&self.modules, &data) {
            return Err(Error::input(message));
        }
        Self::assemble(
            self.parsed.clone(),
            self.modules.clone(),
            data,
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
            }
        }
        parsed.set_rego_v0(false);
        Ok((parsed, modules))
    }

    fn assemble(
        parsed: regorus::Engine,
        modules: BTreeMap<String, Module>,
        data: Value,
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
            .add_data(data.clone())
            .map_err(|error| core_error(&error))?;
        // regorus analyses on the first evaluation; without this every clone would do it again, for twice the time of the
        // evaluation itself. It also finds unsafe variables now and not later.
        stack::enough(levels, || ready.eval_query("true".to_owned(), false))
            .map_err(|error| core_error(&error))?;
        let plans = plans.unwrap_or_else(|| {
            let sources = ready.get_modules().iter().filter_map(|module| {
                let name = module.package.span.source.file();
                Some((modules.get(name)?.package.clone(), module.clone()))
            });
            Arc::new(stack::enough(levels, || Plans::of(sources, &custom)))
        });
        Ok(Self {
            modules,
            data,
            levels,
            strict,
            custom,
            parsed,
            ready,
            plans,
        })
    }
}

// What only shows of all modules together; tells the levels of the longest chain of rules.
fn check(
    modules: &BTreeMap<String, Module>,
    data: &Value,
    options: &EngineOptions,
) -> Result<u32, Error> {
    for (name, module) in modules {
        let defined = |call: &Call| {
            modules
                .values()
                .any(|other| other.package == module.package && other.roots.contains(call.root()))
        };
        if let Some(call) = module.lacking.iter().find(|call| !defined(call)) {
            return Err(compile::lacking(call).in_file(name));
        }
        if let Some(call) = module.custom.iter().find(|call| defined(call)) {
            return Err(custom::ambiguous(call).in_file(name));
        }
        if let Some(variable) = module.unbound.iter().find(|variable| !defined(variable)) {
            return Err(compile::unsafe_variable(variable).in_file(name));
        }
    }
    unsupported::check(modules.iter().flat_map(|(name, module)| {
        let calls = module.unsupported.iter();
        calls.map(|call| (Some(name.as_str()), call))
    }))?;
    if let Some(message) =
        conflicts::between(modules).or_else(|| conflicts::with_data(modules, data))
    {
        return Err(Error::new(ErrorKind::Compile, message));
    }
    let chain = chains::longest(modules);
    let what = format!("with all that it uses, data.{} is", chain.from);
    compile::check_levels(chain.levels, options, &what)?;
    Ok(chain.levels)
}

fn core_error(error: &impl std::fmt::Display) -> Error {
    Error::from_diagnostic(ErrorKind::Compile, Diagnostic::of(error))
}
