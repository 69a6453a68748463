//! Converts decoded YAML to values, as OPA converts it to JSON.

use super::super::Failure;
use crate::rego::syntax::annotations::Yaml;
use crate::rego::value::{Object, Value, number};
use std::collections::BTreeMap;

/// Converts decoded YAML to a value. The decoder limits the nesting depth.
pub(super) fn value_of(yaml: Yaml) -> Result<Value, Failure> {
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(flag) => flag.into(),
        Yaml::Int(number) => number.into(),
        Yaml::Unsigned(number) => number.into(),
        Yaml::Float(float) => float_value(float)?,
        Yaml::Text(text) => text.into(),
        Yaml::Time(_) => return Err(Failure::unsure("a YAML text has a !!timestamp")),
        Yaml::List(items) => {
            let items = items.into_iter().map(value_of);
            items.collect::<Result<Vec<_>, _>>()?.into()
        }
        Yaml::Map(fields) => {
            let fields = fields
                .into_iter()
                .map(|(name, value)| Ok((Value::from(name), value_of(value)?)));
            fields.collect::<Result<Object, Failure>>()?.into()
        }
        Yaml::MixedMap(fields) => named(fields)?,
    })
}

/// The name of a key in JSON.
pub(super) fn name_of(key: &Yaml) -> Option<String> {
    Some(match key {
        Yaml::Bool(flag) => flag.to_string(),
        Yaml::Int(number) => number.to_string(),
        Yaml::Unsigned(number) => number.to_string(),
        Yaml::Text(text) => text.clone(),
        Yaml::Float(float) => short_float(*float),
        Yaml::Null | Yaml::Time(_) | Yaml::List(_) | Yaml::Map(_) | Yaml::MixedMap(_) => {
            return None;
        }
    })
}

// As Go's FormatFloat writes a 32-bit float.
fn short_float(value: f64) -> String {
    #[allow(clippy::cast_possible_truncation)]
    let short = value as f32;
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if short.is_infinite() {
        return if short > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    // The fewest digits that identify a 32-bit float.
    let text = format!("{short:e}");
    number::general_text(&text)
}

fn float_value(float: f64) -> Result<Value, Failure> {
    if !float.is_finite() {
        let name = if float.is_nan() {
            "NaN"
        } else if float > 0.0 {
            "+Inf"
        } else {
            "-Inf"
        };
        return Err(format!("json: unsupported value: {name}").into());
    }
    // OPA reads the digits of its JSON again.
    let text = float.to_string();
    number::parse(&text).map_err(|_| Failure::unsure("a number in a YAML text is too large"))
}

// Converts a mapping to an object.
fn named(fields: Vec<(Yaml, Yaml)>) -> Result<Value, Failure> {
    let mut named: BTreeMap<Value, Value> = BTreeMap::new();
    for (key, value) in fields {
        let Some(name) = name_of(&key) else {
            return Err("unsupported map key of type: %!s(<nil>), key: <nil>".into());
        };
        if named.insert(name.into(), value_of(value)?).is_some() {
            // OPA keeps either of them.
            return Err(Failure::unsure(
                "two keys of a YAML mapping have the same text",
            ));
        }
    }
    Ok(named.into())
}
