//! What tests reach.

use super::find::{Kind, Tests};
use super::{Outcome, TestResult};
use crate::coverage::{Cover, Coverage};
use crate::error::Error;
use crate::evaluate::Input;
use crate::guard::guarded;
use crate::options::EngineOptions;

/// Evaluates tests that were run a second time, on a copy that tells what they reach. One that ran and does not on the copy is an error.
pub(crate) fn cover(
    tests: &Tests,
    results: &mut [TestResult],
    options: &EngineOptions,
) -> Result<Coverage, Error> {
    let mut cover = guarded(options.for_load(), || Cover::of(&tests.set, options))?;
    for (test, result) in tests.tests.iter().zip(results) {
        if !matches!(test.kind, Kind::Plain | Kind::Keyed) {
            continue;
        }
        let reached = guarded(options.for_evaluation(), || {
            cover.evaluate(options, &test.query, Input::Missing)
        });
        if let (Err(error), None) = (reached, &result.error) {
            result.outcome = Outcome::Error;
            result.error = Some(error);
        }
    }
    Ok(cover.report())
}
