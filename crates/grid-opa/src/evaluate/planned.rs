//! Which rules have a plan that answers for the core, and the answer.

use super::failure::too_long;
use super::{Input, Watch};
use crate::deadline;
use crate::error::Error;
use crate::options::EngineOptions;
use crate::plan::{Given, Plan, Stop};
use crate::set::PolicySet;
use crate::stack;
use regorus::Value;
use std::time::{Duration, Instant};

/// The way in which a rule or query is evaluated.
pub(crate) enum Path<'p> {
    Plan(Plan<'p>),
    /// By the core, and why.
    Core(&'p str),
}

/// The way in which `query` is evaluated on `set`.
pub(crate) fn path_of<'p>(set: &'p PolicySet, options: &EngineOptions, query: &str) -> Path<'p> {
    match set.plans().find(query) {
        None => Path::Core("it is not the path of a rule"),
        Some(_) if !options.plans => Path::Core("the option plans is false"),
        // A plan sees no errors of clauses that need not be asked, and where errors are strict these count.
        Some(_) if set.is_strict() => Path::Core("the option strict_builtin_errors is true"),
        Some(Err(why)) => Path::Core(why.text()),
        Some(Ok(plan)) => Path::Plan(plan),
    }
}

/// The answer of the plan of a rule. None where it is not sure: then the core is asked.
pub(super) fn planned(
    set: &PolicySet,
    options: &EngineOptions,
    plan: &Plan<'_>,
    input: &Input<'_>,
    watch: &mut dyn Watch,
) -> Result<Option<Value>, Error> {
    let limit = Duration::from_millis(options.max_evaluation_ms.into());
    let ends = Instant::now() + limit;
    let begun = watch.clock();
    let parts = match input {
        Input::Missing => plan.take(None),
        Input::Value(value) => plan.take(Some(value)),
        Input::Text(text) => {
            let parts = plan.read(text, options.max_input_bytes)?;
            watch.read(begun);
            parts
        }
    };
    let given = Given {
        data: set.data(),
        strict: false,
        deadline: ends,
    };
    let begun = watch.clock();
    let evaluate = || stack::enough(set.levels(), || plan.evaluate(&given, &parts));
    match deadline::until(Some(ends), evaluate) {
        Ok(_) | Err(Stop::Time) if Instant::now() > ends => Err(too_long(options)),
        Ok(value) => {
            watch.planned(begun);
            Ok(Some(value))
        }
        Err(_) => Ok(None),
    }
}
