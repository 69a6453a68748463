//! `yaml.*`: reads and writes YAML as OPA does with yaml.v3.

pub(super) mod annotation;
mod decode;
mod events;
mod json;
mod keys;
mod kind;
mod mapping;
mod merge;
mod natural;
mod resolve;
mod scalar;
mod tree;
mod write;

use super::operands::{any, string};
use super::{Answer, Builtin, Context, Failure, builtin};
use crate::rego::value::Value;
use kind::Kind;

pub(super) const ALL: &[Builtin] = &[
    builtin("yaml.is_valid", 1, |operands, context| {
        let valid = match any(operands, 1)? {
            Value::String(text) => match read(text, context) {
                Ok(_) => true,
                Err(Failure::Builtin(_)) => false,
                Err(other) => return Err(other),
            },
            _ => false,
        };
        Ok(Some(valid.into()))
    }),
    builtin("yaml.marshal", 1, |operands, context| -> Answer {
        Ok(Some(write::write(any(operands, 1)?, context)?.into()))
    }),
    builtin("yaml.unmarshal", 1, |operands, context| {
        read(string(operands, 1)?, context).map(Some)
    }),
];

// Reads the first document of a text. The documents after it must be YAML too.
pub(super) fn read(text: &str, context: &mut Context<'_>) -> Result<Value, Failure> {
    let mut tree = tree::read(text, false, context)?;
    merge::normalize(&mut tree)?;
    json::value_of(decode::decode(&tree, Kind::Any, context)?)
}

fn wrong(text: impl std::fmt::Display) -> Failure {
    format!("yaml: {text}").into()
}
