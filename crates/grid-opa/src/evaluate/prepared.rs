//! Queries become plans.

use crate::error::Error;
use crate::faults::errors;
use crate::options::EngineOptions;
use crate::rego::compile::{self, QueryContext};
use crate::rego::plan::Query;
use crate::rego::syntax::ast::{Name, Version};
use crate::rego::syntax::parser::{ParseOptions, parse_query};
use crate::set::{MOST_FAULTS, PolicySet, QUERY, check_text};
use crate::stack;
use crate::wanted::Wanted;

/// The number that a query has in place of a source's.
pub(crate) const QUERY_FILE: u32 = u32::MAX;

/// A query that can be asked.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) query: Query,
    pub(crate) wanted: Wanted,
}

/// Whether `query` can only be a path such as `data.a.b`.
pub(crate) fn is_path(query: &str) -> bool {
    query.starts_with("data.")
        && query
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
}

impl Prepared {
    /// Prepares a query. With `value` it has one expression, and the answer is its value.
    ///
    /// # Errors
    /// `GRID_COMPILE` for a text that is no query, and `GRID_LIMIT` for one that is too long or nests too deep.
    pub(crate) fn of(
        set: &PolicySet,
        options: &EngineOptions,
        query: &str,
        value: bool,
    ) -> Result<Self, Error> {
        check_text(query, options).map_err(|error| error.in_file(QUERY))?;
        stack::enough(options.max_nesting, || prepare(set, options, query, value))
    }
}

fn prepare(
    set: &PolicySet,
    options: &EngineOptions,
    query: &str,
    value: bool,
) -> Result<Prepared, Error> {
    let parse = ParseOptions {
        version: Version::V1,
        max_depth: options.max_nesting,
        file: QUERY_FILE,
        max_faults: MOST_FAULTS,
        annotations: None,
    };
    let in_query = |faults| Error::all_of(errors(faults, options, |_| QUERY.to_owned()));
    let body = parse_query(query, &parse).map_err(in_query)?;
    if value && body.len() > 1 {
        return Err(super::several("expressions"));
    }
    let context = QueryContext {
        capture: value,
        ..QueryContext::default()
    };
    let settings = set.settings(MOST_FAULTS);
    let compiled =
        compile::compile_query(set.compiled(), body, &context, &settings).map_err(in_query)?;
    let outputs: Vec<(Name, Name)> = if value {
        // Behind it come generated expressions.
        let captured = compiled.body.iter().find_map(compile::captured);
        captured
            .map(|name| (name.clone(), name.clone()))
            .into_iter()
            .collect()
    } else {
        compiled.variables()
    };
    let query = Query::of(set.plans(), set.library(), &compiled.body, &outputs)
        .map_err(|fault| in_query(vec![fault]))?;
    let wanted = Wanted::of(&query.parts, &query.paths);
    Ok(Prepared { query, wanted })
}
