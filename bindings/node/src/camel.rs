//! Names of the crates' fields in camelCase, as JavaScript spells them.

use serde_json::{Map, Value};

/// A name in camelCase.
pub(crate) fn camel_name(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |camel, word| {
        let (initial, rest) = word.split_at_checked(1).unwrap_or_default();
        camel + &initial.to_ascii_uppercase() + rest
    })
}

/// A JSON value whose fields have camelCase names.
pub(crate) fn camel_fields(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(camel_fields).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter();
            let fields = fields.map(|(name, value)| (camel_name(&name), camel_fields(value)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_names_of_fields_change() {
        let report = json!({ "a": [{ "opa_code": "rego_type_error" }], "not_covered_lines": 1 });
        assert_eq!(
            camel_fields(report),
            json!({ "a": [{ "opaCode": "rego_type_error" }], "notCoveredLines": 1 })
        );
    }
}
