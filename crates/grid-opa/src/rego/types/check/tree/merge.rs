//! Merges the types of several rules.

use crate::rego::types::model::constant::Constant;
use crate::rego::types::model::kind::{Dynamic, Object, Type};
use crate::rego::types::model::order::sorted;
use crate::rego::types::model::parts::of_constant;
use crate::rego::types::model::union::{or, union};

/// The type of an object with an additional value at a path of keys. The value counts as a property with an unknown key.
pub(super) fn insert_below(object: &Object, keys: &[Constant], of: &Type) -> Type {
    let properties = object.properties.clone();
    let Some((key, below)) = keys.split_first() else {
        return Type::object(properties, object.rest.clone());
    };
    let of = below.iter().rev().fold(of.clone(), |of, key| {
        Type::object_of(type_of_key(key), Some(of))
    });
    let (keys, values) = match &object.rest {
        Some(rest) => (rest.key.clone(), rest.value.clone()),
        None => (None, None),
    };
    let rest = Dynamic {
        key: or(keys, type_of_key(key)),
        value: or(values, Some(of)),
    };
    Type::object(properties, Some(rest))
}

fn type_of_key(key: &Constant) -> Option<Type> {
    match key {
        Constant::Var(_) => None,
        Constant::Set(items) => Some(Type::set(union(items.iter().map(type_of_key)))),
        key => Some(of_constant(&key.clone().into_json())),
    }
}

/// The type of a document that several rules contribute to. Records each type that a wider one replaces.
pub(super) fn merge(
    a: Option<Type>,
    b: Option<Type>,
    widened: &mut Vec<(Type, Type)>,
) -> Option<Type> {
    match (a, b) {
        (Some(Type::Object(a)), Some(Type::Object(b)))
            if a.properties.is_empty() && b.properties.is_empty() =>
        {
            match (&a.rest, &b.rest) {
                (None, _) => Some(Type::Object(b)),
                (_, None) => Some(Type::Object(a)),
                (Some(a), Some(b)) => Some(Type::object_of(
                    or(a.key.clone(), b.key.clone()),
                    merge(a.value.clone(), b.value.clone(), widened),
                )),
            }
        }
        (Some(Type::Object(a)), Some(Type::OneOf(b))) => match merge_into(&a, &b.of, widened) {
            Some(merged) => Some(merged),
            None => or(Some(Type::Object(a)), Some(Type::OneOf(b))),
        },
        (Some(Type::Set(a)), Some(Type::Set(b))) => Some(Type::set(or(a.of.clone(), b.of.clone()))),
        (Some(a @ Type::OneOf(_)), Some(b @ Type::Object(_))) => merge(Some(b), Some(a), widened),
        (a, b) => or(a, b),
    }
}

/// Merges an object with unknown keys into the first such object among some alternatives.
fn merge_into(
    object: &Object,
    alternatives: &[Type],
    widened: &mut Vec<(Type, Type)>,
) -> Option<Type> {
    let own = object
        .rest
        .as_ref()
        .filter(|_| object.properties.is_empty())?;
    let all = sorted(alternatives);
    let (from, rest) = all.into_iter().find_map(|of| match of {
        Type::Object(other) if other.properties.is_empty() => Some((of, other.rest.as_ref()?)),
        _ => None,
    })?;
    let value = or(rest.value.clone(), own.value.clone());
    let merged = Type::object_of(or(rest.key.clone(), own.key.clone()), value);
    widened.push((from.clone(), merged.clone()));
    let others = alternatives.iter().filter(|of| !of.is(from)).cloned();
    Some(Type::alternatives(others.chain([merged]).collect()))
}
