//! The cases of tests with keys.

use super::TestCase;
use crate::error::Error;
use crate::rego::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The text of a key; a key that is not a string is its JSON text.
pub(super) fn key(key: &Value) -> Result<String, Error> {
    match key {
        Value::String(text) => Ok(text.to_string()),
        other => crate::document::answer::write_text(other),
    }
}

/// The cases of a test with this value and these tried keys. The fields of an object are cases; another value passes if it is `true`.
pub(super) fn collect(
    value: Option<&Value>,
    tried: &BTreeSet<Vec<String>>,
) -> Result<Vec<TestCase>, Error> {
    let mut cases = BTreeMap::new();
    if let Some(value) = value {
        take(value, &mut Vec::new(), &mut cases)?;
    }
    for path in tried {
        // In sorted order, the cases below a path follow it directly.
        let next = cases.range(path.clone()..).next();
        if next.is_none_or(|(other, _)| !other.starts_with(path)) {
            cases.insert(path.clone(), false);
        }
    }
    Ok(cases
        .into_iter()
        .map(|(path, passed)| TestCase { path, passed })
        .collect())
}

fn take(
    value: &Value,
    at: &mut Vec<String>,
    cases: &mut BTreeMap<Vec<String>, bool>,
) -> Result<(), Error> {
    match value {
        Value::Object(fields) if at.is_empty() || !fields.is_empty() => {
            for (name, field) in fields.iter() {
                at.push(key(name)?);
                take(field, at, cases)?;
                at.pop();
            }
        }
        other => {
            let passed = matches!(other, Value::Bool(true) | Value::Object(_));
            cases.insert(at.clone(), passed);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(value: &str, tried: &[&[&str]]) -> Result<String, Error> {
        let value = crate::document::read_exactly(value, "value").ok();
        let tried = tried
            .iter()
            .map(|path| path.iter().map(|key| (*key).to_owned()).collect());
        let cases = collect(value.as_ref(), &tried.collect())?;
        let cases = cases
            .iter()
            .map(|case| format!("{}={}", case.path.join("/"), case.passed));
        Ok(cases.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn cases_come_from_the_value_and_the_tried_keys() -> Result<(), Error> {
        let value = r#"{"a": true, "b": false, "c": "true", "d": {"e": true, "f": {}}, "g": {}}"#;
        let expected = "a=true b=false c=false d/e=true d/f=true g=true";
        assert_eq!(summary(value, &[])?, expected);
        assert_eq!(summary(value, &[&["a"], &["d"], &["d", "e"]])?, expected);
        assert_eq!(
            summary(r#"{"a": true}"#, &[&["a"], &["aa"], &["b", "c"]])?,
            "a=true aa=false b/c=false"
        );
        assert_eq!(summary("{}", &[])?, "");
        Ok(())
    }
}
