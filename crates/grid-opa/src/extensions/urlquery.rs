//! The builtins `urlquery.*`.

use super::percent::{Part, escape, unescape, utf8};
use super::{Extension, Failure, argument, builtin, guarded, text, wrong};
use regorus::Value;
use std::collections::BTreeMap;

/// Go's, and so OPA's.
const MOST_PARAMETERS: usize = 10_000;

pub(super) const ALL: [Extension; 4] = [
    builtin("urlquery.encode", 1, |arguments| {
        Ok(escape(text(arguments, 1)?.as_bytes(), Part::Query).into())
    }),
    guarded("urlquery.decode", 1, |arguments| {
        Ok(decode(text(arguments, 1)?)?.into())
    }),
    // A key is repeated for each of its values.
    builtin("urlquery.encode_object", 1, |arguments| {
        let Value::Object(object) = argument(arguments, 1)? else {
            return Err(wrong(1, "an object", argument(arguments, 1)?));
        };
        let mut pairs = BTreeMap::new();
        for (key, value) in object.iter() {
            let Value::String(key) = key else {
                return Err("the keys must be strings".to_owned());
            };
            pairs.insert(&**key, texts(value)?);
        }
        let pairs = pairs.into_iter().flat_map(|(key, values)| {
            let key = escape(key.as_bytes(), Part::Query);
            let pair =
                move |value: &str| format!("{key}={}", escape(value.as_bytes(), Part::Query));
            values.into_iter().map(pair)
        });
        Ok(pairs.collect::<Vec<_>>().join("&").into())
    }),
    guarded("urlquery.decode_object", 1, |arguments| {
        let query = text(arguments, 1)?;
        if query.matches('&').count() >= MOST_PARAMETERS {
            return Err(format!("there are more than {MOST_PARAMETERS} parameters").into());
        }
        let mut object: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            if pair.contains(';') {
                return Err("invalid semicolon separator in query".into());
            }
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = Value::from(decode(value)?);
            object.entry(decode(key)?).or_default().push(value);
        }
        let object = object
            .into_iter()
            .map(|(key, values)| (key.into(), values.into()));
        Ok(object.collect::<BTreeMap<Value, Value>>().into())
    }),
];

fn decode(text: &str) -> Result<String, Failure> {
    utf8(unescape(text, Part::Query)?)
}

fn texts(value: &Value) -> Result<Vec<&str>, String> {
    let texts: Option<Vec<&str>> = match value {
        Value::Array(items) => items.iter().map(one).collect(),
        Value::Set(items) => items.iter().map(one).collect(),
        other => one(other).map(|text| vec![text]),
    };
    let mut texts = texts.ok_or("the values must be strings, or arrays or sets of strings")?;
    if matches!(value, Value::Set(_)) {
        texts.sort_unstable();
    }
    Ok(texts)
}

fn one(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use serde_json::json;

    #[test]
    fn they_do_as_in_opa() {
        for (call, expected) in [
            (
                "urlquery.encode(\"a=b+1 ö~*\")",
                json!("a%3Db%2B1+%C3%B6~%2A"),
            ),
            ("urlquery.encode(\"\")", json!("")),
            ("urlquery.decode(\"a%3Db%2B1+%c3%b6\")", json!("a=b+1 ö")),
            ("urlquery.encode_object({})", json!("")),
            (
                "urlquery.encode_object({\"c\": {\"y\", \"x\"}, \"a \": [\"b+1\", \"\"], \"b\": []})",
                json!("a+=b%2B1&a+=&c=x&c=y"),
            ),
            (
                "urlquery.decode_object(\"a=1&b&&a=2&=c&d=e=f\")",
                json!({ "": ["c"], "a": ["1", "2"], "b": [""], "d": ["e=f"] }),
            ),
            ("urlquery.decode_object(\"\")", json!({})),
        ] {
            assert_eq!(ask(call), Ok(Some(expected)), "{call}");
        }
        for call in [
            "urlquery.encode(1)",
            "urlquery.decode(\"%\")",
            "urlquery.decode(\"%é\")",
            "urlquery.decode(\"%ff\")",
            "urlquery.encode_object([])",
            "urlquery.encode_object({\"a\": 1})",
            "urlquery.encode_object({\"a\": [1]})",
            "urlquery.encode_object({1: \"a\"})",
            "urlquery.decode_object(\"a=1;b=2\")",
            "urlquery.decode_object(\"a=%f\")",
            "urlquery.decode_object(concat(\"&\", [\"\" | some x in numbers.range(0, 10000)]))",
        ] {
            assert!(ask(call).is_err(), "{call}");
        }
    }
}
