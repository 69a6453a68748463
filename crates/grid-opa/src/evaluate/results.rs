//! All answers of a query, in the form of OPA's result sets.

use super::{Input, Times, Work, prepared};
use crate::document::answer;
use crate::error::Error;
use crate::limits::evaluation_clock::timed;
use crate::options::EngineOptions;
use crate::rego::eval::Watch;
use crate::rego::value::Value;
use crate::set::{Form, PolicySet, Prepared};
use serde_json::json;
use std::time::Instant;

/// Evaluates a query with any number of expressions and answers: a JSON array with, for each answer, `expressions` (`value`, `text`,
/// `location`) and, if there are variables, `bindings`. `notes` receives the notes of `trace`.
pub(crate) fn results(
    set: &PolicySet,
    options: &EngineOptions,
    query: &str,
    input: Input<'_>,
    watch: &mut dyn Watch,
    notes: Option<&mut dyn FnMut(&str)>,
    times: &mut Times,
) -> Result<String, Error> {
    let prepared = prepared(set, options, query, Form::Results)?;
    let query = &prepared.query;
    timed(options, |clock| {
        let begun = Instant::now();
        let parts = input.parts(&prepared.input_parts, query.paths.len(), options)?;
        times.input = begun.elapsed();
        let work = Work {
            set,
            options,
            parts: &parts,
            query: Some(query),
            clock,
        };
        let mut answers = Vec::new();
        work.run_noting(Some(watch), notes, times, |run| {
            run.answers(query, &mut |values| {
                answers.push(values);
                Ok(true)
            })
        })?;
        let results: Result<Vec<String>, Error> = answers
            .iter()
            .map(|values| result(&prepared, values))
            .collect();
        Ok(format!("[{}]", results?.join(",")))
    })
}

// Joined as text, since numbers keep their digits.
fn result(prepared: &Prepared, values: &[Value]) -> Result<String, Error> {
    let mut expressions = Vec::new();
    for expression in &prepared.expressions {
        let value = match expression.output.and_then(|output| values.get(output)) {
            Some(value) => answer::write_text(value)?,
            None => "true".to_owned(),
        };
        let text = json!(expression.text);
        let (row, column) = (expression.row, expression.column);
        expressions.push(format!(
            "{{\"value\":{value},\"text\":{text},\"location\":{{\"row\":{row},\"col\":{column}}}}}"
        ));
    }
    let mut bindings = Vec::new();
    for ((name, _), value) in prepared.query.outputs.iter().zip(values) {
        // The values of expressions have names that no source can have.
        if !name.starts_with('$') && *value != Value::Undefined {
            bindings.push(format!("{}:{}", json!(&**name), answer::write_text(value)?));
        }
    }
    let mut result = format!("{{\"expressions\":[{}]", expressions.join(","));
    if !bindings.is_empty() {
        result.push_str(&format!(",\"bindings\":{{{}}}", bindings.join(",")));
    }
    result.push('}');
    Ok(result)
}
