//! The differences of two types.

use crate::rego::types::messages::elide::{
    LEFT_OUT, MAX_PARTS, any, composite, outline, shortened,
};
use crate::rego::types::model::kind::{Array, Function, Object, OneOf, Type};
use crate::rego::types::model::order::sorted;
use std::cmp::Ordering;

/// The maximum depth of the differences of two types.
const MAX_DEPTH: u8 = 8;

/// The texts of two types, reduced to their differences.
pub(crate) fn differences(a: Option<&Type>, b: Option<&Type>) -> (String, String) {
    differ(a, b, 0)
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
