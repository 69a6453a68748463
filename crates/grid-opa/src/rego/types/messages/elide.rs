//! Short texts of types that do not fit a message line: the common parts of two types are left out.

use crate::rego::types::messages::show::{UNKNOWN, short_text};
use crate::rego::types::model::kind::{Array, Function, Object, OneOf, Param, Type};
use crate::rego::types::model::order::sorted;
use std::cmp::Ordering;

/// The text that replaces parts that are left out.
const LEFT_OUT: &str = "...";

/// The maximum length of a type that is not shortened, in characters.
const MAX_SHORT: usize = 32;

/// The maximum number of parts of a type or a list in a text.
pub(crate) const MAX_PARTS: usize = 1_000;

/// The maximum depth of the differences of two types.
const MAX_DEPTH: u8 = 8;

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

/// The texts of two types, reduced to their differences.
pub(crate) fn differences(a: Option<&Type>, b: Option<&Type>) -> (String, String) {
    differ(a, b, 0)
}

/// A type with a given number of levels below the outermost one.
fn outline(of: Option<&Type>, levels: u8) -> String {
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

fn differ(a: Option<&Type>, b: Option<&Type>, depth: u8) -> (String, String) {
    match (a, b) {
        (Some(left), Some(right)) if depth < MAX_DEPTH && !left.is(right) => {
            differ_known(left, right, depth)
        }
        _ => (shortened(a), shortened(b)),
    }
}

fn differ_known(a: &Type, b: &Type, depth: u8) -> (String, String) {
    match (a, b) {
        (Type::Set(a), Type::Set(b)) if a.of.is_some() && b.of.is_some() => {
            let (a, b) = differ(a.of.as_ref(), b.of.as_ref(), depth + 1);
            (format!("set[{a}]"), format!("set[{b}]"))
        }
        (Type::Array(left), Type::Array(right)) => {
            let alike = left.items.len() == right.items.len()
                && left.rest.is_some() == right.rest.is_some();
            if !alike {
                return (outline(Some(a), 1), outline(Some(b), 1));
            }
            differ_arrays(left, right, depth)
        }
        (Type::Object(a), Type::Object(b)) => differ_objects(a, b, depth),
        (Type::OneOf(a), Type::OneOf(b)) => differ_unions(a, b),
        (Type::Any, Type::OneOf(b)) => {
            let members = sorted(&b.of).into_iter().map(|of| shortened(Some(of)));
            (any(&[]), any(&members.collect::<Vec<_>>()))
        }
        (Type::OneOf(_), Type::Any) => {
            let (a, b) = differ_known(b, a, depth);
            (b, a)
        }
        (Type::Function(a), Type::Function(b)) if a.params.len() == b.params.len() => {
            differ_functions(a, b, depth)
        }
        (a, b) => (shortened(Some(a)), shortened(Some(b))),
    }
}

fn differ_arrays(a: &Array, b: &Array, depth: u8) -> (String, String) {
    let items = a.items.iter().zip(&b.items).take(MAX_PARTS);
    let more = (a.items.len() > MAX_PARTS).then(|| (LEFT_OUT.to_owned(), LEFT_OUT.to_owned()));
    let (left, right): (Vec<_>, Vec<_>) = items
        .map(|(a, b)| differ(a.as_ref(), b.as_ref(), depth + 1))
        .chain(more)
        .unzip();
    let rest = a
        .rest
        .as_ref()
        .map(|rest| differ(Some(rest), b.rest.as_ref(), depth + 1));
    let (left_rest, right_rest) = rest.unzip();
    (
        composite("array", &left, left_rest),
        composite("array", &right, right_rest),
    )
}

fn differ_objects(a: &Object, b: &Object, depth: u8) -> (String, String) {
    let (mut left, mut right, mut alike) = (Vec::new(), Vec::new(), false);
    let (mut xs, mut ys) = (
        a.properties.iter().peekable(),
        b.properties.iter().peekable(),
    );
    loop {
        let order = match (xs.peek(), ys.peek()) {
            (Some((x, _)), Some((y, _))) => x.cmp(y),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => break,
        };
        if left.len() + right.len() > MAX_PARTS {
            alike = true;
            break;
        }
        let x = if order.is_le() { xs.next() } else { None };
        let y = if order.is_ge() { ys.next() } else { None };
        let texts = match (x, y) {
            (Some((_, x)), Some((_, y))) if is_same(x.as_ref(), y.as_ref()) => {
                alike = true;
                continue;
            }
            (Some((_, x)), Some((_, y))) => differ(x.as_ref(), y.as_ref(), depth + 1),
            (x, y) => {
                let short =
                    |of: Option<&(_, Option<Type>)>| shortened(of.and_then(|of| of.1.as_ref()));
                (short(x), short(y))
            }
        };
        if let Some((key, _)) = x {
            left.push(format!("{}: {}", key.plain_text(), texts.0));
        }
        if let Some((key, _)) = y {
            right.push(format!("{}: {}", key.plain_text(), texts.1));
        }
    }
    let (left_rest, right_rest) = differ_rests(a, b, depth);
    if alike {
        left.push(LEFT_OUT.to_owned());
        right.push(LEFT_OUT.to_owned());
    }
    (
        composite("object", &left, left_rest),
        composite("object", &right, right_rest),
    )
}

fn differ_rests(a: &Object, b: &Object, depth: u8) -> (Option<String>, Option<String>) {
    if let (Some(a), Some(b)) = (&a.rest, &b.rest) {
        let keys = differ(a.key.as_ref(), b.key.as_ref(), depth + 1);
        let values = differ(a.value.as_ref(), b.value.as_ref(), depth + 1);
        let text = |key, value| Some(format!("{key}: {value}"));
        return (text(keys.0, values.0), text(keys.1, values.1));
    }
    let text = |of: &Object| {
        let rest = of.rest.as_ref()?;
        Some(format!(
            "{}: {}",
            shortened(rest.key.as_ref()),
            shortened(rest.value.as_ref())
        ))
    };
    (text(a), text(b))
}

fn differ_unions(a: &OneOf, b: &OneOf) -> (String, String) {
    let among =
        |all: &OneOf, of: &Type| all.of.binary_search_by_key(&of.hash(), Type::hash).is_ok();
    let own = |a: &OneOf, b: &OneOf| {
        let own = sorted(&a.of).into_iter().filter(|of| !among(b, of));
        own.map(|of| shortened(Some(of))).collect::<Vec<_>>()
    };
    let (mut left, mut right) = (own(a, b), own(b, a));
    if left.len() < a.of.len() {
        left.push(LEFT_OUT.to_owned());
        right.push(LEFT_OUT.to_owned());
    }
    (any(&left), any(&right))
}

fn differ_functions(a: &Function, b: &Function, depth: u8) -> (String, String) {
    let params = a.params.iter().zip(&b.params);
    let (mut left, mut right): (Vec<_>, Vec<_>) = params
        .map(|(a, b)| differ(a.of.as_ref(), b.of.as_ref(), depth + 1))
        .unzip();
    if let (Some(a), Some(b)) = (&a.variadic, &b.variadic) {
        let (a, b) = differ(a.of.as_ref(), b.of.as_ref(), depth + 1);
        left.push(a + "...");
        right.push(b + "...");
    } else {
        left.extend(
            a.variadic
                .iter()
                .map(|of| shortened(of.of.as_ref()) + "..."),
        );
        right.extend(
            b.variadic
                .iter()
                .map(|of| shortened(of.of.as_ref()) + "..."),
        );
    }
    let result = |of: &Function| of.result.as_ref().and_then(|result| result.of.clone());
    let results = differ(result(a).as_ref(), result(b).as_ref(), depth + 1);
    let text = |params: Vec<String>, result| format!("({}) => {result}", params.join(", "));
    (text(left, results.0), text(right, results.1))
}

fn is_same(a: Option<&Type>, b: Option<&Type>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.is(b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

fn composite(kind: &str, parts: &[String], rest: Option<String>) -> String {
    let parts = if parts.is_empty() {
        String::new()
    } else {
        format!("<{}>", parts.join(", "))
    };
    let rest = rest.map_or_else(String::new, |rest| format!("[{rest}]"));
    format!("{kind}{parts}{rest}")
}

fn any(of: &[String]) -> String {
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

    fn object(properties: &[(&str, Type)]) -> Type {
        let properties = properties.iter();
        let properties =
            properties.map(|(key, of)| (Constant::String((*key).into()), Some(of.clone())));
        Type::object(properties.collect(), None)
    }

    fn wide() -> Type {
        object(&[("first_name", Type::String), ("last_name", Type::String)])
    }

    #[test]
    fn short_types_stay() {
        assert_eq!(shortened(Some(&Type::set(Some(Type::Any)))), "set[any]");
        assert_eq!(shortened(None), "???");
        assert_eq!(shortened(Some(&wide())), "object<...>");
        assert_eq!(shortened(Some(&Type::set(Some(wide())))), "set[...]");
    }

    #[test]
    fn equal_parts_are_left_out() {
        let a = object(&[("a", wide()), ("b", Type::Null), ("c", Type::String)]);
        let b = object(&[("a", wide()), ("b", Type::Number), ("d", Type::String)]);
        let (left, right) = differences(Some(&a), Some(&b));
        assert_eq!(left, "object<b: null, c: string, ...>");
        assert_eq!(right, "object<b: number, d: string, ...>");
    }

    #[test]
    fn unions_show_their_own_members() {
        let of = |of: &[Type]| Type::alternatives(of.to_vec());
        let a = of(&[Type::Null, Type::Number, Type::array_of(wide())]);
        let b = of(&[Type::Null, Type::String]);
        let (left, right) = differences(Some(&a), Some(&b));
        assert_eq!(left, "any<number, array[...], ...>");
        assert_eq!(right, "any<string, ...>");
    }

    #[test]
    fn arrays_of_other_lengths_show_one_level() {
        let a = Type::array(vec![Some(wide()), Some(Type::Null)], None);
        let b = Type::array_of(wide());
        let (left, right) = differences(Some(&a), Some(&b));
        assert_eq!(left, "array<object<...>, null>");
        assert_eq!(right, "array[object<...>]");
    }
}
