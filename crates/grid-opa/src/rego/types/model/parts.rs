//! The types of the parts of values that a reference leads to.

use crate::rego::types::check::work::Work;
use crate::rego::types::model::constant::Constant;
use crate::rego::types::model::kind::{Object, Type};
use crate::rego::types::model::union::{contains, union};
use std::sync::OnceLock;

/// The type of a constant in JSON form.
pub(crate) fn of_constant(value: &Constant) -> Type {
    match value {
        Constant::Var(_) => Type::Any,
        Constant::Null => Type::Null,
        Constant::Bool(_) => Type::Boolean,
        Constant::Number(_) => Type::Number,
        Constant::String(_) => Type::String,
        Constant::Array(items) | Constant::Set(items) => Type::array(
            items.iter().map(|item| Some(of_constant(item))).collect(),
            None,
        ),
        Constant::Object(fields) => {
            let fields = fields.iter();
            let properties = fields.map(|(key, value)| (key.clone(), Some(of_constant(value))));
            Type::object(properties.collect(), None)
        }
    }
}

/// The type at a constant key (OPA's `types.Select`).
pub(crate) fn select(of: &Type, key: &Constant, work: &Work) -> Option<Type> {
    match of {
        Type::Array(array) => match key {
            Constant::Number(text) => array.item(text.parse().ok()?).cloned(),
            _ => None,
        },
        Type::Object(object) => select_property(object, key).cloned(),
        Type::Set(set) => {
            let key = of_constant(key);
            let member = set.of.as_ref().is_some_and(|of| of.is(&key));
            let among = || matches!(set.of, Some(Type::Any | Type::OneOf(_)));
            (member || among() && contains(set.of.as_ref(), &key)).then_some(key)
        }
        Type::Any => Some(Type::Any),
        Type::OneOf(one_of) => {
            work.spend(one_of.of.len());
            union(one_of.of.iter().map(|of| select(of, key, work)))
        }
        _ => None,
    }
}

/// The type of a property of an object.
pub(crate) fn select_property<'o>(object: &'o Object, key: &Constant) -> Option<&'o Type> {
    if let Ok(place) = object
        .properties
        .binary_search_by(|(known, _)| known.cmp(key))
    {
        return object.properties.get(place)?.1.as_ref();
    }
    let rest = object.rest.as_ref()?;
    contains(rest.key.as_ref(), &of_constant(key)).then_some(rest.value.as_ref())?
}

/// The type of the keys of a value; numbers for arrays (OPA's `types.Keys`).
pub(crate) fn keys(of: Option<&Type>, work: &Work) -> Option<Type> {
    match of? {
        Type::Array(_) => Some(Type::Number),
        Type::Object(object) => remembered(&object.members.keys, of, work, || {
            let known = object
                .properties
                .iter()
                .map(|(key, _)| Some(of_constant(key)));
            let rest = object.rest.iter().map(|rest| rest.key.clone());
            union(known.chain(rest))
        }),
        Type::Set(set) => set.of.clone(),
        Type::Any => Some(Type::Any),
        Type::OneOf(one_of) => remembered(&one_of.members.keys, of, work, || {
            union(one_of.of.iter().map(|of| keys(Some(of), work)))
        }),
        _ => None,
    }
}

/// The type of the members of a value (OPA's `types.Values`).
pub(crate) fn values(of: Option<&Type>, work: &Work) -> Option<Type> {
    match of? {
        Type::Array(array) => remembered(&array.members.values, of, work, || {
            union(array.items.iter().cloned().chain([array.rest.clone()]))
        }),
        Type::Object(object) => remembered(&object.members.values, of, work, || {
            let known = object.properties.iter().map(|(_, value)| value.clone());
            let rest = object.rest.iter().map(|rest| rest.value.clone());
            union(known.chain(rest))
        }),
        Type::Set(set) => set.of.clone(),
        Type::Any => Some(Type::Any),
        Type::OneOf(one_of) => remembered(&one_of.members.values, of, work, || {
            union(one_of.of.iter().map(|of| values(Some(of), work)))
        }),
        _ => None,
    }
}

/// A type that is computed once for a type. The cost is the number of its parts.
fn remembered(
    place: &OnceLock<Option<Type>>,
    of: Option<&Type>,
    work: &Work,
    compute: impl FnOnce() -> Option<Type>,
) -> Option<Type> {
    if let Some(known) = place.get() {
        return known.clone();
    }
    if !work.spend(of.map_or(1, Type::breadth)) {
        return None;
    }
    place.get_or_init(compute).clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rego::types::messages::show::text;
    use crate::rego::types::model::kind::Dynamic;
    use crate::rego::types::model::union::or;

    fn shown(of: Option<Type>) -> String {
        text(of.as_ref())
    }

    fn number(text: &str) -> Constant {
        Constant::Number(text.into())
    }

    fn string(text: &str) -> Constant {
        Constant::String(text.into())
    }

    fn point() -> Type {
        let rest = Dynamic {
            key: Some(Type::String),
            value: Some(Type::Any),
        };
        Type::object(vec![(string("x"), Some(Type::Number))], Some(rest))
    }

    #[test]
    fn selecting_follows_constants() {
        let work = Work::default();
        let pair = Type::array(
            vec![Some(Type::Null), Some(Type::String)],
            Some(Type::Number),
        );
        assert_eq!(shown(select(&pair, &number("1"), &work)), "string");
        assert_eq!(shown(select(&pair, &number("7"), &work)), "number");
        assert_eq!(shown(select(&pair, &number("1.0"), &work)), "???");
        assert_eq!(shown(select(&pair, &number("-1"), &work)), "???");
        assert_eq!(shown(select(&point(), &string("x"), &work)), "number");
        assert_eq!(shown(select(&point(), &string("y"), &work)), "any");
        assert_eq!(shown(select(&point(), &number("0"), &work)), "???");
        let names = Type::set(or(Some(Type::String), Some(Type::Null)));
        assert_eq!(shown(select(&names, &string("a"), &work)), "string");
        assert_eq!(shown(select(&names, &number("0"), &work)), "???");
        assert_eq!(shown(select(&Type::String, &number("0"), &work)), "???");
        let either = union([Some(pair), Some(point())]);
        assert_eq!(
            shown(either.and_then(|of| select(&of, &number("0"), &work))),
            "null"
        );
    }

    #[test]
    fn members_have_keys_and_values() {
        let work = Work::default();
        assert_eq!(shown(keys(Some(&point()), &work)), "string");
        assert_eq!(shown(values(Some(&point()), &work)), "any");
        let either = or(
            Some(Type::array_of(Type::Null)),
            Some(Type::set(Some(Type::String))),
        );
        assert_eq!(shown(keys(either.as_ref(), &work)), "any<number, string>");
        assert_eq!(shown(values(either.as_ref(), &work)), "any<null, string>");
        assert_eq!(
            shown(keys(Some(&Type::object(Vec::new(), None)), &work)),
            "???"
        );
        assert_eq!(shown(values(Some(&Type::Boolean), &work)), "???");
    }
}
