//! `json.*`.

pub(crate) mod patch;
mod paths;

use super::operands::{any, object, string, wrong};
use super::{Answer, Builtin, Context, Failure, Halt, Text, builtin};
use crate::rego::value::json::{self, Style, Unread};
use crate::rego::value::text::quoted;
use crate::rego::value::{Value, type_name};

pub(super) const FAMILIES: [&[Builtin]; 3] = [ALL, patch::ALL, paths::ALL];

const ALL: &[Builtin] = &[
    builtin("json.is_valid", 1, |operands, _| {
        let valid = matches!(any(operands, 1)?, Value::String(text) if json::is_valid(text));
        Ok(Some(valid.into()))
    }),
    builtin("json.marshal", 1, |operands, context| {
        Ok(Some(marshal(any(operands, 1)?, None, context)?.into()))
    }),
    builtin("json.marshal_with_options", 2, marshal_with_options),
    builtin("json.unmarshal", 1, |operands, context| {
        unmarshal(string(operands, 1)?, context).map(Some)
    }),
];

/// Writes a value as JSON, as Go does.
pub(super) fn marshal(
    value: &Value,
    style: Option<Style<'_>>,
    context: &mut Context<'_>,
) -> Result<String, Failure> {
    let mut output = Text::new(context);
    if let Some(style) = style {
        output.push(style.prefix)?;
    }
    json::write(&mut output, value, style)?;
    Ok(output.into_string())
}

/// Reads the value of a JSON text.
pub(super) fn unmarshal(text: &str, context: &mut Context<'_>) -> Result<Value, Failure> {
    let mut charge = |bytes| context.charge(usize::try_from(bytes).unwrap_or(usize::MAX));
    json::read(text, &mut charge).map_err(unread)
}

pub(super) fn unread(unread: Unread<Halt>) -> Failure {
    match unread {
        Unread::Wrong(text) => Failure::Builtin(text),
        Unread::Beyond(why) => Failure::unsure(format!("this build cannot read the JSON: {why}")),
        Unread::Refused(halt) => Failure::Halt(halt),
    }
}

fn marshal_with_options(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let value = any(operands, 1)?;
    let mut style = Style {
        prefix: "",
        indent: "\t",
    };
    let (mut styled, mut pretty) = (false, None);
    for (index, (key, option)) in object(operands, 2)?.iter().enumerate() {
        let Value::String(name) = key else {
            let mut text = Text::new(context);
            crate::rego::value::text::write(&mut text, key)?;
            let (text, found) = (text.into_string(), type_name(key));
            return Err(wrong(
                2,
                &format!(
                    "failed to stringify key {text} at index {index}: operand {index} must be string but got {found}"
                ),
            ));
        };
        let quoted = quoted(name);
        let text = || match option {
            Value::String(text) => Ok(&**text),
            other => {
                let found = type_name(other);
                Err(wrong(
                    2,
                    &format!(
                        "key {quoted} failed cast to string: operand {index} must be string but got {found}"
                    ),
                ))
            }
        };
        match &**name {
            "prefix" => (style.prefix, styled) = (text()?, true),
            "indent" => (style.indent, styled) = (text()?, true),
            "pretty" => match option {
                Value::Bool(wanted) => pretty = Some(*wanted),
                _ => return Err(wrong(2, &format!("key {quoted} failed cast to bool"))),
            },
            _ => return Err(wrong(2, &format!("object contained unknown key {quoted}"))),
        }
    }
    let style = pretty.unwrap_or(styled).then_some(style);
    Ok(Some(marshal(value, style, context)?.into()))
}
