//! The union of types.

use crate::rego::types::model::kind::{Function, Param, Type};
use std::sync::Arc;

/// Whether a type contains another, as far as OPA checks: `any` contains all types except functions.
pub(crate) fn contains(a: Option<&Type>, b: &Type) -> bool {
    match a {
        Some(Type::Any) => !matches!(b, Type::Function(_)),
        Some(Type::OneOf(a)) => a.of.binary_search_by_key(&b.hash(), Type::hash).is_ok(),
        a => a.is_some_and(|a| a.is(b)),
    }
}

/// The union of two types (OPA's `types.Or`).
pub(crate) fn or(a: Option<Type>, b: Option<Type>) -> Option<Type> {
    match (a, b) {
        (Some(Type::OneOf(all)), Some(one)) | (Some(one), Some(Type::OneOf(all)))
            if !matches!(one, Type::Any | Type::OneOf(_) | Type::Function(_)) =>
        {
            let Err(place) = all.of.binary_search_by_key(&one.hash(), Type::hash) else {
                return Some(Type::OneOf(all));
            };
            let mut of = all.of.clone();
            of.insert(place, one);
            Some(Type::alternatives(of))
        }
        (a, b) => union([a, b]),
    }
}

/// The union of types, computed from first to last. Unknown types do not count. A function type can only be united with other functions.
/// Its union with another type is unknown, and the computation starts again with the next type.
pub(crate) fn union(parts: impl IntoIterator<Item = Option<Type>>) -> Option<Type> {
    let mut so_far = Union::Nothing;
    for part in parts.into_iter().flatten() {
        so_far = so_far.and(part);
    }
    so_far.finish()
}

enum Union {
    Nothing,
    Function(Arc<Function>),
    Everything,
    /// `open` says whether one of the parts was a union.
    Some {
        of: Vec<Type>,
        open: bool,
    },
}

impl Union {
    fn and(self, part: Type) -> Self {
        match (self, part) {
            (Self::Nothing, Type::Function(part)) => Self::Function(part),
            (Self::Function(so_far), Type::Function(part)) => unite_functions(&so_far, &part)
                .map_or(Self::Nothing, |of| Self::Function(Arc::new(of))),
            (Self::Function(_), _) | (Self::Everything | Self::Some { .. }, Type::Function(_)) => {
                Self::Nothing
            }
            (Self::Everything, _) | (_, Type::Any) => Self::Everything,
            (Self::Nothing, part) => Self::Some {
                of: Vec::new(),
                open: false,
            }
            .and(part),
            (Self::Some { mut of, .. }, Type::OneOf(part)) => {
                of.extend(part.of.iter().cloned());
                Self::Some { of, open: true }
            }
            (Self::Some { mut of, open }, part) => {
                if of.last().is_none_or(|last| !last.is(&part)) {
                    of.push(part);
                }
                Self::Some { of, open }
            }
        }
    }

    fn finish(self) -> Option<Type> {
        match self {
            Self::Nothing => None,
            Self::Function(function) => Some(Type::Function(function)),
            Self::Everything => Some(Type::Any),
            Self::Some { mut of, open } => {
                if of.iter().zip(of.iter().skip(1)).all(|(a, b)| a.is(b)) && !open {
                    return of.pop();
                }
                Some(Type::alternatives(of))
            }
        }
    }
}

/// The union of two function types with the same number of parameters.
fn unite_functions(a: &Function, b: &Function) -> Option<Function> {
    if a.params.len() != b.params.len() || a.variadic.is_some() != b.variadic.is_some() {
        return None;
    }
    let params = a
        .params
        .iter()
        .zip(&b.params)
        .map(|(a, b)| unite_params(Some(a), Some(b)));
    let variadic = a
        .variadic
        .is_some()
        .then(|| unite_params(a.variadic.as_ref(), b.variadic.as_ref()));
    let result = unite_params(a.result.as_ref(), b.result.as_ref());
    Some(Function {
        params: params.collect(),
        variadic,
        result: result.of.is_some().then_some(result),
    })
}

fn unite_params(a: Option<&Param>, b: Option<&Param>) -> Param {
    let of = |param: Option<&Param>| param.and_then(|param| param.of.clone());
    Param::unnamed(or(of(a), of(b)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rego::types::messages::show::text;

    fn shown(parts: Vec<Type>) -> String {
        text(union(parts.into_iter().map(Some)).as_ref())
    }

    #[test]
    fn unions_are_sorted_sets_of_types() {
        assert_eq!(shown(vec![Type::String, Type::String]), "string");
        let arrays = || Type::array_of(Type::Any);
        let parts = vec![
            arrays(),
            Type::String,
            Type::Null,
            arrays(),
            Type::set(None),
        ];
        assert_eq!(shown(parts), "any<null, string, array[any], set>");
        assert_eq!(shown(vec![Type::Null, Type::Any, Type::String]), "any");
        assert_eq!(text(union([None, Some(Type::Null), None]).as_ref()), "null");
    }

    #[test]
    fn unions_of_unions_are_flat() {
        let one = or(Some(Type::Null), Some(Type::String));
        assert_eq!(
            text(or(one.clone(), Some(Type::Number)).as_ref()),
            "any<null, number, string>"
        );
        assert_eq!(text(or(one.clone(), one).as_ref()), "any<null, string>");
        let single = Type::alternatives(vec![Type::String]);
        assert_eq!(shown(vec![single, Type::String]), "any<string>");
    }

    #[test]
    fn functions_unite_with_functions_of_as_many_parameters() {
        let of = |param, result| Type::function(vec![Param::unnamed(Some(param))], Some(result));
        let both = shown(vec![
            of(Type::Null, Type::String),
            of(Type::Number, Type::String),
        ]);
        assert_eq!(both, "(any<null, number>) => string");
        let other = Type::function(Vec::new(), Some(Type::String));
        assert_eq!(
            shown(vec![of(Type::Null, Type::String), other.clone()]),
            "???"
        );
        assert_eq!(shown(vec![Type::Null, other, Type::Boolean]), "boolean");
    }
}
