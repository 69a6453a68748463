//! Sets are built: sources are parsed, compiled and planned.

use super::conflicts;
use super::queries::Queries;
use super::{Policies, PolicySet};
use crate::bundles::Bundles;
use crate::custom::HostBuiltins;
use crate::error::{Error, ErrorKind};
use crate::faults::errors;
use crate::load_clock::LoadClock;
use crate::memory::Tally;
use crate::options::{EngineOptions, RegoVersion};
use crate::rego::builtins;
use crate::rego::compile::{self, Settings};
use crate::rego::plan::Plans;
use crate::rego::syntax::ast::{Module, Version};
use crate::rego::syntax::parser::ParseOptions;
use crate::sorting::gathered;
use crate::source::Source;
use crate::stack;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// A source that is about to be loaded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fresh<'f> {
    pub(crate) name: &'f str,
    pub(crate) text: &'f str,
    pub(crate) version: RegoVersion,
}

/// Changes the modules of a set before they are planned.
type ChangeModules<'m> = dyn Fn(&mut [Module]) + 'm;

/// How a set is made.
#[derive(Clone, Copy)]
struct Making<'m> {
    most_faults: usize,
    /// What is done with the modules of a set that is made for its tests.
    tests: Option<&'m ChangeModules<'m>>,
}

/// As many errors of a load as OPA tells.
pub(crate) const MOST_FAULTS: usize = 10;

impl PolicySet {
    /// The set without policies and data.
    pub(crate) fn empty(options: &EngineOptions) -> Result<Self, Error> {
        let host = Arc::new(HostBuiltins::of(&options.builtins, options.max_input_bytes));
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

    /// A set of these sources, and of others that are read now.
    ///
    /// # Errors
    /// All that is wrong with the sources, as far as it shows.
    pub(super) fn build(
        options: &EngineOptions,
        sources: BTreeMap<String, Source>,
        fresh: &[Fresh<'_>],
        bundles: Bundles,
        host: Arc<HostBuiltins>,
        most_faults: usize,
    ) -> Result<Self, Vec<Error>> {
        Self::adapted(
            options,
            sources,
            fresh,
            bundles,
            host,
            Making {
                most_faults,
                tests: None,
            },
        )
    }

    /// As [`build`](Self::build), in the way that is asked for.
    fn adapted(
        options: &EngineOptions,
        sources: BTreeMap<String, Source>,
        fresh: &[Fresh<'_>],
        bundles: Bundles,
        host: Arc<HostBuiltins>,
        making: Making<'_>,
    ) -> Result<Self, Vec<Error>> {
        // What the syntax nests is gone through by recursion, on a stack that is large enough for it.
        stack::enough(options.max_nesting, || {
            build(options, sources, fresh, bundles, host, making)
        })
    }

    /// This set made for its tests: `name_tests` gives each a name of its own.
    pub(crate) fn for_tests(
        &self,
        options: &EngineOptions,
        name_tests: &dyn Fn(&mut [Module]),
    ) -> Result<Self, Error> {
        let making = Making {
            most_faults: MOST_FAULTS,
            tests: Some(name_tests),
        };
        let (sources, bundles) = (self.sources.clone(), self.bundles.clone());
        Self::adapted(options, sources, &[], bundles, self.host.clone(), making)
            .map_err(Error::all_of)
    }

    /// This set with other data, as far as no rule is in its way.
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
    making: Making<'_>,
) -> Result<PolicySet, Vec<Error>> {
    let Making { most_faults, tests } = making;
    let clock = LoadClock::start(options);
    let mut found = Vec::new();
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
            found.push(error.in_file(name));
            continue;
        }
        let place = names.binary_search_by(|other| other.as_str().cmp(name));
        let file = u32::try_from(place.unwrap_or_default()).unwrap_or(u32::MAX);
        match Source::read(text, version, &ParseOptions { file, ..parse }) {
            Ok((source, module)) => {
                sources.insert(name.to_owned(), source);
                read.insert(name, module);
            }
            Err(faults) => found.extend(errors(faults, options, |_| name.to_owned())),
        }
        clock.check().map_err(|error| vec![error.in_file(name)])?;
    }
    if !found.is_empty() {
        return Err(found);
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
    let settings = Settings {
        end: clock.end(),
        ..settings(&host, most_faults)
    };
    let compiled = compile::compile(named.collect(), &settings);
    clock.check().map_err(|error| vec![error])?;
    let mut compiled = compiled.map_err(|faults| errors(faults, options, name_of))?;
    let plans = Plans::of(&compiled.modules, &compiled.tree, &*host, tests.is_some())
        .map_err(|faults| errors(faults, options, name_of))?;
    clock.check().map_err(|error| vec![error])?;
    // Queries are compiled without it, and it is the largest part.
    compiled.modules = Vec::new();
    bundles
        .check_policies(&sources)
        .map_err(|error| vec![error])?;
    if let Some(message) = conflicts::with_data(&plans, bundles.data()) {
        return Err(vec![Error::new(ErrorKind::Compile, message)]);
    }
    let wanted = plans.rules.iter().map(|_| OnceLock::new()).collect();
    Ok(PolicySet {
        sources,
        bundles,
        policies: Arc::new(Policies {
            compiled,
            plans,
            names,
            wanted,
            // The texts are counted by their lengths.
            bytes: tally.bytes().saturating_sub(texts),
        }),
        host,
        queries: Arc::new(Queries::default()),
    })
}

/// How sources and queries are compiled.
pub(crate) fn settings(host: &HostBuiltins, most_faults: usize) -> Settings<'_> {
    Settings {
        strict: false,
        print: true,
        max_faults: most_faults,
        data_exists: None,
        unsafe_builtins: &[],
        annotations: builtins::annotations().is_some(),
        builtins: host.declared(),
        end: None,
    }
}

/// What both policies and queries must pass before the parser sees them.
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
