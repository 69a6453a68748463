//! What the failures of queries and evaluations mean.

use super::text::NEVER;
use crate::diagnostic::{Diagnostic, QUERY};
use crate::error::{Error, ErrorKind};
use crate::limit_kind::LimitKind;
use crate::options::EngineOptions;
use crate::set::PolicySet;
use regorus::LimitError;

/// What an error of the core means; the text of the query stands so many columns to the right in it.
pub(super) fn failure(
    set: &PolicySet,
    options: &EngineOptions,
    query: &str,
    error: &anyhow::Error,
    columns: usize,
) -> Error {
    match error.downcast_ref::<LimitError>() {
        Some(LimitError::TimeLimitExceeded { .. }) => too_long(options),
        Some(limit) => Error::fixed_limit(
            LimitKind::Memory,
            bytes_of(limit),
            format!("{limit}; no option moves this limit"),
        ),
        None => explain(set, query, Diagnostic::of(error).left_by(columns)),
    }
}

// The bound of a limit of the core on memory.
fn bytes_of(limit: &LimitError) -> u64 {
    match limit {
        LimitError::MemoryLimitExceeded { limit, .. } => *limit,
        LimitError::RegexSizeLimitExceeded { limit } => *limit as u64,
        _ => 0,
    }
}

// Tells an error of the text of the query from one of its evaluation.
fn explain(set: &PolicySet, query: &str, diagnostic: Diagnostic) -> Error {
    let in_query = diagnostic.file.as_deref() == Some(QUERY);
    let compiles = || {
        set.interpreter()
            .eval_query(format!("{NEVER}{query}"), false)
            .is_ok()
    };
    let kind = if in_query && !compiles() {
        ErrorKind::Compile
    } else {
        ErrorKind::Evaluation
    };
    set.placed(Error::from_diagnostic(kind, diagnostic))
}

pub(super) fn several(what: &str) -> Error {
    Error::argument(format!(
        "the query has several {what}, so it has no one value; collect them in a comprehension such as [x | x := data.a[_]; x > 3]"
    ))
}

pub(super) fn too_long(options: &EngineOptions) -> Error {
    Error::limit_of(
        "max_evaluation_ms",
        "the evaluation took too long",
        options.max_evaluation_ms.into(),
        "ms",
    )
}
