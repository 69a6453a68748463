//! The tests that policies hold, run as `opa test` does.
//!
//! A rule whose name begins with `test_` is a test, and passes if it is `true`. Each clause is a test of its own, so clauses of one name
//! get names of their own before they are run. A test with keys, such as `test_roles[case.note] if ...`, has a case for each key that its
//! body comes to.

mod cases;
mod find;

#[cfg(feature = "coverage")]
use crate::coverage::{Cover, Coverage};
use crate::error::{Error, ErrorKind};
use crate::evaluate::{Times, Work};
use crate::guard::guarded;
use crate::options::EngineOptions;
use crate::rego::eval::Watch;
use crate::rego::plan::ir::Mark;
use crate::rego::value::Value;
use crate::report::{Prints, Record};
use crate::set::PolicySet;
use find::{Kind, Test};
use std::collections::BTreeSet;
use std::time::Duration;

/// Which tests are run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TestOptions {
    /// A regular expression that is found in the whole name of a test, such as `data.authz.test_ann`; `None` runs all.
    pub filter: Option<String>,
    /// Whether the report has the coverage of the tests; a build without the feature `coverage` refuses it.
    pub coverage: bool,
}

/// What came of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It is true, and so are all of its cases.
    Pass,
    /// It is not true.
    Fail,
    /// It could not be told.
    Error,
    /// It is still to be written: its name begins with `todo_test_`.
    Skip,
}

impl Outcome {
    /// The name that every binding reports: `pass`, `fail`, `error` or `skip`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Error => "error",
            Self::Skip => "skip",
        }
    }
}

/// One case of a test with keys.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TestCase {
    /// Its keys, from the outer one; a key that is no string is its JSON text.
    pub path: Vec<String>,
    /// Whether it passed.
    pub passed: bool,
}

/// One test and what came of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TestResult {
    /// Its package, such as `data.authz`.
    pub package: String,
    /// Its name, such as `test_ann`; the second clause of that name is `test_ann#01`.
    pub name: String,
    /// The policy that it is in.
    pub file: String,
    /// The line that it begins in, counted from 1.
    pub line: u32,
    /// What came of it.
    pub outcome: Outcome,
    /// Why it is an error.
    pub error: Option<Error>,
    /// Of a test with keys.
    pub cases: Vec<TestCase>,
    /// What was printed.
    pub prints: Prints,
    /// How long the evaluation took.
    pub duration: Duration,
}

/// All tests and their number by outcome. As in OPA a test with cases counts as its cases, unless it is an error.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct TestReport {
    /// By file, in the order in which they stand in it.
    pub results: Vec<TestResult>,
    /// How many passed.
    pub pass: usize,
    /// How many failed.
    pub fail: usize,
    /// How many are errors.
    pub error: usize,
    /// How many were skipped.
    pub skip: usize,
    /// What the tests reached, themselves included, if the options ask for it.
    #[cfg(feature = "coverage")]
    pub coverage: Option<Coverage>,
}

impl TestReport {
    pub(crate) fn of(results: Vec<TestResult>) -> Self {
        let mut report = Self::default();
        for result in &results {
            let failed = result.cases.iter().filter(|case| !case.passed).count();
            match result.outcome {
                Outcome::Skip => report.skip += 1,
                Outcome::Error => report.error += 1,
                _ if !result.cases.is_empty() => {
                    report.fail += failed;
                    report.pass += result.cases.len() - failed;
                }
                Outcome::Pass => report.pass += 1,
                Outcome::Fail => report.fail += 1,
            }
        }
        report.results = results;
        report
    }
}

/// Runs the tests of a set.
///
/// # Errors
/// `GRID_ARGUMENT` for a filter that is no regular expression, and for coverage in a build without it.
pub(crate) fn run_all(
    set: &PolicySet,
    options: &EngineOptions,
    tests: &TestOptions,
) -> Result<TestReport, Error> {
    if tests.coverage && !cfg!(feature = "coverage") {
        return Err(Error::argument(
            "this build of Grid lacks coverage: leave the option out, or build Grid with another profile",
        ));
    }
    let found = guarded(options.for_load(), || {
        find::find(set, options, tests.filter.as_deref())
    });
    let (set, found) = found?;
    #[cfg(feature = "coverage")]
    let mut cover = Cover::default();
    let results = found.iter().map(|test| {
        let mut watch = Seen::default();
        #[cfg(feature = "coverage")]
        if tests.coverage {
            watch.cover = Some(&mut cover);
        }
        run(&set, options, test, &mut watch)
    });
    let report = TestReport::of(results.collect());
    #[cfg(feature = "coverage")]
    let report = TestReport {
        coverage: tests.coverage.then(|| cover.report(&set)),
        ..report
    };
    Ok(report)
}

/// What is seen of the evaluation of a test.
#[derive(Default)]
struct Seen<'c> {
    record: Record,
    cases: BTreeSet<Vec<Value>>,
    #[cfg(feature = "coverage")]
    cover: Option<&'c mut Cover>,
    #[cfg(not(feature = "coverage"))]
    cover: std::marker::PhantomData<&'c ()>,
}

impl Watch for Seen<'_> {
    #[cfg(feature = "coverage")]
    fn sees_steps(&self) -> bool {
        self.cover.is_some()
    }

    fn expression(&mut self, _mark: Mark) {
        #[cfg(feature = "coverage")]
        if let Some(cover) = &mut self.cover {
            cover.expression(_mark);
        }
    }

    fn head(&mut self, _mark: Mark) {
        #[cfg(feature = "coverage")]
        if let Some(cover) = &mut self.cover {
            cover.head(_mark);
        }
    }

    fn case(&mut self, keys: &[Value]) {
        self.cases.insert(keys.to_vec());
    }

    fn print(&mut self, mark: Mark, values: &[Option<Value>]) {
        self.record.print(mark, values);
    }
}

// Runs one test, within what an evaluation may take.
fn run(set: &PolicySet, options: &EngineOptions, test: &Test, seen: &mut Seen<'_>) -> TestResult {
    let file = set.file(test.span.file).to_owned();
    let mut times = Times::default();
    let outcome = match test.kind {
        Kind::Todo => Ok((Outcome::Skip, Vec::new())),
        Kind::Function => {
            let text = "it is a function, and nobody knows its arguments; a test takes none";
            Err(Error::new(ErrorKind::Evaluation, text).in_file(&file))
        }
        Kind::Plain | Kind::Keyed => guarded(options.for_evaluation(), || {
            let value = value_of(set, options, test, seen, &mut times)?;
            if test.kind == Kind::Plain {
                return Ok((outcome_of(value == Value::Bool(true)), Vec::new()));
            }
            let tried = tried(set, test, &seen.cases)?;
            let value = (value != Value::Undefined).then_some(value);
            let cases = cases::told(value.as_ref(), &tried)?;
            Ok((outcome_of(cases.iter().all(|case| case.passed)), cases))
        }),
    };
    let (outcome, cases, error) = match outcome {
        Ok((outcome, cases)) => (outcome, cases, None),
        Err(error) => (Outcome::Error, Vec::new(), Some(error)),
    };
    TestResult {
        package: test.package(),
        name: test.name(),
        file,
        line: test.span.row,
        outcome,
        error,
        cases,
        prints: seen.record.prints(set, None),
        duration: times.evaluation,
    }
}

fn value_of(
    set: &PolicySet,
    options: &EngineOptions,
    test: &Test,
    seen: &mut Seen<'_>,
    times: &mut Times,
) -> Result<Value, Error> {
    let path: Vec<Value> = test
        .path
        .iter()
        .map(|name| Value::from(name.as_str()))
        .collect();
    let Some(node) = set.plans().node(&path) else {
        return Err(Error::new(ErrorKind::Internal, "a test without a plan"));
    };
    // A test has no input.
    let parts = vec![Value::Undefined; set.paths().len()];
    let work = Work {
        set,
        options,
        parts: &parts,
        query: None,
    };
    work.run(Some(seen), times, |run| {
        run.document_at_node(node).map(std::borrow::Cow::into_owned)
    })
}

// The keys of the cases that were begun, from the name of the test on.
fn tried(
    set: &PolicySet,
    test: &Test,
    cases: &BTreeSet<Vec<Value>>,
) -> Result<BTreeSet<Vec<String>>, Error> {
    let path: Vec<Value> = test
        .path
        .iter()
        .map(|name| Value::from(name.as_str()))
        .collect();
    // Constant keys behind the name are part of the path of the rule.
    let mut rules = set
        .plans()
        .rules
        .iter()
        .filter(|rule| rule.path.starts_with(&path));
    let between: Vec<Value> = match (rules.next(), rules.next()) {
        (Some(rule), None) => rule.path.get(path.len()..).unwrap_or_default().to_vec(),
        _ => Vec::new(),
    };
    cases
        .iter()
        .map(|keys| between.iter().chain(keys).map(cases::key).collect())
        .collect()
}

const fn outcome_of(passed: bool) -> Outcome {
    if passed { Outcome::Pass } else { Outcome::Fail }
}
