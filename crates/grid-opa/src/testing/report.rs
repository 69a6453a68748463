//! The results of tests.

#[cfg(feature = "coverage")]
use crate::coverage::Coverage;
use crate::error::Error;
use crate::report::Prints;
use std::time::Duration;

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
    /// The column where it begins, counted from 1.
    pub column: u32,
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
