//! Builds sets: parses, compiles and plans sources.

use super::conflicts;
use super::queries::Queries;
use super::{Policies, PolicySet};
use crate::custom::HostBuiltins;
use crate::error::{Error, ErrorKind};
use crate::faults::errors;
use crate::limits::load_clock::LoadClock;
use crate::limits::memory::Tally;
use crate::limits::stack;
use crate::options::{EngineOptions, RegoVersion};
use crate::rego::builtins;
use crate::rego::compile::{self, Settings};
use crate::rego::plan::Plans;
use crate::rego::syntax::ast::{Module, Version};
use crate::rego::syntax::parser::ParseOptions;
use crate::set::bundles::Bundles;
use crate::set::source::Source;
use crate::sorting::gathered;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// A source to load.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fresh<'f> {
    pub(crate) name: &'f str,
    pub(crate) text: &'f str,
    pub(crate) version: RegoVersion,
}

/// Changes the modules of a set before they are planned.
type ChangeModules<'m> = dyn Fn(&mut [Module]) + 'm;

/// How a set is built.
#[derive(Clone, Copy)]
struct BuildSettings<'m> {
    most_faults: usize,
    /// Changes the modules of a set for its tests.
    tests: Option<&'m ChangeModules<'m>>,
}

/// The number of errors of a load that OPA reports.
pub(crate) const MOST_FAULTS: usize = 10;

impl PolicySet {
    /// A set without policies and data.
    pub(crate) fn empty(options: &EngineOptions) -> Result<Self, Error> {
        let host = Arc::new(HostBuiltins::of(options)?);
        Self::build(
            options,
            BTreeMap::new(),
            &[],
            Bundles::default(),
            host,
            MOST_FAULTS,
        )
        .map_err(Error::all_of)
    }

    /// Builds a set from read sources and new texts.
    ///
    /// # Errors
    /// All errors of the first phase that fails.
    pub(super) fn build(
        options: &EngineOptions,
        sources: BTreeMap<String, Source>,
        fresh: &[Fresh<'_>],
        bundles: Bundles,
        host: Arc<HostBuiltins>,
        most_faults: usize,
    ) -> Result<Self, Vec<Error>> {
        Self::build_with(
            options,
            sources,
            fresh,
            bundles,
            host,
            BuildSettings {
                most_faults,
                tests: None,
            },
        )
    }

    /// Like [`build`](Self::build), with all settings.
    fn build_with(
        options: &EngineOptions,
        sources: BTreeMap<String, Source>,
        fresh: &[Fresh<'_>],
        bundles: Bundles,
        host: Arc<HostBuiltins>,
        build_settings: BuildSettings<'_>,
    ) -> Result<Self, Vec<Error>> {
        // Syntax trees are walked recursively, so the stack must be large enough.
        stack::enough(options.max_nesting, || {
            build(options, sources, fresh, bundles, host, build_settings)
        })
    }

    /// Builds this set for its tests; `name_tests` gives each test a unique name.
    pub(crate) fn for_tests(
        &self,
        options: &EngineOptions,
        name_tests: &dyn Fn(&mut [Module]),
    ) -> Result<Self, Error> {
        let build_settings = BuildSettings {
            most_faults: MOST_FAULTS,
            tests: Some(name_tests),
        };
        let (sources, bundles) = (self.sources.clone(), self.bundles.clone());
        Self::build_with(
            options,
            sources,
            &[],
            bundles,
            self.host.clone(),
            build_settings,
        )
        .map_err(Error::all_of)
    }

    /// This set with other data. It is an error if the data conflicts with a rule.
    pub(super) fn with_bundles(&self, bundles: Bundles) -> Result<Self, Error> {
        if let Some(message) = conflicts::with_data(self.plans(), bundles.data()) {
            return Err(Error::input(message));
        }
        Ok(Self {
            bundles,
            ..self.clone()
        })
    }
}

fn build(
    options: &EngineOptions,
    mut sources: BTreeMap<String, Source>,
    fresh: &[Fresh<'_>],
    bundles: Bundles,
    host: Arc<HostBuiltins>,
    build_settings: BuildSettings<'_>,
) -> Result<PolicySet, Vec<Error>> {
    let BuildSettings { most_faults, tests } = build_settings;
    let clock = LoadClock::start(options);
    let mut failures = Vec::new();
    let parse = ParseOptions {
        version: Version::V1,
        max_depth: options.max_nesting,
        file: 0,
        max_faults: most_faults,
        annotations: builtins::annotations(),
    };
    let tally = Tally::start();
    let fresh_names = fresh.iter().map(|one| one.name.to_owned());
    let names: BTreeSet<String> = gathered(sources.keys().cloned().chain(fresh_names));
    let names: Vec<String> = names.into_iter().collect();
    let name_of = |file: u32| names.get(file as usize).cloned().unwrap_or_default();
    let texts: usize = fresh.iter().map(|one| one.text.len()).sum();
    let mut read = BTreeMap::new();
    for &Fresh {
        name,
        text,
        version,
    } in fresh
    {
        if let Err(error) = check_text(text, options) {
            failures.push(error.in_file(name));
            continue;
        }
        let place = names.binary_search_by(|other| other.as_str().cmp(name));
        let file = u32::try_from(place.unwrap_or_default()).unwrap_or(u32::MAX);
        match Source::read(text, version, &ParseOptions { file, ..parse }) {
            Ok((source, module)) => {
                sources.insert(name.to_owned(), source);
                read.insert(name, module);
            }
            Err(faults) => failures.extend(errors(faults, options, |_| name.to_owned())),
        }
        clock.check().map_err(|error| vec![error.in_file(name)])?;
    }
    if !failures.is_empty() {
        return Err(failures);
    }
    let mut modules = Vec::with_capacity(sources.len());
    for (file, (name, source)) in (0_u32..).zip(&sources) {
        if let Some(module) = read.remove(name.as_str()) {
            modules.push(module);
            continue;
        }
        match source.module(&ParseOptions { file, ..parse }) {
            Ok(module) => modules.push(module),
            Err(faults) => return Err(errors(faults, options, name_of)),
        }
    }
    if let Some(name_tests) = tests {
        name_tests(&mut modules);
    }
    clock.check().map_err(|error| vec![error])?;
    let named = names.iter().zip(sources.values()).zip(modules);
    let named = named.map(|((name, source), module)| compile::Source {
        name,
        text: &source.text,
        module,
    });
    let settings = settings(&host, most_faults, &clock);
    let compiled = compile::compile(named.collect(), &settings);
    clock.check().map_err(|error| vec![error])?;
    let mut compiled = compiled.map_err(|faults| errors(faults, options, name_of))?;
    let plans = Plans::of(&compiled.modules, &compiled.tree, &*host, tests.is_some())
        .map_err(|faults| errors(faults, options, name_of))?;
    clock.check().map_err(|error| vec![error])?;
    // The modules are not needed to compile queries, and they are the largest part.
    compiled.modules = Vec::new();
    bundles
        .check_policies(&sources)
        .map_err(|error| vec![error])?;
    if let Some(message) = conflicts::with_data(&plans, bundles.data()) {
        return Err(vec![Error::new(ErrorKind::Compile, message)]);
    }
    let input_parts = plans.rules.iter().map(|_| OnceLock::new()).collect();
    Ok(PolicySet {
        sources,
        bundles,
        policies: Arc::new(Policies {
            compiled,
            plans,
            names,
            input_parts,
            // `memory_bytes` counts the texts separately.
            bytes: tally.bytes().saturating_sub(texts),
        }),
        host,
        queries: Arc::new(Queries::default()),
    })
}

/// The settings for compiling sources and queries.
pub(crate) fn settings<'s>(
    host: &'s HostBuiltins,
    most_faults: usize,
    clock: &LoadClock,
) -> Settings<'s> {
    Settings {
        strict: false,
        print: true,
        max_faults: most_faults,
        data_exists: None,
        unsafe_builtins: &[],
        annotations: builtins::annotations().is_some(),
        builtins: host.declared(),
        end: clock.end(),
    }
}

/// Checks the length of a policy or query before it is parsed.
pub(crate) fn check_text(text: &str, options: &EngineOptions) -> Result<(), Error> {
    if text.len() <= options.max_policy_bytes as usize {
        return Ok(());
    }
    let what = format!("the text is {} bytes long", text.len());
    Err(Error::limit_of(
        "max_policy_bytes",
        &what,
        options.max_policy_bytes.into(),
        "bytes",
    ))
}
