//! Decodes the special forms of bindings/cases/README.md, for values that YAML cannot express.

use serde_json::Value;

/// Replaces the special forms in a value of a case.
pub(crate) fn decode(value: &Value) -> Result<Value, String> {
    match value {
        Value::Array(items) => items.iter().map(decode).collect(),
        Value::Object(fields) => match form(value) {
            Some(("$repeat", Value::Array(arguments))) => match arguments.as_slice() {
                [Value::String(text), Value::Number(count)] => {
                    let count = count
                        .as_u64()
                        .ok_or("$repeat: the count is not a natural number")?;
                    Ok(Value::String(text.repeat(
                        usize::try_from(count).map_err(|error| error.to_string())?,
                    )))
                }
                _ => Err(format!("$repeat takes [TEXT, N], not {value}")),
            },
            // In other languages these bytes are passed as text; in Rust a text is always UTF-8.
            Some(("$base64", Value::String(text))) => {
                let bytes = base64(text).ok_or_else(|| format!("not base64: {text}"))?;
                String::from_utf8(bytes)
                    .map(Value::String)
                    .map_err(|error| format!("$base64: {error}"))
            }
            Some(("$number", _)) => Err(format!(
                "{value} is not a JSON value; use it only as an option"
            )),
            Some((name, _)) => Err(format!("unknown form {name}")),
            None => fields
                .iter()
                .map(|(key, value)| Ok((key.clone(), decode(value)?)))
                .collect::<Result<_, String>>()
                .map(Value::Object),
        },
        _ => Ok(value.clone()),
    }
}

/// The bytes of a value of a case.
#[cfg(feature = "bundle")]
pub(crate) fn bytes(value: &Value) -> Option<Vec<u8>> {
    match form(value)? {
        ("$base64", Value::String(text)) => base64(text),
        _ => None,
    }
}

/// The number of an option, from a number or a name.
pub(crate) fn number(value: &Value) -> Result<f64, String> {
    match form(value) {
        Some(("$number", Value::String(name))) => match name.as_str() {
            "NaN" => Ok(f64::NAN),
            "Infinity" => Ok(f64::INFINITY),
            "-Infinity" => Ok(f64::NEG_INFINITY),
            _ => Err(format!("$number: unknown name {name}")),
        },
        _ => value
            .as_f64()
            .ok_or_else(|| format!("{value} is not a number")),
    }
}

fn form(value: &Value) -> Option<(&str, &Value)> {
    let fields = value.as_object()?;
    let (name, argument) = fields.iter().next()?;
    (fields.len() == 1 && name.starts_with('$')).then_some((name.as_str(), argument))
}

fn base64(text: &str) -> Option<Vec<u8>> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text
        .trim_end_matches('=')
        .bytes()
        .map(|byte| DIGITS.iter().position(|digit| *digit == byte));
    let (mut bits, mut count, mut bytes) = (0usize, 0, Vec::new());
    for digit in digits {
        bits = (bits << 6) | digit?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[test]
fn forms_are_decoded_anywhere_and_unknown_ones_refused() {
    let value = serde_json::json!([{ "a": { "$repeat": ["ab", 3] } }, { "$base64": "5pel" }, { "$b": 1, "c": 2 }]);
    assert_eq!(
        decode(&value),
        Ok(serde_json::json!([{ "a": "ababab" }, "日", { "$b": 1, "c": 2 }]))
    );
    for bad in [
        serde_json::json!({ "$what": 1 }),
        serde_json::json!({ "$number": "NaN" }),
        serde_json::json!([{ "$repeat": 3 }]),
    ] {
        assert!(decode(&bad).is_err(), "{bad}");
    }
    assert!(number(&serde_json::json!({ "$number": "NaN" })).is_ok_and(f64::is_nan));
}
