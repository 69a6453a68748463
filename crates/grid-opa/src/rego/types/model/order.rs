//! OPA's order of types, which texts use for the alternatives of unions.

use crate::rego::types::model::kind::{Dynamic, Function, Param, Type};
use crate::sorting::sort_by;
use std::cmp::Ordering;

/// Compares types; an unknown type comes first.
pub(crate) fn compare(a: Option<&Type>, b: Option<&Type>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => compare_known(a, b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

fn compare_known(a: &Type, b: &Type) -> Ordering {
    match (a, b) {
        (a, b) if a.is(b) => Ordering::Equal,
        (Type::Array(a), Type::Array(b)) => {
            compare(a.rest.as_ref(), b.rest.as_ref()).then_with(|| {
                compare_lists(&a.items, &b.items, |a, b| compare(a.as_ref(), b.as_ref()))
            })
        }
        (Type::Object(a), Type::Object(b)) => compare_dynamics(a.rest.as_ref(), b.rest.as_ref())
            .then_with(|| {
                compare_lists(&a.properties, &b.properties, |a, b| {
                    a.0.cmp(&b.0)
                        .then_with(|| compare(a.1.as_ref(), b.1.as_ref()))
                })
            }),
        (Type::Set(a), Type::Set(b)) => compare(a.of.as_ref(), b.of.as_ref()),
        (Type::OneOf(a), Type::OneOf(b)) => {
            compare_lists(&sorted(&a.of), &sorted(&b.of), |a, b| compare_known(a, b))
        }
        (Type::Any, Type::OneOf(_)) => Ordering::Less,
        (Type::OneOf(_), Type::Any) => Ordering::Greater,
        (Type::Function(a), Type::Function(b)) => compare_functions(a, b),
        (a, b) => rank(a).cmp(&rank(b)),
    }
}

const fn rank(of: &Type) -> u8 {
    match of {
        Type::Null => 0,
        Type::Boolean => 1,
        Type::Number => 2,
        Type::String => 3,
        Type::Array(_) => 4,
        Type::Object(_) => 5,
        Type::Set(_) => 6,
        Type::Any | Type::OneOf(_) => 7,
        Type::Function(_) => 8,
    }
}

fn compare_lists<T>(a: &[T], b: &[T], by: impl Fn(&T, &T) -> Ordering) -> Ordering {
    let mut orders = a.iter().zip(b).map(|(a, b)| by(a, b));
    orders
        .find(|order| order.is_ne())
        .unwrap_or_else(|| a.len().cmp(&b.len()))
}

fn compare_dynamics(a: Option<&Dynamic>, b: Option<&Dynamic>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => compare(a.key.as_ref(), b.key.as_ref())
            .then_with(|| compare(a.value.as_ref(), b.value.as_ref())),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

fn compare_functions(a: &Function, b: &Function) -> Ordering {
    let of = |param: &Option<Param>| param.as_ref().and_then(|param| param.of.clone());
    a.params
        .len()
        .cmp(&b.params.len())
        .then_with(|| {
            compare_lists(&a.params, &b.params, |a, b| {
                compare(a.of.as_ref(), b.of.as_ref())
            })
        })
        .then_with(|| compare(of(&a.result).as_ref(), of(&b.result).as_ref()))
        .then_with(|| compare(of(&a.variadic).as_ref(), of(&b.variadic).as_ref()))
}

/// Types in OPA's order.
pub(crate) fn sorted(of: &[Type]) -> Vec<&Type> {
    let mut of: Vec<_> = of.iter().collect();
    sort_by(&mut of, |a, b| compare_known(a, b));
    of
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rego::types::model::union::or;

    #[test]
    fn kinds_have_an_order() {
        let any = or(Some(Type::Null), Some(Type::Boolean));
        let types = [
            None,
            Some(Type::Null),
            Some(Type::Boolean),
            Some(Type::Number),
            Some(Type::String),
            Some(Type::array(Vec::new(), None)),
            Some(Type::array(vec![Some(Type::Null)], None)),
            Some(Type::array_of(Type::Null)),
            Some(Type::object(Vec::new(), None)),
            Some(Type::object_of(Some(Type::String), Some(Type::Any))),
            Some(Type::set(None)),
            Some(Type::set(Some(Type::Null))),
            Some(Type::Any),
            any,
        ];
        for (place, a) in types.iter().enumerate() {
            for (other, b) in types.iter().enumerate() {
                assert_eq!(
                    compare(a.as_ref(), b.as_ref()),
                    place.cmp(&other),
                    "{a:?} {b:?}"
                );
            }
        }
    }
}
