//! `graphql.*`: reads and checks GraphQL documents with the rules, texts and shapes of gqlparser, which OPA uses.
//!
//! A document may also be an object in the shape that `graphql.parse_query` and `graphql.parse_schema` return. An object in another shape
//! that gqlparser might read in some way ends the evaluation.

mod lexer;
mod parser;
mod read;
mod rules;
mod schema;
mod syntax;
mod write;

use super::operands::{any, string, wrong_type};
use super::{Builtin, Context, Failure, builtin};
use crate::limits::stack;
use crate::rego::value::{Object, Value};
use syntax::document::{Query, SchemaDocument};

/// The stack for a document, in levels of policies. One of these takes several levels of GraphQL.
const STACK_LEVELS: u32 = 64;

pub(super) const ALL: &[Builtin] = &[
    builtin("graphql.is_valid", 2, |operands, context| {
        let mut valid = || {
            let Some(query) = query(any(operands, 1)?, context)? else {
                return Ok(false);
            };
            let Some(document) = schema(any(operands, 2)?, context)? else {
                return Ok(false);
            };
            let schema = schema::build(document, context)?;
            rules::check(&schema, &query, context)?;
            Ok(true)
        };
        unless_wrong(deep(&mut valid)).map(|valid| Some(valid.unwrap_or(false).into()))
    }),
    builtin("graphql.parse", 2, |operands, context| {
        let [query, schema] = deep(|| parsed(operands, context))?.map_err(|number| {
            // OPA's errors count the operands from 0.
            any(operands, number + 1).map_or_else(
                |failure| failure,
                |found| wrong_type(number, found, &["string", "object"]),
            )
        })?;
        Ok(Some(vec![query, schema].into()))
    }),
    builtin("graphql.parse_and_verify", 2, |operands, context| {
        let parsed = match deep(|| parsed(operands, context)) {
            Ok(parsed) => Ok(parsed.ok()),
            Err(failure) => Err(failure),
        };
        let [query, schema] = match unless_wrong(parsed)?.flatten() {
            Some(parsed) => parsed,
            None => {
                let none = Value::new_object;
                return Ok(Some(vec![false.into(), none(), none()].into()));
            }
        };
        Ok(Some(vec![true.into(), query, schema].into()))
    }),
    builtin("graphql.parse_query", 1, |operands, context| {
        let text = string(operands, 1)?;
        deep(|| {
            let query = parser::query(text, context)?;
            write::query(&query, context).map(Some)
        })
    }),
    builtin("graphql.parse_schema", 1, |operands, context| {
        let text = string(operands, 1)?;
        deep(|| {
            let schema = parser::schema(text, false, context)?;
            write::schema(&schema, context).map(Some)
        })
    }),
    builtin("graphql.schema_is_valid", 1, |operands, context| {
        let mut valid = || {
            let Some(document) = schema(any(operands, 1)?, context)? else {
                return Ok(false);
            };
            schema::build(document, context)?;
            Ok(true)
        };
        unless_wrong(deep(&mut valid)).map(|valid| Some(valid.unwrap_or(false).into()))
    }),
];

/// Does something with the stack for the deepest document that is taken.
fn deep<T>(work: impl FnOnce() -> T) -> T {
    stack::enough(STACK_LEVELS, work)
}

/// `None` instead of an error that only says that a document is wrong.
fn unless_wrong<T>(result: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Failure::Builtin(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

// The values of a query and a schema that are valid together; or the index of an operand of a wrong type.
fn parsed(
    operands: &[Value],
    context: &mut Context<'_>,
) -> Result<Result<[Value; 2], usize>, Failure> {
    let Some(query) = query(any(operands, 1)?, context)? else {
        return Ok(Err(0));
    };
    let Some(document) = schema(any(operands, 2)?, context)? else {
        return Ok(Err(1));
    };
    let schema_value = write::schema(&document, context)?;
    let schema = schema::build(document, context)?;
    // Before the check, which notes types in the query.
    let query_value = write::query(&query, context)?;
    rules::check(&schema, &query, context)?;
    Ok(Ok([query_value, schema_value]))
}

// The query of a text or an object; `None` for other types.
fn query(value: &Value, context: &mut Context<'_>) -> Result<Option<Query>, Failure> {
    Ok(Some(match value {
        Value::String(text) => parser::query(text, context)?,
        Value::Object(fields) => read::query(fields, context)?,
        _ => return Ok(None),
    }))
}

// The same for a schema.
fn schema(value: &Value, context: &mut Context<'_>) -> Result<Option<SchemaDocument>, Failure> {
    Ok(Some(match value {
        Value::String(text) => parser::schema(text, false, context)?,
        Value::Object(fields) => read::schema(fields, context)?,
        _ => return Ok(None),
    }))
}

/// OPA's text for an error of gqlparser, which begins with the place.
fn located(error: &str) -> Failure {
    let mut parts = error.splitn(4, ':');
    let (_, line, column, message) = (parts.next(), parts.next(), parts.next(), parts.next());
    let number = |text: Option<&str>| {
        let text = text?;
        // `parse` takes a sign, Go's function does not.
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        if digits {
            text.parse::<u64>().ok()
        } else {
            None
        }
    };
    let text = match (number(line), number(column), message) {
        (Some(line), Some(column), Some(message)) => {
            let message = message.trim_start_matches(' ');
            let message = message.strip_suffix(".\n").unwrap_or(message);
            format!("{message} in GraphQL string at location {line}:{column}")
        }
        _ => format!("GraphQL parse error: {error}"),
    };
    Failure::Builtin(text)
}
