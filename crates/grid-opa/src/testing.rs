//! The tests that policies hold, run as `opa test` does.
//!
//! A rule whose name begins with `test_` is a test, and passes if it is `true`. Each clause is a test of its own, so clauses of one name
//! get names of their own before they are run. A test with keys, such as `test_roles[case.note] if ...`, has a case for each key that its
//! body comes to; the cases that fail leave no trace in its value, so they are asked for apart.

mod cases;
#[cfg(feature = "coverage")]
mod cover;
mod find;

#[cfg(feature = "coverage")]
pub(crate) use cover::cover;
pub(crate) use find::find;

use find::{Kind, Test, Tests};

#[cfg(feature = "coverage")]
use crate::coverage::Coverage;
use crate::error::{Error, ErrorKind};
use crate::evaluate::{self, Input};
use crate::guard::guarded;
use crate::options::EngineOptions;
use crate::report::{Prints, Record};
use crate::set::PolicySet;
use regorus::Value;
use std::time::Duration;

/// Which tests are run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TestOptions {
    /// A regular expression that is found in the whole name of a test, such as `data.authz.test_ann`; `None` runs all.
    pub filter: Option<String>,
    /// Whether the report tells what the tests reached. Each test is then evaluated a second time.
    #[cfg(feature = "coverage")]
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

/// Runs one test, within what an evaluation may take.
pub(crate) fn run(tests: &Tests, test: &Test, options: &EngineOptions) -> TestResult {
    let mut record = Record::default();
    let outcome = match test.kind {
        Kind::Todo => Ok((Outcome::Skip, Vec::new())),
        Kind::Function => Err(Error::new(
            ErrorKind::Evaluation,
            "it is a function, and nobody knows its arguments; a test takes none",
        )
        .in_file(&test.file)),
        Kind::Bodies => Err(Error::new(
            ErrorKind::Evaluation,
            "it has several bodies behind one head, which cannot be told apart; give each a head of its own",
        )
        .in_file(&test.file)),
        Kind::Plain => evaluated(&tests.set, options, test, &mut record)
            .map(|value| (outcome_of(value == Some(Value::Bool(true))), Vec::new())),
        Kind::Keyed => evaluated(&tests.set, options, test, &mut record).and_then(|value| {
            let tried = cases::tried(tests, test, options)?;
            let cases = cases::told(value.as_ref(), &tried)?;
            let passed = cases.iter().all(|case| case.passed);
            Ok((outcome_of(passed), cases))
        }),
    };
    let (outcome, cases, error) = match outcome {
        Ok((outcome, cases)) => (outcome, cases, None),
        Err(error) => (Outcome::Error, Vec::new(), Some(error)),
    };
    TestResult {
        package: test.package.clone(),
        name: test.name.clone(),
        file: test.file.clone(),
        line: test.line,
        outcome,
        error,
        cases,
        prints: record.prints,
        duration: record.time,
    }
}

fn evaluated(
    set: &PolicySet,
    options: &EngineOptions,
    test: &Test,
    record: &mut Record,
) -> Result<Option<Value>, Error> {
    guarded(options.for_evaluation(), || {
        evaluate::evaluate_watched(
            set,
            options,
            &test.query,
            Input::Missing,
            |value| Ok(value.clone()),
            record,
        )
    })
}

const fn outcome_of(passed: bool) -> Outcome {
    if passed { Outcome::Pass } else { Outcome::Fail }
}
