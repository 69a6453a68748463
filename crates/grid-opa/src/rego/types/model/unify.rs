//! Whether values of two types can be equal.

use crate::rego::types::check::work::Work;
use crate::rego::types::model::kind::{Array, Function, Object, Type};
use crate::rego::types::model::parts::select_property;

/// Whether some value can have both types, as far as OPA checks. An unknown type matches no type.
pub(crate) fn unifies(a: Option<&Type>, b: Option<&Type>, work: &Work) -> bool {
    let (Some(a), Some(b)) = (a, b) else {
        return false;
    };
    if !work.spend(1) {
        return true;
    }
    match (a, b) {
        (a, b) if a.is(b) && !a.is_unknown() && !matches!(a, Type::Function(_)) => true,
        (Type::Any, Type::Function(_)) | (Type::Function(_), Type::Any) => false,
        (Type::Any, _) | (_, Type::Any) => true,
        (Type::OneOf(a), b) if unifies_one(&a.of, b, work) => true,
        (a, Type::OneOf(b)) => unifies_one(&b.of, a, work),
        (Type::Null, Type::Null)
        | (Type::Boolean, Type::Boolean)
        | (Type::Number, Type::Number)
        | (Type::String, Type::String) => true,
        (Type::Array(a), Type::Array(b)) => {
            unifies_items(a, b, work)
                && unifies_items(b, a, work)
                && unifies_rest(a.rest.as_ref(), b.rest.as_ref(), work)
        }
        (Type::Object(a), Type::Object(b)) => {
            unifies_properties(a, b, work)
                && unifies_properties(b, a, work)
                && unifies_rest(a.rest_value(), b.rest_value(), work)
        }
        // The empty set belongs to every set type.
        (Type::Set(a), Type::Set(b)) => unifies_rest(a.of.as_ref(), b.of.as_ref(), work),
        (Type::Function(a), Type::Function(b)) => unifies_params(a, b, work),
        _ => false,
    }
}

fn unifies_one(alternatives: &[Type], other: &Type, work: &Work) -> bool {
    !matches!(other, Type::Function(_))
        && alternatives
            .iter()
            .any(|of| unifies(Some(of), Some(other), work))
}

/// A missing type matches any type.
fn unifies_rest(a: Option<&Type>, b: Option<&Type>, work: &Work) -> bool {
    a.is_none() || b.is_none() || unifies(a, b, work)
}

fn unifies_items(a: &Array, b: &Array, work: &Work) -> bool {
    let mut items = a.items.iter().enumerate();
    items.all(|(place, item)| unifies(item.as_ref(), b.item(place), work))
}

fn unifies_properties(a: &Object, b: &Object, work: &Work) -> bool {
    let is_open = a.rest_value().is_some() || b.rest_value().is_some();
    a.properties
        .iter()
        .all(|(key, value)| match select_property(b, key) {
            Some(other) => unifies(value.as_ref(), Some(other), work),
            None => is_open,
        })
}

fn unifies_params(a: &Function, b: &Function, work: &Work) -> bool {
    let mut params = a.params.iter().zip(&b.params);
    a.params.len() == b.params.len()
        && params.all(|(a, b)| unifies(a.of.as_ref(), b.of.as_ref(), work))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rego::types::model::constant::Constant;
    use crate::rego::types::model::kind::Param;
    use crate::rego::types::model::union::union;

    fn object(properties: &[(&str, Type)]) -> Type {
        let properties = properties.iter();
        let properties =
            properties.map(|(key, of)| (Constant::String((*key).into()), Some(of.clone())));
        Type::object(properties.collect(), None)
    }

    fn array(items: &[Type]) -> Type {
        Type::array(items.iter().cloned().map(Some).collect(), None)
    }

    fn one_of(of: &[Type]) -> Type {
        Type::alternatives(of.to_vec())
    }

    #[test]
    fn types_unify_if_a_value_can_have_both() {
        use Type::{Any, Boolean, Null, Number, String};
        let open = Type::object_of(Some(String), Some(Number));
        for (a, b, expected) in [
            (Null, Null, true),
            (Null, Boolean, false),
            (Any, Number, true),
            (one_of(&[Null, Number]), String, false),
            (one_of(&[Null, Number]), one_of(&[Number, String]), true),
            (array(&[Null]), array(&[Null, Null]), false),
            (array(&[Null, String]), array(&[Any, Any]), true),
            (Type::array_of(String), array(&[String, Null]), false),
            (object(&[("a", Null)]), object(&[("b", Null)]), false),
            (object(&[("a", Null)]), object(&[("a", Any)]), true),
            (object(&[("a", Number)]), open.clone(), true),
            (object(&[("a", Null)]), open, false),
            (Type::set(None), Type::set(Some(Null)), true),
            (Type::set(Some(String)), Type::set(Some(Null)), false),
            (Type::set(Some(String)), Type::array_of(String), false),
        ] {
            let work = Work::default();
            assert_eq!(unifies(Some(&a), Some(&b), &work), expected, "{a:?} {b:?}");
            assert_eq!(unifies(Some(&b), Some(&a), &work), expected, "{b:?} {a:?}");
        }
    }

    #[test]
    fn functions_unify_by_their_parameters() {
        let of = |params: &[Type]| {
            let params = params.iter().cloned().map(|of| Param::unnamed(Some(of)));
            Type::function(params.collect(), Some(Type::Any))
        };
        let work = Work::default();
        let unifies = |a: &Type, b: &Type| unifies(Some(a), Some(b), &work);
        assert!(unifies(&of(&[Type::Any]), &of(&[Type::Null])));
        assert!(!unifies(&of(&[Type::Null]), &of(&[Type::String])));
        assert!(!unifies(&of(&[]), &of(&[Type::Null])));
        assert!(!unifies(&of(&[]), &Type::Any) && !unifies(&Type::Any, &of(&[])));
    }

    #[test]
    fn unknown_types_unify_with_nothing() {
        let work = Work::default();
        let half = Type::array(vec![None], None);
        assert!(!unifies(Some(&half), Some(&half), &work));
        assert!(!unifies(None, Some(&Type::Any), &work));
    }

    #[test]
    fn many_alternatives_cost_their_product() {
        let arrays = |of: Type| union((1..500).map(|count| Some(array(&vec![of.clone(); count]))));
        let (a, b) = (arrays(Type::Null), arrays(Type::String));
        let work = Work::default();
        let all = (0..10_000).all(|_| !unifies(a.as_ref(), b.as_ref(), &work));
        assert!(!all && work.is_spent());
    }
}
