//! `json.filter` and `json.remove`: the core takes `/a` for another path than `a`, and a value that a path leads into for removed.

use super::json_patch::path_of;
use super::{Extension, Failure, argument, guarded, items, wrong};
use crate::deadline;
use regorus::Value;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const ALL: [Extension; 2] = [
    guarded("json.filter", 2, |arguments| {
        let (value, paths) = (object(arguments)?, Paths::of(arguments)?);
        filtered(value, &paths)
    }),
    guarded("json.remove", 2, |arguments| {
        let (value, paths) = (object(arguments)?, Paths::of(arguments)?);
        Ok(without(value, Some(&paths))?.unwrap_or(Value::Undefined))
    }),
];

fn object(arguments: &[Value]) -> Result<&Value, String> {
    match argument(arguments, 1)? {
        value @ Value::Object(_) => Ok(value),
        other => Err(wrong(1, "an object", other)),
    }
}

/// Paths by their first keys; one that ends is all that lies below it.
enum Paths {
    All,
    Below(BTreeMap<Value, Self>),
}

impl Paths {
    fn of(arguments: &[Value]) -> Result<Self, Failure> {
        let mut root = Self::Below(BTreeMap::new());
        for path in items(arguments, 2)? {
            let path = path_of(path)?;
            // An empty path is none.
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

// In a path a place of an array is a text.
fn place(index: usize) -> Value {
    index.to_string().into()
}

fn in_time() -> Result<(), Failure> {
    if deadline::has_passed() {
        return Err(Failure::Always("it took too long".to_owned()));
    }
    Ok(())
}

fn filtered(value: &Value, paths: &Paths) -> Result<Value, Failure> {
    if matches!(paths, Paths::All) {
        return Ok(value.clone());
    }
    in_time()?;
    Ok(match value {
        Value::Array(items) => {
            let kept = items.iter().enumerate();
            let kept = kept.filter_map(|(index, item)| Some((item, paths.get(&place(index))?)));
            let kept = kept.map(|(item, paths)| filtered(item, paths));
            kept.collect::<Result<Vec<_>, _>>()?.into()
        }
        Value::Set(items) => {
            let kept = items
                .iter()
                .filter_map(|item| Some((item, paths.get(item)?)));
            let kept = kept.map(|(item, paths)| filtered(item, paths));
            kept.collect::<Result<BTreeSet<_>, _>>()?.into()
        }
        Value::Object(fields) => {
            let kept = fields.iter();
            let kept = kept.filter_map(|(key, value)| Some((key, value, paths.get(key)?)));
            let kept = kept.map(|(key, value, paths)| Ok((key.clone(), filtered(value, paths)?)));
            kept.collect::<Result<BTreeMap<_, _>, Failure>>()?.into()
        }
        other => other.clone(),
    })
}

// What is left of a value; none of it where a path ends there.
fn without(value: &Value, paths: Option<&Paths>) -> Result<Option<Value>, Failure> {
    let paths = match paths {
        None => return Ok(Some(value.clone())),
        Some(Paths::All) => return Ok(None),
        Some(paths) => paths,
    };
    in_time()?;
    Ok(Some(match value {
        Value::Array(items) => {
            let left = items.iter().enumerate();
            let left = left.map(|(index, item)| without(item, paths.get(&place(index))));
            let left = left.filter_map(Result::transpose);
            left.collect::<Result<Vec<_>, _>>()?.into()
        }
        Value::Set(items) => {
            let left = items.iter().map(|item| without(item, paths.get(item)));
            let left = left.filter_map(Result::transpose);
            left.collect::<Result<BTreeSet<_>, _>>()?.into()
        }
        Value::Object(fields) => {
            let mut left = BTreeMap::new();
            for (key, value) in fields.iter() {
                if let Some(value) = without(value, paths.get(key))? {
                    left.insert(key.clone(), value);
                }
            }
            left.into()
        }
        other => other.clone(),
    }))
}

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use serde_json::json;

    #[test]
    fn they_do_as_in_opa() {
        let document = r#"{"a": [1, 2, 3], "s": {1, {2}}, "o": {"x": {"y": 1, "z": 2}}}"#;
        let paths = r#"["a/1", "a/9", "s/1", "/o/x/y", ["s", {2}]]"#;
        for (call, expected) in [
            (
                format!("json.filter({document}, {paths})"),
                json!({"a": [2], "o": {"x": {"y": 1}}, "s": [[2]]}),
            ),
            (
                format!("json.remove({document}, {paths})"),
                json!({"a": [1, 3], "o": {"x": {"z": 2}}, "s": [1]}),
            ),
            (
                r#"json.filter({"a": 1}, ["a/b"])"#.to_owned(),
                json!({"a": 1}),
            ),
            (
                r#"json.remove({"a": 1}, ["a/b"])"#.to_owned(),
                json!({"a": 1}),
            ),
            (r#"json.remove({"a": 1}, ["/a"])"#.to_owned(), json!({})),
            (r#"json.remove({"a": 1}, [""])"#.to_owned(), json!({"a": 1})),
            (
                r#"json.filter({"a": {"b": 1, "c": 2}}, ["a", "a/b"])"#.to_owned(),
                json!({"a": {"b": 1, "c": 2}}),
            ),
            (
                r#"json.remove({"a": {"b": 1}}, ["a/b", "a"])"#.to_owned(),
                json!({}),
            ),
            (
                r#"json.filter({1: 2, "1": 3}, [[1]])"#.to_owned(),
                json!({"1": 2}),
            ),
            (
                r#"json.filter({"a": [1, 2]}, [["a", 0]])"#.to_owned(),
                json!({"a": []}),
            ),
            (
                r#"json.filter({"a/b": 1}, {"a~1b"})"#.to_owned(),
                json!({"a/b": 1}),
            ),
        ] {
            assert_eq!(ask(&call), Ok(Some(expected)), "{call}");
        }
        for call in [
            "json.filter([], [])",
            "json.remove({}, 1)",
            "json.remove({}, [1])",
        ] {
            assert!(ask(call).is_err(), "{call}");
        }
    }
}
