//! `json.filter` and `json.remove`.

use super::super::operands::{any, items, object, wrong, wrong_type};
use super::super::{Builtin, Context, Failure, builtin};
use crate::rego::value::{Set, Value, type_name};
use std::collections::BTreeMap;

pub(super) const ALL: &[Builtin] = &[
    builtin("json.filter", 2, |operands, context| {
        object(operands, 1)?;
        let paths = Paths::of(any(operands, 2)?, context)?;
        filtered(any(operands, 1)?, &paths, context).map(Some)
    }),
    builtin("json.remove", 2, |operands, context| {
        object(operands, 1)?;
        let paths = Paths::of(any(operands, 2)?, context)?;
        without(any(operands, 1)?, Some(&paths), context)
    }),
];

/// The memory of a part of a path that was a text, apart from its characters, in bytes.
const BYTES_OF_PART: usize = 48;

/// The keys of a path: a string with slashes, or an array.
pub(super) fn path_of(value: &Value, context: &mut Context<'_>) -> Result<Vec<Value>, Failure> {
    match value {
        Value::String(text) if text.is_empty() => Ok(Vec::new()),
        Value::String(text) => {
            let parts = text.trim_start_matches('/').split('/');
            let parts = parts.map(|part| {
                context.charge(part.len().saturating_add(BYTES_OF_PART))?;
                Ok(part.replace("~1", "/").replace("~0", "~").into())
            });
            parts.collect()
        }
        Value::Array(parts) => Ok(parts.iter().cloned().collect()),
        other => {
            let found = type_name(other);
            Err(wrong(
                2,
                &format!(
                    "must be one of {{set, array}} containing string paths or array of path segments but got {found}"
                ),
            ))
        }
    }
}

/// A tree of paths. A path that ends selects the complete value.
enum Paths {
    All,
    Below(BTreeMap<Value, Self>),
}

impl Paths {
    fn of(value: &Value, context: &mut Context<'_>) -> Result<Self, Failure> {
        let Some(paths) = items(value) else {
            return Err(wrong_type(2, value, &["set", "array"]));
        };
        let mut root = Self::Below(BTreeMap::new());
        for path in paths {
            let path = path_of(path, context)?;
            context.charge_values(path.len().saturating_mul(8))?;
            // An empty path has no effect.
            if !path.is_empty() {
                root.add(path);
            }
        }
        Ok(root)
    }

    fn add(&mut self, path: Vec<Value>) {
        let mut paths = self;
        for key in path {
            paths = match paths {
                Self::All => return,
                Self::Below(below) => below
                    .entry(key)
                    .or_insert_with(|| Self::Below(BTreeMap::new())),
            };
        }
        *paths = Self::All;
    }

    fn get(&self, key: &Value) -> Option<&Self> {
        match self {
            Self::All => None,
            Self::Below(below) => below.get(key),
        }
    }
}

// In a path, an array index is a string.
fn place(index: usize) -> Value {
    index.to_string().into()
}

fn filtered(value: &Value, paths: &Paths, context: &mut Context<'_>) -> Result<Value, Failure> {
    if matches!(paths, Paths::All) {
        return Ok(value.clone());
    }
    context.in_time()?;
    Ok(match value {
        Value::Array(items) => {
            let mut kept = Vec::new();
            for (index, item) in items.iter().enumerate() {
                if let Some(paths) = paths.get(&place(index)) {
                    context.charge_values(1)?;
                    kept.push(filtered(item, paths, context)?);
                }
            }
            kept.into()
        }
        Value::Set(items) => {
            let mut kept = Set::default();
            for item in items.iter() {
                if let Some(paths) = paths.get(item) {
                    context.charge_values(1)?;
                    kept.insert(filtered(item, paths, context)?);
                }
            }
            kept.into()
        }
        Value::Object(fields) => {
            let mut kept = BTreeMap::new();
            for (key, value) in fields.iter() {
                if let Some(paths) = paths.get(key) {
                    context.charge_values(3)?;
                    kept.insert(key.clone(), filtered(value, paths, context)?);
                }
            }
            kept.into()
        }
        other => other.clone(),
    })
}

// The rest of a value without `paths`; `None` if a path ends here.
fn without(
    value: &Value,
    paths: Option<&Paths>,
    context: &mut Context<'_>,
) -> Result<Option<Value>, Failure> {
    let paths = match paths {
        None => return Ok(Some(value.clone())),
        Some(Paths::All) => return Ok(None),
        Some(paths) => paths,
    };
    context.in_time()?;
    Ok(Some(match value {
        Value::Array(items) => {
            context.charge_values(items.len())?;
            let mut left = Vec::new();
            for (index, item) in items.iter().enumerate() {
                left.extend(without(item, paths.get(&place(index)), context)?);
            }
            left.into()
        }
        Value::Set(items) => {
            context.charge_values(items.len())?;
            let mut left = Set::default();
            for item in items.iter() {
                left.extend(without(item, paths.get(item), context)?);
            }
            left.into()
        }
        Value::Object(fields) => {
            context.charge_values(fields.len().saturating_mul(3))?;
            let mut left = BTreeMap::new();
            for (key, value) in fields.iter() {
                if let Some(value) = without(value, paths.get(key), context)? {
                    left.insert(key.clone(), value);
                }
            }
            left.into()
        }
        other => other.clone(),
    }))
}
