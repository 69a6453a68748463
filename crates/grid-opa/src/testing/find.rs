//! Finds the tests of a set, and builds the set to run them on.

use crate::error::Error;
use crate::options::EngineOptions;
use crate::rego::syntax::ast::{Module, Rule, Term};
use crate::rego::syntax::span::Span;
use crate::set::PolicySet;
use regex::Regex;
use std::cell::RefCell;
use std::collections::BTreeMap;

const TEST: &str = "test_";
const TODO: &str = "todo_test_";

/// The kind of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    /// A test with cases.
    Keyed,
    Todo,
    Function,
}

/// A test.
#[derive(Debug, Clone)]
pub(super) struct Test {
    /// The path of its package and of the rule, below `data`.
    pub(super) path: Vec<String>,
    /// How many names of the path belong to the package.
    pub(super) package: usize,
    pub(super) kind: Kind,
    pub(super) span: Span,
}

impl Test {
    /// Its package, such as `data.authz`.
    pub(super) fn package(&self) -> String {
        joined(self.path.get(..self.package).unwrap_or_default(), "data")
    }

    /// Its name, such as `test_ann`; the second clause of that name is `test_ann#01`.
    pub(super) fn name(&self) -> String {
        self.path.get(self.package..).unwrap_or_default().join(".")
    }
}

fn joined(names: &[String], begin: &str) -> String {
    names
        .iter()
        .fold(begin.to_owned(), |path, name| path + "." + name)
}

/// The tests of `set` with a full name that `filter` matches, and a set with a unique name per test.
///
/// # Errors
/// `GRID_ARGUMENT` for a filter that is not a regular expression; the errors of a load.
pub(super) fn find(
    set: &PolicySet,
    options: &EngineOptions,
    filter: Option<&str>,
) -> Result<(PolicySet, Vec<Test>), Error> {
    let filter = filter.map(pattern).transpose()?;
    let found = RefCell::new(Vec::new());
    let set = set.for_tests(options, &|modules| found.replace(named(modules)).clear())?;
    let mut tests = found.into_inner();
    tests.retain(|test| {
        let name = joined(&test.path, "data");
        filter.as_ref().is_none_or(|filter| filter.is_match(&name))
    });
    Ok((set, tests))
}

fn pattern(filter: &str) -> Result<Regex, Error> {
    Regex::new(filter).map_err(|error| {
        Error::argument(format!("the filter is not a regular expression: {error}"))
    })
}

// The tests of modules. As in OPA, further clauses of a name are renamed.
fn named(modules: &mut [Module]) -> Vec<Test> {
    let mut tests = Vec::new();
    let mut seen: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for module in modules {
        let package: Vec<String> = module
            .package
            .path
            .iter()
            .skip(1)
            .filter_map(name_of)
            .collect();
        for rule in module.rules.iter_mut().filter(|rule| !rule.is_default) {
            let names: Vec<String> = rule.head.reference.iter().map_while(name_of).collect();
            let Some(at) = names.iter().position(|name| is_test(name)) else {
                continue;
            };
            let mut path = package.clone();
            path.extend(names.into_iter().take(at + 1));
            let kind = kind_of(rule, path.last().map_or("", String::as_str));
            if kind != Kind::Todo {
                let count = seen.entry(path.clone()).or_default();
                *count += 1;
                if let (Some(term), Some(name), 2..) =
                    (rule.head.reference.get_mut(at), path.last_mut(), *count)
                {
                    name.push_str(&format!("#{:02}", *count - 1));
                    *term = match term.as_var() {
                        Some(_) => Term::var(name, term.span),
                        None => Term::string(name, term.span),
                    };
                }
            }
            tests.push(Test {
                path,
                package: package.len(),
                kind,
                span: rule.span,
            });
        }
    }
    tests
}

fn name_of(term: &Term) -> Option<String> {
    term.as_var()
        .or(term.as_string())
        .map(|name| name.to_string())
}

fn kind_of(rule: &Rule, name: &str) -> Kind {
    let constant = |term: &Term| name_of(term).is_some();
    if name.starts_with(TODO) {
        Kind::Todo
    } else if rule.head.args.is_some() {
        Kind::Function
    } else if rule.head.value.is_some()
        && rule
            .head
            .reference
            .iter()
            .skip(1)
            .any(|term| !constant(term) || term.as_var().is_some())
    {
        Kind::Keyed
    } else {
        Kind::Plain
    }
}

fn is_test(name: &str) -> bool {
    name.starts_with(TEST) || name.starts_with(TODO)
}
