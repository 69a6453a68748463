//! Short texts of types that do not fit a message line: the common parts of two types are left out.

use crate::rego::types::messages::show::{UNKNOWN, short_text};
use crate::rego::types::model::kind::{Function, Param, Type};
use crate::rego::types::model::order::sorted;

/// The text that replaces parts that are left out.
pub(super) const LEFT_OUT: &str = "...";

/// The maximum length of a type that is not shortened, in characters.
const MAX_SHORT: usize = 32;

/// The maximum number of parts of a type or a list in a text.
pub(crate) const MAX_PARTS: usize = 1_000;

/// The outermost kind of a type, unless its full text is short.
pub(crate) fn shortened(of: Option<&Type>) -> String {
    match short_text(of, MAX_SHORT * 4) {
        Ok(text) if text.chars().count() <= MAX_SHORT => text,
        _ => outline(of, 0),
    }
}

/// The same as [`shortened`], with the name of the parameter.
pub(crate) fn shortened_param(param: &Param) -> String {
    match &param.name {
        // As in OPA, the name counts as part of the text.
        Some(name) => match short_text(param.of.as_ref(), MAX_SHORT * 4) {
            Ok(text) if text.chars().count() + name.chars().count() + 2 <= MAX_SHORT => {
                format!("{name}: {text}")
            }
            _ => format!("{name}: {}", outline(param.of.as_ref(), 0)),
        },
        None => shortened(param.of.as_ref()),
    }
}

/// A type with a given number of levels below the outermost one.
pub(super) fn outline(of: Option<&Type>, levels: u8) -> String {
    let inner = |of: Option<&Type>| match levels {
        0 => LEFT_OUT.to_owned(),
        _ => outline(of, levels - 1),
    };
    /// An omitted level of items is a single ellipsis.
    fn list<T>(items: &[T], levels: u8, text: impl Fn(&T) -> String) -> Vec<String> {
        match levels {
            0 if !items.is_empty() => vec![LEFT_OUT.to_owned()],
            _ => {
                let more = (items.len() > MAX_PARTS).then(|| LEFT_OUT.to_owned());
                items.iter().take(MAX_PARTS).map(text).chain(more).collect()
            }
        }
    }
    match of {
        Some(Type::Set(set)) if set.of.is_some() => format!("set[{}]", inner(set.of.as_ref())),
        Some(Type::Array(array)) => {
            let items = list(&array.items, levels, |of| inner(of.as_ref()));
            composite(
                "array",
                &items,
                array.rest.as_ref().map(|rest| inner(Some(rest))),
            )
        }
        Some(Type::Object(object)) => {
            let known = list(&object.properties, levels, |(key, value)| {
                format!("{}: {}", key.plain_text(), inner(value.as_ref()))
            });
            let rest = object.rest.as_ref().map(|rest| match levels {
                0 => LEFT_OUT.to_owned(),
                _ => format!(
                    "{}: {}",
                    inner(rest.key.as_ref()),
                    inner(rest.value.as_ref())
                ),
            });
            composite("object", &known, rest)
        }
        Some(Type::OneOf(one_of)) => any(&list(&sorted(&one_of.of), levels, |of| inner(Some(of)))),
        Some(Type::Function(function)) => outline_function(function, levels),
        of => short_text(of, MAX_SHORT).unwrap_or_else(|cut| cut),
    }
}

fn outline_function(function: &Function, levels: u8) -> String {
    let result = function
        .result
        .as_ref()
        .and_then(|result| result.of.as_ref());
    if levels == 0 {
        let some = !function.params.is_empty() || function.variadic.is_some();
        let result = result.map_or(UNKNOWN, |_| LEFT_OUT);
        return format!("({}) => {result}", if some { LEFT_OUT } else { "" });
    }
    let param = |param: &Param| outline(param.of.as_ref(), levels - 1);
    let params = function.params.iter().map(param);
    let variadic = function.variadic.iter().map(|of| param(of) + "...");
    let params: Vec<_> = params.chain(variadic).collect();
    format!("({}) => {}", params.join(", "), outline(result, levels - 1))
}

pub(super) fn composite(kind: &str, parts: &[String], rest: Option<String>) -> String {
    let parts = if parts.is_empty() {
        String::new()
    } else {
        format!("<{}>", parts.join(", "))
    };
    let rest = rest.map_or_else(String::new, |rest| format!("[{rest}]"));
    format!("{kind}{parts}{rest}")
}

pub(super) fn any(of: &[String]) -> String {
    if of.is_empty() {
        "any".to_owned()
    } else {
        format!("any<{}>", of.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rego::types::model::constant::Constant;

    #[test]
    fn short_types_stay() {
        assert_eq!(shortened(Some(&Type::set(Some(Type::Any)))), "set[any]");
        let name = |key: &str| (Constant::String(key.into()), Some(Type::String));
        let wide = Type::object(["first_name", "last_name"].map(name).into(), None);
        assert_eq!(shortened(None), "???");
        assert_eq!(shortened(Some(&wide)), "object<...>");
        assert_eq!(shortened(Some(&Type::set(Some(wide)))), "set[...]");
    }
}
