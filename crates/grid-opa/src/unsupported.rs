//! Builtins of OPA's that this build lacks, where the options say that calls of them are undefined. The core would fail at such a call,
//! so it gets a function of the name that says nothing.

use crate::builtins;
use crate::custom::{Mention, mentions};
use crate::error::{Error, ErrorKind};
use crate::options::{EngineOptions, UnsupportedBuiltins};
use crate::outline::{Call, Outline};
use regorus::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A call, and with how many arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unsupported {
    call: Call,
    arguments: usize,
}

/// The calls in `source`, whose outline is given, that are undefined.
pub(crate) fn called(
    source: &str,
    outline: &Outline<'_>,
    options: &EngineOptions,
) -> Vec<Unsupported> {
    if options.unsupported == UnsupportedBuiltins::Error {
        return Vec::new();
    }
    let missing = builtins::missing(outline, options).map(|call| call.name.as_str());
    let missing: BTreeSet<&str> = missing.collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let calls = mentions(source, |name| missing.contains(name)).into_iter();
    let calls = calls.filter_map(|Mention { call, arguments }| {
        let arguments = arguments?;
        Some(Unsupported { call, arguments })
    });
    calls.collect()
}

/// Refuses calls of one name with different numbers of arguments: one of them is wrong, and which is not known here.
///
/// # Errors
/// `GRID_COMPILE` with the place, in the file where the call comes with one.
pub(crate) fn check<'u>(
    calls: impl IntoIterator<Item = (Option<&'u str>, &'u Unsupported)>,
) -> Result<(), Error> {
    let mut known = BTreeMap::new();
    for (file, Unsupported { call, arguments }) in calls {
        let first = *known.entry(&call.name).or_insert(arguments);
        if first != arguments || u8::try_from(*arguments).is_err() {
            let text = format!(
                "{} is called with {arguments} arguments here and with {first} elsewhere; this build lacks it and cannot tell which is right",
                call.name
            );
            let error = Error::new(ErrorKind::Compile, text).at(call.line, call.column);
            return Err(match file {
                Some(file) => error.in_file(file),
                None => error,
            });
        }
    }
    Ok(())
}

/// Gives an engine of the core a function for each of the names; one that it has already stays.
pub(crate) fn install<'u>(
    engine: &mut regorus::Engine,
    calls: impl IntoIterator<Item = &'u Unsupported>,
    strict: bool,
) {
    for Unsupported { call, arguments } in calls {
        let name = call.name.clone();
        let work = move |_: Vec<Value>| {
            if strict {
                return Err(anyhow::Error::msg(format!(
                    "there is no function {name} in this build, and errors of builtins are strict"
                )));
            }
            Ok(Value::Undefined)
        };
        // The core fails at a call with another number of arguments; the only way to fail here is that there is one of the name.
        let arity = u8::try_from(*arguments).unwrap_or(u8::MAX);
        let _ = engine.add_extension(call.name.clone(), arity, Box::new(work));
    }
}
