//! `json.patch`. The core copies the whole of what an operation touches and looks at no clock: twenty thousand operations of an input
//! kept it busy for minutes.

use super::{Extension, Failure, argument, guarded, wrong};
use crate::deadline;
use crate::stack;
use regorus::Value;
use regorus::value::Array;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How deep what comes of it may nest: what is dropped or written recurses as deep.
const MOST_LEVELS: usize = 256;

pub(super) const ALL: [Extension; 1] = [guarded("json.patch", 2, |arguments| {
    match argument(arguments, 2)? {
        Value::Array(operations) => patched(argument(arguments, 1)?, operations),
        other => Err(wrong(2, "an array", other).into()),
    }
})];

/// A document changed by all operations; undefined where they remove it.
pub(crate) fn patched(document: &Value, operations: &Array) -> Result<Value, Failure> {
    stack::enough(MOST_LEVELS as u32, || {
        let mut document = Some(copied(document, 0)?);
        for operation in operations.iter() {
            apply(&mut document, operation)?;
        }
        Ok(document.unwrap_or(Value::Undefined))
    })
}

fn apply(document: &mut Option<Value>, operation: &Value) -> Result<(), Failure> {
    let Value::Object(fields) = operation else {
        return Err("an operation is no object".into());
    };
    let field = |name: &str| {
        let field = fields.get(&Value::from(name));
        field.ok_or_else(|| Failure::from(format!("an operation has no {name}")))
    };
    let path = path_of(field("path")?)?;
    let name = field("op")?;
    match name.as_string().map(|name| &**name) {
        Ok("add") => insert(document, &path, copied(field("value")?, path.len())?),
        Ok("remove") => remove(document, &path).map(drop),
        Ok("replace") => {
            // In a set the value is its own key: it cannot be replaced by another.
            remove(document, &path)?;
            insert(document, &path, copied(field("value")?, path.len())?)
        }
        Ok("move") => {
            let from = path_of(field("from")?)?;
            let value = remove(document, &from)?;
            insert(document, &path, copied(&value, path.len())?)
        }
        Ok("copy") => {
            let from = path_of(field("from")?)?;
            let value = copied(at(document.as_ref(), &from)?, path.len())?;
            insert(document, &path, value)
        }
        Ok("test") if at(document.as_ref(), &path)? == field("value")? => Ok(()),
        Ok("test") => Err("what a test finds is not its value".into()),
        _ => Err(format!("there is no operation {name}").into()),
    }
}

// A copy that shares nothing, so that what an operation makes larger is larger in memory too.
fn copied(value: &Value, level: usize) -> Result<Value, Failure> {
    if level > MOST_LEVELS {
        return Err(Failure::Always(format!(
            "the patched document nests more than {MOST_LEVELS} levels deep"
        )));
    }
    if deadline::has_passed() {
        return Err(Failure::Always("it took too long".to_owned()));
    }
    let below = |value: &Value| copied(value, level + 1);
    Ok(match value {
        Value::Array(items) => {
            let items = items.iter().map(below);
            items.collect::<Result<Vec<_>, _>>()?.into()
        }
        Value::Set(items) => {
            let items = items.iter().map(below);
            items.collect::<Result<BTreeSet<_>, _>>()?.into()
        }
        Value::Object(fields) => {
            let fields = fields.iter();
            let fields = fields.map(|(key, value)| Ok::<_, Failure>((key.clone(), below(value)?)));
            fields.collect::<Result<BTreeMap<_, _>, _>>()?.into()
        }
        other => other.clone(),
    })
}

pub(super) fn path_of(value: &Value) -> Result<Vec<Value>, String> {
    match value {
        Value::String(text) if text.is_empty() => Ok(Vec::new()),
        Value::String(text) => {
            let parts = text.trim_start_matches('/').split('/');
            let parts = parts.map(|part| part.replace("~1", "/").replace("~0", "~").into());
            Ok(parts.collect())
        }
        Value::Array(parts) => Ok(parts.iter().cloned().collect()),
        other => Err(wrong(2, "paths that are strings or arrays", other)),
    }
}

fn missing(key: &Value) -> Failure {
    format!("there is nothing at {key}").into()
}

fn at<'d>(document: Option<&'d Value>, path: &[Value]) -> Result<&'d Value, Failure> {
    let mut value = document.ok_or("the document is removed")?;
    for key in path {
        let found = match value {
            Value::Object(fields) => fields.get(key),
            Value::Array(items) => items.get(index(items.len(), key, false)?),
            Value::Set(items) => items.get(key),
            _ => None,
        };
        value = found.ok_or_else(|| missing(key))?;
    }
    Ok(value)
}

fn insert(document: &mut Option<Value>, path: &[Value], value: Value) -> Result<(), Failure> {
    if path.is_empty() {
        *document = Some(value);
        return Ok(());
    }
    edit(
        document.as_mut().ok_or("the document is removed")?,
        path,
        &mut |parent, key| {
            let value = value.clone();
            match parent {
                Value::Object(fields) => drop(Arc::make_mut(fields).insert(key.clone(), value)),
                Value::Array(items) => {
                    let place = index(items.len(), key, true)?;
                    let mut all = taken(items);
                    all.insert(place, value);
                    *parent = all.into();
                }
                Value::Set(items) if value == *key => drop(Arc::make_mut(items).insert(value)),
                _ => return Err(missing(key)),
            }
            Ok(())
        },
    )
}

fn remove(document: &mut Option<Value>, path: &[Value]) -> Result<Value, Failure> {
    if path.is_empty() {
        return document.take().ok_or("the document is removed".into());
    }
    let mut removed = Value::Undefined;
    edit(
        document.as_mut().ok_or("the document is removed")?,
        path,
        &mut |parent, key| {
            removed = match parent {
                Value::Object(fields) => {
                    let removed = Arc::make_mut(fields).remove(key);
                    removed.ok_or_else(|| missing(key))?
                }
                Value::Array(items) => {
                    let place = index(items.len(), key, false)?;
                    let mut all = taken(items);
                    let removed = all.remove(place);
                    *parent = all.into();
                    removed
                }
                Value::Set(items) if items.contains(key) => {
                    Arc::make_mut(items).remove(key);
                    key.clone()
                }
                _ => return Err(missing(key)),
            };
            Ok(())
        },
    )?;
    Ok(removed)
}

// Changes what a path leads to: the value that it ends in and the last key.
fn edit(
    value: &mut Value,
    path: &[Value],
    change: &mut dyn FnMut(&mut Value, &Value) -> Result<(), Failure>,
) -> Result<(), Failure> {
    if deadline::has_passed() {
        return Err(Failure::Always("it took too long".to_owned()));
    }
    let Some((key, rest)) = path.split_first() else {
        return Ok(());
    };
    if rest.is_empty() {
        return change(value, key);
    }
    match value {
        Value::Object(fields) => {
            let below = Arc::make_mut(fields).get_mut(key);
            edit(below.ok_or_else(|| missing(key))?, rest, change)
        }
        Value::Array(items) => {
            let place = index(items.len(), key, false)?;
            let below = Arc::make_mut(items).get_mut(place);
            edit(below.ok_or_else(|| missing(key))?, rest, change)
        }
        Value::Set(items) => {
            if !items.contains(key) {
                return Err(missing(key));
            }
            let mut below = key.clone();
            edit(&mut below, rest, change)?;
            let items = Arc::make_mut(items);
            items.remove(key);
            items.insert(below);
            Ok(())
        }
        _ => Err(missing(key)),
    }
}

fn taken(items: &mut Arc<Array>) -> Vec<Value> {
    Arc::unwrap_or_clone(std::mem::take(items)).into_vec()
}

// The place in an array that a key means; the end too, where something is to be put there.
fn index(length: usize, key: &Value, end: bool) -> Result<usize, Failure> {
    let place = match key {
        Value::Number(number) => number
            .as_u64()
            .and_then(|place| usize::try_from(place).ok()),
        Value::String(text) if &**text == "-" && end => Some(length),
        Value::String(text) if &**text != "0" && text.starts_with('0') => None,
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    let place = place.filter(|place| *place < length || (end && *place == length));
    place.ok_or_else(|| missing(key))
}

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use serde_json::json;

    #[test]
    fn it_does_as_in_opa() {
        for (document, operation, expected) in [
            (
                "{}",
                r#""op": "add", "path": "/a", "value": 1"#,
                json!({"a": 1}),
            ),
            (
                "[1]",
                r#""op": "add", "path": "-", "value": 2"#,
                json!([1, 2]),
            ),
            (
                "[1]",
                r#""op": "add", "path": "0", "value": 2"#,
                json!([2, 1]),
            ),
            (
                "{1}",
                r#""op": "add", "path": [2], "value": 2"#,
                json!([1, 2]),
            ),
            (
                "{[1]}",
                r#""op": "add", "path": [[1], "0"], "value": 2"#,
                json!([[2, 1]]),
            ),
            ("[[1]]", r#""op": "remove", "path": "/0/0""#, json!([[]])),
            ("{1, 2}", r#""op": "remove", "path": [1]"#, json!([2])),
            (
                "{\"a\": 1}",
                r#""op": "replace", "path": "a", "value": 2"#,
                json!({"a": 2}),
            ),
            (
                "{\"a\": 1}",
                r#""op": "replace", "path": "", "value": 2"#,
                json!(2),
            ),
            (
                "[1, 2, 3]",
                r#""op": "move", "from": "0", "path": "2""#,
                json!([2, 3, 1]),
            ),
            (
                "{\"a\": [1]}",
                r#""op": "copy", "from": "a", "path": "b""#,
                json!({"a": [1], "b": [1]}),
            ),
            (
                "{\"a/~\": 1}",
                r#""op": "test", "path": "a~1~0", "value": 1"#,
                json!({"a/~": 1}),
            ),
        ] {
            let call = format!("json.patch({document}, [{{{operation}}}])");
            assert_eq!(ask(&call), Ok(Some(expected)), "{call}");
        }
        for (document, operation) in [
            ("{}", r#""op": "remove", "path": "/a""#),
            ("{}", r#""op": "replace", "path": "/a", "value": 1"#),
            ("{}", r#""op": "add", "path": "/a/b", "value": 1"#),
            ("[]", r#""op": "add", "path": "1", "value": 1"#),
            ("[1, 1]", r#""op": "remove", "path": "01""#),
            ("[1]", r#""op": "remove", "path": "-""#),
            ("[1]", r#""op": "remove", "path": "0.0""#),
            ("[1]", r#""op": "remove", "path": [0.5]"#),
            ("{1}", r#""op": "replace", "path": [1], "value": 2"#),
            ("1", r#""op": "add", "path": "/a", "value": 1"#),
            ("{}", r#""op": "test", "path": "", "value": 1"#),
            ("{}", r#""op": "other", "path": """#),
            ("{}", r#""op": "add", "path": "/a""#),
            ("{}", r#""op": "add", "value": 1"#),
            ("{}", r#""op": 1, "path": """#),
        ] {
            let call = format!("json.patch({document}, [{{{operation}}}])");
            assert!(ask(&call).is_err(), "{call}");
        }
        assert!(ask("json.patch({}, [1])").is_err());
    }

    #[test]
    fn what_grows_with_each_operation_ends() {
        let copies = r#"json.patch({}, [o | some _ in numbers.range(1, 260); o := {"op": "copy", "from": "", "path": "/a"}])"#;
        assert!(ask(copies).is_err_and(|error| error.contains("levels deep")));
    }
}
