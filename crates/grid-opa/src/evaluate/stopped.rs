//! Converts an evaluation that stopped without an answer to an error.

use super::Work;
use crate::error::{Error, ErrorKind};
use crate::rego::eval::{Code, Failed, Stop};
use crate::rego::plan::Query;
use crate::rego::value::text;
use crate::set::PolicySet;

/// How much of a value an error shows, in characters.
const MAX_VALUE_CHARS: usize = 80;
const MAX_VALUE_BYTES: usize = 4 * MAX_VALUE_CHARS;

/// Converts a stop to an error.
pub(super) fn error(work: &Work<'_>, stop: Stop) -> Error {
    let Work {
        set,
        options,
        query,
        clock,
        ..
    } = *work;
    match stop {
        Stop::Time => clock.too_long(),
        Stop::Memory => {
            let allowance = options.for_evaluation();
            Error::limit_of(
                allowance.option,
                allowance.too_much,
                allowance.bytes.into(),
                "bytes",
            )
        }
        Stop::Depth => Error::limit_of(
            "max_depth",
            "rules and functions use each other too deep",
            options.max_depth.into(),
            "levels",
        ),
        Stop::Failed(failed) => failure(set, query, *failed),
    }
}

fn failure(set: &PolicySet, query: Option<&Query>, failed: Failed) -> Error {
    let Failed {
        code,
        mut message,
        mark,
        values,
    } = failed;
    for (number, (value, mark)) in values.iter().enumerate() {
        let text = text::begin_of(value, MAX_VALUE_BYTES);
        let words: Vec<&str> = text.split_whitespace().collect();
        let text: String = words.join(" ").chars().take(MAX_VALUE_CHARS).collect();
        let end = if number == 0 { ":" } else { "" };
        message.push_str(&format!("{end}\n  {text}"));
        if let Some((file, span)) = set.place_of(query, *mark) {
            message.push_str(&format!(" at {file}:{}", span.row));
        }
    }
    let kind = match code {
        Code::Internal => ErrorKind::Internal,
        _ => ErrorKind::Evaluation,
    };
    let error = Error::new(kind, message);
    let error = match code {
        Code::Internal | Code::Host | Code::Unsure => error,
        code => error.with_opa_code(code.name()),
    };
    match set.place_of(query, mark) {
        Some((file, span)) => error.in_file(file).at(span.row, span.column),
        None => error,
    }
}

pub(crate) fn several(what: &str) -> Error {
    Error::argument(format!(
        "the query has several {what}, so it does not have one value; collect them in a comprehension such as [x | x := data.a[_]; x > 3]"
    ))
}
