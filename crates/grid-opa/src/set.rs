//! The immutable set of policies and data that an engine serves.

use crate::chains::{self, Link};
use crate::compile;
use crate::conflicts;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind};
use crate::extensions;
use crate::options::EngineOptions;
use crate::outline::Call;
use crate::stack;
use crate::wholes::Wholes;
use regorus::Value;
use regorus::utils::limits::ExecutionTimerConfig;
use std::collections::{BTreeMap, BTreeSet};
use std::num::{NonZeroU32, NonZeroUsize};
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
}

/// Policies and data that belong together. Never changed: every change makes another set.
#[derive(Debug, Clone)]
pub(crate) struct PolicySet {
    modules: BTreeMap<String, Module>,
    data: Value,
    /// How deep the core recurses at most.
    levels: u32,
    /// Packages that must not be read without their rules.
    wholes: Wholes,
    /// Whether errors of builtins end an evaluation.
    strict: bool,
    /// Holds the modules only and was never prepared, so a set made from it carries nothing over but them.
    parsed: regorus::Engine,
    /// Modules and data, analysed once; evaluations work on clones, which share all of it.
    ready: regorus::Engine,
}

impl PolicySet {
    /// The set without policies and data.
    pub(crate) fn empty(options: &EngineOptions) -> Result<Self, Error> {
        let mut parsed = regorus::Engine::new();
        parsed.set_strict_builtin_errors(options.strict_builtin_errors);
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

    /// Whether all answers are those of input and data alone.
    pub(crate) fn is_pure(&self) -> bool {
        self.modules.values().all(|module| module.pure)
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
        Self::assemble(parsed, modules, self.data.clone(), levels, self.strict)
    }

    /// This set without the policy `name`.
    pub(crate) fn without_policy(
        &self,
        options: &EngineOptions,
        name: &str,
    ) -> Result<Self, Error> {
        let (parsed, modules) = self.parsed_without(options, |other| other == name)?;
        let levels = check(&modules, &self.data, options)?;
        Self::assemble(parsed, modules, self.data.clone(), levels, self.strict)
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
    ) -> Result<Self, Error> {
        let mut ready = parsed.clone();
        let used = modules
            .values()
            .flat_map(|module| module.extensions.iter().copied());
        extensions::install(&mut ready, &used.collect(), strict);
        ready
            .add_data(data.clone())
            .map_err(|error| core_error(&error))?;
        // regorus analyses on the first evaluation; without this every clone would do it again, for twice the time of the
        // evaluation itself. It also finds unsafe variables now and not later.
        stack::enough(levels, || ready.eval_query("true".to_owned(), false))
            .map_err(|error| core_error(&error))?;
        Ok(Self {
            wholes: Wholes::of(&modules),
            modules,
            data,
            levels,
            strict,
            parsed,
            ready,
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
        if let Some(variable) = module.unbound.iter().find(|variable| !defined(variable)) {
            return Err(compile::unsafe_variable(variable).in_file(name));
        }
    }
    if let Some(message) =
        conflicts::between(modules).or_else(|| conflicts::with_data(modules, data))
    {
        return Err(Error::new(ErrorKind::Compile, message));
    }
    if let Some(reader) = Wholes::of(modules).refused(modules) {
        return Err(compile::reads_whole(&reader).in_file(&reader.source));
    }
    let chain = chains::longest(modules);
    let what = format!("with all that it uses, data.{} is", chain.from);
    compile::check_levels(chain.levels, options, &what)?;
    Ok(chain.levels)
}

fn core_error(error: &impl std::fmt::Display) -> Error {
    Error::from_diagnostic(ErrorKind::Compile, Diagnostic::of(error))
}
