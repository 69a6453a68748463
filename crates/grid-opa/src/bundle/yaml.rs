//! Converts YAML data to JSON.
//!
//! OPA reads YAML with Go's yaml.v2, which implements half of YAML 1.1: `no` is false there, but a text in YAML 1.2. If the two versions
//! differ, the data is an error, because policies would decide differently.

use crate::error::Error;
use regex::Regex;
use serde::de::IgnoredAny;
use serde_json::{Map, Number, Value};
use yaml_serde::Value as Yaml;

/// Texts that are booleans only in YAML 1.1.
const BOOLEANS: [&str; 16] = [
    "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "on", "On", "ON", "off", "Off",
    "OFF",
];
/// Numbers as Go reads them, without underscores.
const NUMBER: &str = r"^[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[0-9]+|(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)$";
/// Below this bound, Go writes a float without a fraction as an integer.
const INTEGERS_BELOW: f64 = 9_007_199_254_740_992.0;

/// Converts YAML to JSON. A JSON text is returned unchanged.
pub(super) fn to_json(text: &str) -> Result<String, Error> {
    if serde_json::from_str::<IgnoredAny>(text).is_ok() {
        return Ok(text.to_owned());
    }
    if text.contains("!!") {
        return Err(differs("it has a tag, or two exclamation marks"));
    }
    let yaml: Yaml = yaml_serde::from_str(text)
        .map_err(|error| Error::input(format!("the file is not valid YAML: {error}")))?;
    let number = Regex::new(NUMBER).map_err(|error| differs(&error.to_string()))?;
    Ok(converted(yaml, &number)?.to_string())
}

// yaml_serde limits the depth.
fn converted(yaml: Yaml, number: &Regex) -> Result<Value, Error> {
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(flag) => Value::Bool(flag),
        Yaml::Number(found) => converted_number(&found)?,
        Yaml::String(text) => Value::String(checked(text, number)?),
        Yaml::Sequence(items) => items
            .into_iter()
            .map(|item| converted(item, number))
            .collect::<Result<_, _>>()?,
        Yaml::Mapping(fields) => {
            let mut object = Map::new();
            for (key, value) in fields {
                let Yaml::String(key) = key else {
                    return Err(differs("a key is not a text; put it in quotes"));
                };
                if key == "<<" {
                    return Err(differs("it uses the merge key <<"));
                }
                object.insert(checked(key, number)?, converted(value, number)?);
            }
            Value::Object(object)
        }
        Yaml::Tagged(_) => return Err(differs("it has a tag")),
    })
}

fn converted_number(found: &yaml_serde::Number) -> Result<Value, Error> {
    if let Some(integer) = found.as_i64() {
        return Ok(integer.into());
    }
    if let Some(integer) = found.as_u64() {
        return Ok(integer.into());
    }
    let float = found.as_f64().unwrap_or(f64::NAN);
    if float.fract() == 0.0 && float.abs() < INTEGERS_BELOW {
        return Ok((float as i64).into());
    }
    Number::from_f64(float)
        .map(Value::Number)
        .ok_or_else(|| differs("a number cannot be written in JSON"))
}

// The parser does not say whether a text was quoted. A text that reads the same without quotes is the same in both versions.
fn checked(text: String, number: &Regex) -> Result<String, Error> {
    let other = BOOLEANS.contains(&text.as_str())
        || (number.is_match(&text.replace('_', ""))
            && matches!(yaml_serde::from_str(&text), Ok(Yaml::String(_))));
    if other {
        return Err(differs(&format!(
            "{text:?} is a text in one version of YAML and a number or boolean in the other"
        )));
    }
    Ok(text)
}

fn differs(what: &str) -> Error {
    Error::input(format!(
        "the data in YAML could be read in different ways: {what}; convert it to data.json, as `opa build` does"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unambiguous_yaml_is_read() {
        for (text, expected) in [
            ("", "null"),
            (
                "a: 1\nb: [x, 1.5, true, ~, '']\n",
                r#"{"a":1,"b":["x",1.5,true,null,""]}"#,
            ),
            ("a: &x {b: c}\nd: *x", r#"{"a":{"b":"c"},"d":{"b":"c"}}"#),
            (
                "a: 2024-01-01\nb: 1.2.3\nc: '12'",
                r#"{"a":"2024-01-01","b":"1.2.3","c":"12"}"#,
            ),
            ("a: 1.0\nb: 0x1F\nc: 1e3", r#"{"a":1,"b":31,"c":1000}"#),
            (r#"{"a": 1.0}"#, r#"{"a": 1.0}"#),
        ] {
            assert_eq!(to_json(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn ambiguous_yaml_is_an_error() {
        for text in [
            "a: no",
            "a: 'no'",
            "a: on",
            "y: 1",
            "a: 010",
            "a: 1_000",
            "a: 0b1_1",
            "1: a",
            "true: a",
            "a: .inf",
            "a: .nan",
            "a: !!binary aGk=",
            "a: !x b",
            "b: &b {c: 1}\na: {<<: *b}",
            "a: 1\na: 2",
            "a: 1\n---\nb: 1",
            "a: [",
            "\"a\\",
        ] {
            let error = to_json(text).map_err(|error| error.code());
            assert_eq!(error, Err("GRID_INPUT"), "{text}");
        }
    }

    #[test]
    fn a_bomb_of_aliases_is_refused() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let before = format!("*a{}, ", level - 1).repeat(10);
            text.push_str(&format!("a{level}: &a{level} [{before}]\n"));
        }
        assert!(to_json(&text).is_err());
        assert!(to_json(&format!("a: {}{}", "[".repeat(5000), "]".repeat(5000))).is_err());
    }
}
