//! Whether the arguments of two fields are the same.

use super::super::syntax::document::Argument;
use super::super::syntax::literal::{Child, Kind, Literal};

pub(super) fn same_arguments(one: &[Argument], other: &[Argument]) -> bool {
    one.len() == other.len()
        && one.iter().all(|first| {
            let mut others = other.iter();
            others
                .any(|second| first.name == second.name && same_value(&first.value, &second.value))
        })
}

// The order of the fields of an object does not matter.
fn same_value(one: &Literal, other: &Literal) -> bool {
    if one.kind != other.kind || one.raw != other.raw || one.children.len() != other.children.len()
    {
        return false;
    }
    let sorted = |value: &'_ Literal| {
        let mut order: Vec<usize> = (0..value.children.len()).collect();
        if value.kind == Kind::Object {
            order.sort_by_key(|index| value.children.get(*index).map(|child| child.name.clone()));
        }
        order
    };
    let same =
        |one: &Child, other: &Child| one.name == other.name && same_value(&one.value, &other.value);
    let mut pairs = sorted(one).into_iter().zip(sorted(other));
    pairs.all(|(first, second)| {
        let children = one.children.get(first).zip(other.children.get(second));
        children.is_some_and(|(one, other)| same(one, other))
    })
}
