//! `urlquery.*`.

use super::operands::{any, string, wrong, wrong_type};
use super::percent::{Part, escape, unescape, utf8};
use super::{Answer, Builtin, Context, Failure, Text, builtin};
use crate::rego::value::json::key_text;
use crate::rego::value::{Object, Value};
use std::collections::BTreeMap;

/// The limit of Go, which OPA uses.
const MAX_PARAMETERS: usize = 10_000;

pub(super) const ALL: &[Builtin] = &[
    builtin("urlquery.decode", 1, |operands, context| {
        let text = string(operands, 1)?;
        context.charge(text.len())?;
        Ok(Some(decode(text)?.into()))
    }),
    builtin("urlquery.decode_object", 1, decode_object),
    builtin("urlquery.encode", 1, |operands, context| {
        let text = string(operands, 1)?;
        context.charge(text.len().saturating_mul(3))?;
        Ok(Some(escape(text.as_bytes(), Part::Query).into()))
    }),
    builtin("urlquery.encode_object", 1, encode_object),
];

fn decode(text: &str) -> Result<String, Failure> {
    utf8(unescape(text, Part::Query)?)
}

fn decode_object(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let query = string(operands, 1)?;
    if query.matches('&').count() >= MAX_PARAMETERS {
        return Err("number of URL query parameters exceeded limit".into());
    }
    context.charge(query.len().saturating_mul(2))?;
    let mut failure: Option<Failure> = None;
    let mut object: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        if pair.contains(';') {
            failure = Some("invalid semicolon separator in query".into());
            continue;
        }
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        match decode(key).and_then(|key| Ok((key, decode(value)?))) {
            Ok((key, value)) => {
                context.charge_values(16)?;
                object.entry(key).or_default().push(value.into());
            }
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    if let Some(failure) = failure {
        return Err(failure);
    }
    let object = object
        .into_iter()
        .map(|(key, values)| (key.into(), values.into()));
    Ok(Some(object.collect::<Object>().into()))
}

// Repeats a key for each of its values.
fn encode_object(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let value = any(operands, 1)?;
    let Value::Object(object) = value else {
        return Err(wrong_type(1, value, &["object"]));
    };
    let mut pairs: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (key, value) in object.iter() {
        let key = match key {
            Value::String(key) => key.to_string(),
            other => key_text(&mut Text::new(context), other)?,
        };
        if pairs.insert(key, texts(value)?).is_some() {
            return Err(Failure::unsure("two keys of an object have the same text"));
        }
    }
    let mut output = Text::new(context);
    for (key, values) in &pairs {
        let key = escape(key.as_bytes(), Part::Query);
        for value in values {
            if output.len() > 0 {
                output.push("&")?;
            }
            output.push(&key)?;
            output.push("=")?;
            output.push(&escape(value.as_bytes(), Part::Query))?;
        }
    }
    Ok(Some(output.into_string().into()))
}

fn texts(value: &Value) -> Result<Vec<&str>, Failure> {
    let texts: Option<Vec<&str>> = match value {
        Value::Array(items) => items.iter().map(one).collect(),
        Value::Set(items) => items.iter().map(one).collect(),
        other => one(other).map(|text| vec![text]),
    };
    texts.ok_or_else(|| wrong(1, "values must be string, array[string], or set[string]"))
}

fn one(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}
