//! `json.match_schema` and `json.verify_schema`: JSON Schema of drafts 4, 6 and 7, as in OPA's gojsonschema.
//!
//! A reference to another schema is an error: nothing is fetched, and the meta-schemas are not included.

mod canonical;
mod check;
mod compile;
mod decimal;
mod fault;
mod formats;
mod ip;
mod keywords;
mod mail;
mod named;
mod node;
mod pool;
mod reference;

use super::operands::any;
use super::{Answer, Builtin, Context, Failure, builtin};
use crate::rego::value::{MAX_DEPTH, Value};
use crate::rego::value::{Object, json};
use check::check;
use compile::compile;

pub(super) const ALL: &[Builtin] = &[
    builtin("json.match_schema", 2, match_schema),
    builtin("json.verify_schema", 1, |operands, context| {
        let schema = document(any(operands, 1)?, context);
        let wrong = match schema.and_then(|schema| compile(&schema, context)) {
            Ok(_) => Value::Null,
            Err(Failure::Builtin(text)) => format!("jsonschema: {text}").into(),
            Err(other) => return Err(other),
        };
        let is_valid = wrong == Value::Null;
        Ok(Some(vec![is_valid.into(), wrong].into()))
    }),
];

fn match_schema(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let value = document(any(operands, 1)?, context)?;
    let schema = document(any(operands, 2)?, context)?;
    let schema = compile(&schema, context)?;
    let faults = check(&schema, &value, context)?;
    context.charge_values(faults.len().saturating_mul(12))?;
    let is_valid = faults.is_empty();
    let faults = faults.into_iter().map(|fault| {
        let error = format!("{}: {}", fault.field, fault.text);
        let fields = [
            ("desc", fault.text.into()),
            ("error", error.into()),
            ("field", fault.field.into()),
            ("type", fault.kind.into()),
        ];
        let fields = fields
            .into_iter()
            .map(|(name, value)| (Value::from(name), value));
        Value::from(fields.collect::<Object>())
    });
    let faults: Vec<Value> = faults.collect();
    Ok(Some(vec![is_valid.into(), faults.into()].into()))
}

// Reads a JSON document from its text or from a value.
fn document(value: &Value, context: &mut Context<'_>) -> Result<Value, Failure> {
    match value {
        Value::String(text) if json::is_valid(text) => super::json::unmarshal(text, context),
        Value::String(_) => Err("invalid JSON string".into()),
        Value::Array(_) | Value::Object(_) if is_json(value, 0)? => Ok(value.clone()),
        Value::Array(_) | Value::Object(_) => {
            let text = super::json::marshal(value, None, context)?;
            super::json::unmarshal(&text, context)
        }
        _ => Err("wrong type, expected string or object".into()),
    }
}

// Whether the value contains no sets, and all keys are strings.
fn is_json(value: &Value, depth: usize) -> Result<bool, Failure> {
    if depth > MAX_DEPTH {
        return Err(Failure::unsure("a document nests too deep"));
    }
    Ok(match value {
        Value::Array(items) => {
            for item in items.iter() {
                if !is_json(item, depth + 1)? {
                    return Ok(false);
                }
            }
            true
        }
        Value::Object(fields) => {
            for (key, value) in fields.iter() {
                if !matches!(key, Value::String(_)) || !is_json(value, depth + 1)? {
                    return Ok(false);
                }
            }
            true
        }
        Value::Set(_) => false,
        _ => true,
    })
}
