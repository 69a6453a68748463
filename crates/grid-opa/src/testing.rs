//! Runs the tests in policies, as `opa test` does.
//!
//! A rule with a name that begins with `test_` is a test, and passes if it is `true`. Each clause is a separate test, so clauses of the
//! same name are renamed before the run. A test with keys, such as `test_roles[case.note] if ...`, has one case per key that its body
//! reaches.

mod cases;
mod find;
mod report;

pub use report::{Outcome, TestCase, TestReport, TestResult};

#[cfg(feature = "coverage")]
use crate::coverage::Cover;
use crate::error::{Error, ErrorKind};
use crate::evaluate::{Times, Work};
use crate::limits::evaluation_clock::timed;
use crate::limits::guard::guarded;
use crate::options::EngineOptions;
use crate::rego::eval::Watch;
use crate::rego::plan::ir::Mark;
use crate::rego::value::Value;
use crate::report::Record;
use crate::set::PolicySet;
use find::{Kind, Test};
use std::collections::BTreeSet;

/// Which tests to run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TestOptions {
    /// A regular expression that is searched in the full name of a test, such as `data.authz.test_ann`; `None` runs all.
    pub filter: Option<String>,
    /// Whether the report includes coverage; a build without the feature `coverage` refuses it.
    pub coverage: bool,
}

/// Runs the tests of a set.
///
/// # Errors
/// `GRID_ARGUMENT` for a filter that is not a regular expression, and for coverage in a build without it.
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
        column: test.span.column,
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
    timed(options, |clock| {
        let work = Work {
            set,
            options,
            parts: &parts,
            query: None,
            clock,
        };
        work.run(Some(watch), times, |run| {
            run.document_at_node(node).map(std::borrow::Cow::into_owned)
        })
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
