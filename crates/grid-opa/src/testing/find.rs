//! Finds the tests of a set, and makes the set that they are run on.

use super::cases::{self, Collector};
use crate::edits::Edits;
use crate::error::{Error, ErrorKind};
use crate::evaluate;
use crate::options::EngineOptions;
use crate::set::{PolicySet, Source};
use crate::stack;
use crate::syntax::{self, Clause};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};

const TEST: &str = "test_";
const TODO: &str = "todo_test_";

/// How a test is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    /// Has cases.
    Keyed,
    Todo,
    Function,
    /// Has bodies behind one head, which cannot be told apart.
    Bodies,
}

/// A test.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    pub(crate) package: String,
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) kind: Kind,
    /// What is asked for its value.
    pub(crate) query: String,
    /// What tells its cases.
    pub(crate) collector: Option<Collector>,
}

/// The tests of a set.
pub(crate) struct Tests {
    /// The set with a name for each test.
    pub(crate) set: PolicySet,
    /// The same with what tells cases, if there are any and it can be built.
    pub(crate) collecting: Option<PolicySet>,
    pub(crate) tests: Vec<Test>,
}

/// Finds the tests of `set` whose whole name `filter` is found in.
///
/// # Errors
/// `GRID_ARGUMENT` for a filter that is no regular expression; those of a load.
pub(crate) fn find(
    set: &PolicySet,
    options: &EngineOptions,
    filter: Option<&str>,
) -> Result<Tests, Error> {
    let filter = filter.map(pattern).transpose()?;
    let mut sources = set.sources()?;
    let clauses = stack::enough(set.levels(), || {
        let clauses = sources.iter().map(syntax::clauses);
        clauses.collect::<Result<Vec<_>, String>>()
    });
    let clauses = clauses.map_err(|error| Error::new(ErrorKind::Internal, error))?;
    let mut finder = Finder::new(&clauses);
    let mut changed = BTreeSet::new();
    for (source, clauses) in sources.iter_mut().zip(&clauses) {
        let edits = finder.take(source, clauses).sorted();
        if !edits.is_empty() {
            source.text = edits.applied(&source.text);
            changed.insert(source.name.clone());
        }
    }
    sources.retain(|source| changed.contains(&source.name));
    let set = if sources.is_empty() {
        set.clone()
    } else {
        set.with_policies(&roomy(options), &texts(&sources))?
    };
    let mut tests = finder.tests;
    tests.retain(|test| {
        let name = || format!("{}.{}", test.package, test.name);
        filter
            .as_ref()
            .is_none_or(|filter| filter.is_match(&name()))
    });
    // One that cannot be built on is an error of its test alone.
    let collectors = tests.iter().filter_map(|test| test.collector.as_ref());
    let collecting = cases::collecting(&set, options, collectors).ok();
    Ok(Tests {
        set,
        collecting,
        tests,
    })
}

/// Names and texts, as policies are loaded.
pub(crate) fn texts(sources: &[Source]) -> Vec<(&str, &str)> {
    let pairs = sources.iter();
    pairs
        .map(|source| (source.name.as_str(), source.text.as_str()))
        .collect()
}

/// Options for sources that were written on.
pub(crate) fn roomy(options: &EngineOptions) -> EngineOptions {
    EngineOptions {
        max_policy_bytes: u32::MAX,
        max_nesting: options.max_nesting.saturating_add(2).min(32),
        max_depth: options.max_depth.saturating_add(100),
        ..options.clone()
    }
}

fn pattern(filter: &str) -> Result<Regex, Error> {
    Regex::new(filter)
        .map_err(|error| Error::argument(format!("the filter is no regular expression: {error}")))
}

struct Finder<'a> {
    tests: Vec<Test>,
    /// How many tests there were of a package and a path.
    seen: BTreeMap<(Vec<String>, Vec<String>), usize>,
    /// Names that a new rule may not have.
    taken: BTreeSet<&'a str>,
}

impl<'a> Finder<'a> {
    fn new(clauses: &'a [Vec<Clause>]) -> Self {
        let parts = clauses.iter().flatten().flat_map(|clause| &clause.path);
        let names = parts.filter_map(|part| part.name.as_deref());
        Self {
            tests: Vec::new(),
            seen: BTreeMap::new(),
            taken: names.collect(),
        }
    }

    // A name that begins like another one and no rule has.
    fn free_name(&self, begin: &str, count: usize) -> String {
        let mut free = format!("{begin}__{count}");
        while self.taken.contains(free.as_str()) {
            free.push('_');
        }
        free
    }

    // Takes in the tests of a source; what comes back gives each of them a name of its own.
    fn take(&mut self, source: &Source, clauses: &[Clause]) -> Edits {
        let mut edits = Edits::default();
        for clause in clauses {
            let names = clause.path.iter().map_while(|part| part.name.clone());
            let mut path: Vec<String> = names.collect();
            let Some(at) = path.iter().position(|name| is_test(name)) else {
                continue;
            };
            path.truncate(at + 1);
            let (Some(own), Some(part)) = (path.last().cloned(), clause.path.get(at)) else {
                continue;
            };
            let kind = kind_of(clause, &own);
            let mut name = path.join(".");
            if matches!(kind, Kind::Plain | Kind::Keyed) {
                let seen = self.seen.entry((source.package.clone(), path.clone()));
                let seen = seen.or_default();
                let count = *seen;
                *seen += 1;
                if count > 0 {
                    name.push_str(&format!("#{count:02}"));
                    let other = self.free_name(&own, count);
                    edits.replace(part.place.clone(), &other);
                    path.pop();
                    path.push(other);
                }
            }
            let collector = (kind == Kind::Keyed).then(|| {
                let rule = self.free_name("test_cases", self.tests.len());
                let query = query_of(source.package.iter().chain([&rule]));
                Collector::of(source, clause, at + 1, &rule, query)
            });
            self.tests.push(Test {
                package: plain_path(&source.package),
                name,
                file: source.name.clone(),
                line: clause.line,
                kind,
                query: query_of(source.package.iter().chain(&path)),
                collector,
            });
        }
        edits
    }
}

fn kind_of(clause: &Clause, name: &str) -> Kind {
    if name.starts_with(TODO) {
        Kind::Todo
    } else if clause.kind == syntax::Kind::Function {
        Kind::Function
    } else if clause.bodies.len() > clause.heads.len() {
        Kind::Bodies
    } else if clause.kind == syntax::Kind::Value && clause.path.iter().any(|part| !part.constant) {
        Kind::Keyed
    } else {
        Kind::Plain
    }
}

fn is_test(name: &str) -> bool {
    name.starts_with(TEST) || name.starts_with(TODO)
}

fn plain_path(package: &[String]) -> String {
    package
        .iter()
        .fold("data".to_owned(), |path, part| path + "." + part)
}

fn query_of<'p>(path: impl Iterator<Item = &'p String>) -> String {
    path.fold("data".to_owned(), |query, part| {
        let dotted = query.clone() + "." + part;
        if evaluate::is_path(&dotted) && !part.is_empty() {
            dotted
        } else {
            query + "[" + &serde_json::Value::from(part.as_str()).to_string() + "]"
        }
    })
}
