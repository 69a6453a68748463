//! Converts faults of sources to errors of the engine.

use crate::error::{Error, ErrorKind};
use crate::limits::kind::LimitKind;
use crate::options::EngineOptions;
use crate::rego::syntax::fault::{Code, Fault};

/// Converts faults to errors. `name_of` maps the number of a file to its name.
pub(crate) fn errors(
    faults: Vec<Fault>,
    options: &EngineOptions,
    name_of: impl Fn(u32) -> String,
) -> Vec<Error> {
    faults
        .into_iter()
        .map(|fault| error(fault, options, &name_of))
        .collect()
}

fn error(fault: Fault, options: &EngineOptions, name_of: &impl Fn(u32) -> String) -> Error {
    let Fault {
        code,
        message,
        span,
        details,
    } = fault;
    let error = match code {
        Code::Nesting => Error::limit_of(
            "max_nesting",
            &message,
            options.max_nesting.into(),
            "levels",
        ),
        Code::Limit => Error::fixed_limit(LimitKind::Parsing, 0, message),
        code => Error::new(ErrorKind::Compile, message).with_opa_code(code.name()),
    };
    // The fault for too many compile errors has no place.
    if span.row == 0 {
        return error;
    }
    error
        .with_details(details)
        .in_file(&name_of(span.file))
        .at(span.row, span.column)
}
