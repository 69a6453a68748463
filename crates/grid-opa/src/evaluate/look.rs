//! A query looked over before it is evaluated.

use super::failure::several;
use super::text::{NEVER, written_out};
use crate::builtins;
use crate::compile;
use crate::custom;
use crate::diagnostic::{Diagnostic, QUERY};
use crate::error::{Error, ErrorKind};
use crate::extensions;
use crate::options::EngineOptions;
use crate::outline::Outline;
use crate::set::PolicySet;
use crate::stack;
use crate::unsupported::{self, Unsupported};
use std::collections::BTreeSet;

/// What looking a query over told: nothing, of one that is a path.
#[derive(Default)]
pub(super) struct Look {
    pub(super) query: bool,
    pub(super) levels: u32,
    pub(super) extensions: BTreeSet<&'static str>,
    pub(super) unsupported: Vec<Unsupported>,
}

impl Look {
    pub(super) fn of(query: &str, outline: &Outline<'_>, options: &EngineOptions) -> Self {
        Self {
            query: true,
            levels: outline.levels,
            extensions: extensions::called(outline),
            unsupported: unsupported::called(query, outline, options),
        }
    }
}

/// Whether `query` can only be a path such as `data.a.b`: nothing in it to look over.
pub(crate) fn is_path(query: &str) -> bool {
    query.starts_with("data.")
        && query
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
}

/// Looks a query of one expression over.
pub(super) fn check(query: &str, options: &EngineOptions) -> Result<Look, Error> {
    let outline = look_over(query, options)?;
    if outline.separated {
        return Err(several("expressions"));
    }
    Ok(Look::of(query, &outline, options))
}

/// Looks a query over before the parser sees it.
pub(super) fn look_over<'q>(query: &'q str, options: &EngineOptions) -> Result<Outline<'q>, Error> {
    compile::check_text(query, options, "the query")?;
    let outline = Outline::of_query(query);
    if outline.unbalanced {
        return Err(Error::new(
            ErrorKind::Compile,
            "a bracket is closed that was not opened",
        ));
    }
    if let Some(call) = builtins::lacking(&outline, options).next() {
        return Err(compile::lacking(call));
    }
    custom::check_uses(query, &outline, options)?;
    let unsupported = unsupported::called(query, &outline, options);
    unsupported::check(unsupported.iter().map(|call| (None, call)))?;
    compile::check_levels(outline.levels, options, "the query nests")?;
    Ok(outline)
}

/// Whether `query` compiles on `set`.
pub(crate) fn compiles(set: &PolicySet, options: &EngineOptions, query: &str) -> Result<(), Error> {
    let outline = look_over(query, options).map_err(|error| error.in_file(QUERY))?;
    stack::enough(outline.levels, || {
        let query = written_out(query)?.text;
        // Behind an expression that is false the query is parsed and analysed, but not evaluated.
        let text = format!("{NEVER}{query}");
        match set.interpreter().eval_query(text, false) {
            Ok(_) => Ok(()),
            Err(error) => Err(Error::from_diagnostic(
                ErrorKind::Compile,
                Diagnostic::of(&error).left_by(NEVER.len()),
            )),
        }
    })
}
