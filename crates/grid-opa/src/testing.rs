//! Runs the tests in policies, as `opa test` does.
//!
//! A rule with a name that begins with `test_` is a test, and passes if it is `true`. Each clause is a separate test, so clauses of the
//! same name are renamed before the run. A test with keys, such as `test_roles[case.note] if ...`, has one case per key that its body
//! reaches.

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

/// Which tests to run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TestOptions {
    /// A regular expression that is searched in the full name of a test, such as `data.authz.test_ann`; `None` runs all.
    pub filter: Option<String>,
    /// Whether the report includes coverage.
    #[cfg(feature = "coverage")]
    pub coverage: bool,
}

/// The outcome of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The test and all of its cases are true.
    Pass,
    /// The test or one of its cases is not true.
    Fail,
    /// The evaluation failed.
    Error,
    /// The test is not written yet: its name begins with `todo_test_`.
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
    /// Its keys, from the outermost; a key that is not a string is its JSON text.
    pub path: Vec<String>,
    /// Whether it passed.
    pub passed: bool,
}

/// One test and its outcome.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TestResult {
    /// Its package, such as `data.authz`.
    pub package: String,
    /// Its name, such as `test_ann`; the second clause of that name is `test_ann#01`.
    pub name: String,
    /// The policy that contains it.
    pub file: String,
    /// The line where it begins, counted from 1.
    pub line: u32,
    /// The outcome.
    pub outcome: Outcome,
    /// The error, if the outcome is an error.
    pub error: Option<Error>,
    /// The cases of a test with keys.
    pub cases: Vec<TestCase>,
    /// The prints of the test.
    pub prints: Prints,
    /// How long the evaluation took.
    pub duration: Duration,
}

/// All tests, and the number per outcome. As in OPA, a test with cases counts as its cases, unless it is an error.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct TestReport {
    /// The results by file, in source order.
    pub results: Vec<TestResult>,
    /// Number of passed tests.
    pub pass: usize,
    /// Number of failed tests.
    pub fail: usize,
    /// Number of tests with an error.
    pub error: usize,
    /// Number of skipped tests.
    pub skip: usize,
    /// The coverage of the tests, including the tests themselves, if the options enable it.
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
/// `GRID_ARGUMENT` for a filter that is not a regular expression.
pub(crate) fn run_all(
    set: &PolicySet,
    options: &EngineOptions,
    tests: &TestOptions,
) -> Result<TestReport, Error> {
    let found = guarded(options.for_load(), || {
        find::find(set, options, tests.filter.as_deref())
    });
    let (set, found) = found?;
    #[cfg(feature = "coverage")]
    let mut cover = Cover::default();
    let results = found.iter().map(|test| {
        let mut watch = TestWatch::default();
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

/// Observes the evaluation of a test.
#[derive(Default)]
struct TestWatch<'c> {
    record: Record,
    cases: BTreeSet<Vec<Value>>,
    #[cfg(feature = "coverage")]
    cover: Option<&'c mut Cover>,
    #[cfg(not(feature = "coverage"))]
    cover: std::marker::PhantomData<&'c ()>,
}

impl Watch for TestWatch<'_> {
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

// Runs one test within the limits of an evaluation.
fn run(
    set: &PolicySet,
    options: &EngineOptions,
    test: &Test,
    watch: &mut TestWatch<'_>,
) -> TestResult {
    let file = set.file(test.span.file).to_owned();
    let mut times = Times::default();
    let outcome = match test.kind {
        Kind::Todo => Ok((Outcome::Skip, Vec::new())),
        Kind::Function => {
            let text = "it is a function, but a test takes no arguments; remove its arguments";
            Err(Error::new(ErrorKind::Evaluation, text).in_file(&file))
        }
        Kind::Plain | Kind::Keyed => guarded(options.for_evaluation(), || {
            let value = value_of(set, options, test, watch, &mut times)?;
            if test.kind == Kind::Plain {
                return Ok((outcome_of(value == Value::Bool(true)), Vec::new()));
            }
            let tried = tried(set, test, &watch.cases)?;
            let value = (value != Value::Undefined).then_some(value);
            let cases = cases::collect(value.as_ref(), &tried)?;
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
        prints: watch.record.prints(set, None),
        duration: times.evaluation,
    }
}

fn value_of(
    set: &PolicySet,
    options: &EngineOptions,
    test: &Test,
    watch: &mut TestWatch<'_>,
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
    work.run(Some(watch), times, |run| {
        run.document_at_node(node).map(std::borrow::Cow::into_owned)
    })
}

// The keys of the cases that began, starting after the name of the test.
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
    // Constant keys after the name are part of the path of the rule.
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
