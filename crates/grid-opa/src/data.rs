//! The data document: what it may be, and how one is merged into it.

use crate::error::Error;
use regorus::Value;
use std::collections::BTreeMap;

/// The data document must be an object.
pub(crate) fn object(value: Value) -> Result<Value, Error> {
    match value {
        Value::Object(_) => Ok(value),
        _ => Err(Error::input(
            "the data is no object; give an object, such as {\"users\": [...]}",
        )),
    }
}

/// `base` and `added` as one document.
///
/// # Errors
/// `GRID_INPUT` with the path where both hold a value and the two differ.
pub(crate) fn merged(base: &Value, added: &Value) -> Result<Value, Error> {
    let mut path = Vec::new();
    merge(base, added, &mut path)
}

fn merge<'v>(base: &Value, added: &'v Value, path: &mut Vec<&'v Value>) -> Result<Value, Error> {
    match (base, added) {
        (Value::Object(base), Value::Object(added)) => {
            let mut fields: BTreeMap<Value, Value> = base
                .iter()
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect();
            for (key, value) in added.iter() {
                path.push(key);
                let value = match base.get(key) {
                    Some(old) => merge(old, value, path)?,
                    None => value.clone(),
                };
                path.pop();
                fields.insert(key.clone(), value);
            }
            Ok(Value::from(fields))
        }
        _ if base == added => Ok(base.clone()),
        _ => {
            let path = path.iter().fold(String::new(), |text, key| match key {
                Value::String(key) => {
                    format!("{text}/{}", key.replace('~', "~0").replace('/', "~1"))
                }
                other => format!("{text}/{other}"),
            });
            Err(Error::input(format!(
                "the data already holds another value at {path}; nothing was merged: use set_data to replace the document"
            )))
        }
    }
}
