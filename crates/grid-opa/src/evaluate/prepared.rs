//! Compiles queries to plans.

use crate::document::input_parts::InputParts;
use crate::error::Error;
use crate::faults::errors;
use crate::limits::load_clock::LoadClock;
use crate::limits::stack;
use crate::options::EngineOptions;
use crate::rego::compile::{self, QueryContext};
use crate::rego::plan::Query;
use crate::rego::syntax::ast::{Name, Version};
use crate::rego::syntax::parser::{ParseOptions, parse_query};
use crate::set::{
    Expression, Form, MOST_FAULTS, PolicySet, Prepared, QUERY, check_text, is_of_name,
};
use std::sync::Arc;

/// The file number of queries.
pub(crate) const QUERY_FILE: u32 = u32::MAX;

/// Whether `query` can only be a path such as `data.a.b`.
pub(crate) fn is_path(query: &str) -> bool {
    query.starts_with("data.") && query.bytes().all(|byte| byte == b'.' || is_of_name(byte))
}

/// The plan of a query. [`Form::Value`] allows only one expression.
///
/// # Errors
/// `GRID_COMPILE` for an invalid query, and `GRID_LIMIT` for one that is too long, nests too deep, or takes too long to compile.
pub(crate) fn prepared(
    set: &PolicySet,
    options: &EngineOptions,
    query: &str,
    form: Form,
) -> Result<Arc<Prepared>, Error> {
    set.queries().get_or_make(query, form, || {
        check_text(query, options).map_err(|error| error.in_file(QUERY))?;
        stack::enough(options.max_nesting, || prepare(set, options, query, form))
    })
}

/// The properties of a query and its dependencies.
pub(crate) struct Effects {
    /// Whether the answer depends only on the input and the data.
    pub(crate) pure: bool,
    /// Whether it calls builtins of the host.
    pub(crate) calls_host: bool,
}

/// The properties of a query.
pub(crate) fn effects(
    set: &PolicySet,
    options: &EngineOptions,
    query: &str,
    form: Form,
) -> Result<Effects, Error> {
    if let Some(rule) = set.plan_at(query) {
        return Ok(Effects {
            pure: rule.pure,
            calls_host: rule.calls_host,
        });
    }
    let prepared = prepared(set, options, query, form)?;
    Ok(Effects {
        pure: prepared.query.pure,
        calls_host: prepared.query.calls_host,
    })
}

fn prepare(
    set: &PolicySet,
    options: &EngineOptions,
    text: &str,
    form: Form,
) -> Result<Prepared, Error> {
    let parse = ParseOptions {
        version: Version::V1,
        max_depth: options.max_nesting,
        file: QUERY_FILE,
        max_faults: MOST_FAULTS,
        annotations: None,
    };
    let in_query = |faults| Error::all_of(errors(faults, options, |_| QUERY.to_owned()));
    let body = parse_query(text, &parse).map_err(in_query)?;
    if form == Form::Value && body.len() > 1 {
        return Err(super::several("expressions"));
    }
    let context = QueryContext {
        capture: form != Form::Variables,
        ..QueryContext::default()
    };
    let clock = LoadClock::for_query(options);
    let settings = set.settings(MOST_FAULTS, &clock);
    let compiled = compile::compile_query(set.compiled(), body, &context, &settings);
    clock.check().map_err(|error| error.in_file(QUERY))?;
    let compiled = compiled.map_err(in_query)?;
    let mut outputs: Vec<(Name, Name)> = match form {
        Form::Value => Vec::new(),
        Form::Variables | Form::Results => compiled.variables(),
    };
    let mut expressions = Vec::new();
    if form != Form::Variables {
        // Generated expressions have no value.
        for expr in compiled.body.iter().filter(|expr| !expr.generated) {
            let captured = compile::captured(expr);
            expressions.push(Expression {
                text: expr.span.text(text).to_owned(),
                row: expr.span.row,
                column: expr.span.column,
                output: captured.map(|_| outputs.len()),
            });
            outputs.extend(captured.map(|name| (name.clone(), name.clone())));
        }
    }
    let query = Query::of(set.plans(), set.library(), &compiled.body, &outputs)
        .map_err(|fault| in_query(vec![fault]))?;
    let input_parts = InputParts::of(&query.parts, &query.paths);
    Ok(Prepared {
        query,
        input_parts,
        expressions,
    })
}
