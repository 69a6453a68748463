//! Declarations in the JSON form of OPA's capabilities.

use crate::rego::types::declare::{Declaration, rows};
use crate::rego::types::model::constant::Constant;
use crate::rego::types::model::kind::{Function, Param, Type};
use crate::rego::types::model::order::sorted;
use serde_json::{Map, Value, json};

/// The declarations of OPA's builtins, sorted by name.
pub(crate) fn declarations() -> impl Iterator<Item = &'static Declaration> {
    rows().iter().filter_map(|row| row.declaration())
}

/// The declaration of a function.
pub(crate) fn of_function(function: &Function) -> Value {
    let mut fields = Map::new();
    fields.insert("type".to_owned(), "function".into());
    if !function.params.is_empty() {
        let params = function.params.iter().map(of_param).collect();
        fields.insert("args".to_owned(), params);
    }
    if let Some(result) = &function.result {
        fields.insert("result".to_owned(), of_param(result));
    }
    if let Some(variadic) = &function.variadic {
        fields.insert("variadic".to_owned(), of_param(variadic));
    }
    Value::Object(fields)
}

fn of_param(param: &Param) -> Value {
    of_optional(param.of.as_ref())
}

fn of_optional(of: Option<&Type>) -> Value {
    of.map_or_else(|| json!({ "type": "any" }), of_type)
}

fn of_type(of: &Type) -> Value {
    let simple = |name: &str| json!({ "type": name });
    match of {
        Type::Null => simple("null"),
        Type::Boolean => simple("boolean"),
        Type::Number => simple("number"),
        Type::String => simple("string"),
        Type::Any => simple("any"),
        Type::Array(array) => {
            let mut fields = json!({ "type": "array" });
            if !array.items.is_empty() {
                let items = array.items.iter().map(|item| of_optional(item.as_ref()));
                fields["static"] = items.collect();
            }
            if let Some(rest) = &array.rest {
                fields["dynamic"] = of_type(rest);
            }
            fields
        }
        Type::Object(object) => {
            let mut fields = json!({ "type": "object" });
            if !object.properties.is_empty() {
                let known = object.properties.iter().map(|(key, value)| {
                    json!({ "key": of_constant(key), "value": of_optional(value.as_ref()) })
                });
                fields["static"] = known.collect();
            }
            if let Some(rest) = &object.rest {
                fields["dynamic"] = json!({
                    "key": of_optional(rest.key.as_ref()),
                    "value": of_optional(rest.value.as_ref()),
                });
            }
            fields
        }
        Type::Set(set) => json!({ "type": "set", "of": of_optional(set.of.as_ref()) }),
        Type::OneOf(one_of) => {
            let alternatives: Value = sorted(&one_of.of).into_iter().map(of_type).collect();
            json!({ "type": "any", "of": alternatives })
        }
        Type::Function(function) => of_function(function),
    }
}

// Declarations have no other keys than texts.
fn of_constant(key: &Constant) -> Value {
    match key {
        Constant::String(text) | Constant::Number(text) | Constant::Var(text) => (**text).into(),
        Constant::Bool(value) => (*value).into(),
        _ => Value::Null,
    }
}
