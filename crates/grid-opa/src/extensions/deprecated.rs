//! Builtins that v0 policies use and OPA deprecates.

use super::{Extension, argument, builtin, items, wrong};
use regorus::Value;
use std::collections::BTreeSet;

pub(super) const ALL: [Extension; 9] = [
    builtin("all", 1, |arguments| {
        Ok(items(arguments, 1)?
            .into_iter()
            .all(|item| *item == Value::Bool(true))
            .into())
    }),
    builtin("any", 1, |arguments| {
        Ok(items(arguments, 1)?
            .into_iter()
            .any(|item| *item == Value::Bool(true))
            .into())
    }),
    builtin("cast_array", 1, |arguments| {
        Ok(items(arguments, 1)?
            .into_iter()
            .cloned()
            .collect::<Vec<_>>()
            .into())
    }),
    builtin("cast_set", 1, |arguments| {
        Ok(items(arguments, 1)?
            .into_iter()
            .cloned()
            .collect::<BTreeSet<_>>()
            .into())
    }),
    builtin("cast_string", 1, |arguments| {
        same(arguments, "a string", |value| {
            matches!(value, Value::String(_))
        })
    }),
    builtin("cast_boolean", 1, |arguments| {
        same(arguments, "a boolean", |value| {
            matches!(value, Value::Bool(_))
        })
    }),
    builtin("cast_null", 1, |arguments| {
        same(arguments, "null", |value| matches!(value, Value::Null))
    }),
    builtin("cast_object", 1, |arguments| {
        same(arguments, "an object", |value| {
            matches!(value, Value::Object(_))
        })
    }),
    builtin("set_diff", 2, |arguments| {
        match (argument(arguments, 1)?, argument(arguments, 2)?) {
            (Value::Set(left), Value::Set(right)) => {
                let left: BTreeSet<Value> = left
                    .iter()
                    .filter(|item| !right.contains(item))
                    .cloned()
                    .collect();
                Ok(left.into())
            }
            (Value::Set(_), other) => Err(wrong(2, "a set", other)),
            (other, _) => Err(wrong(1, "a set", other)),
        }
    }),
];

fn same(arguments: &[Value], wanted: &str, is: fn(&Value) -> bool) -> Result<Value, String> {
    let value = argument(arguments, 1)?;
    if is(value) {
        Ok(value.clone())
    } else {
        Err(wrong(1, wanted, value))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use serde_json::json;

    #[test]
    fn they_do_as_in_opa() {
        for (call, expected) in [
            ("all([true, true])", json!(true)),
            ("all([true, 1])", json!(false)),
            ("all([])", json!(true)),
            ("any([false, true])", json!(true)),
            ("any(set())", json!(false)),
            ("cast_array({2, 1})", json!([1, 2])),
            ("cast_set([1, 1])", json!([1])),
            ("cast_object({\"a\": 1})", json!({ "a": 1 })),
            ("set_diff({1, 2, 3}, {2})", json!([1, 3])),
        ] {
            assert_eq!(ask(call), Ok(Some(expected)), "{call}");
        }
        for call in [
            "all(1)",
            "cast_string(1)",
            "cast_null(false)",
            "set_diff([1], {1})",
        ] {
            assert!(ask(call).is_err(), "{call}");
        }
    }
}
