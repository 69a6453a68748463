//! OPA's order of terms. Sets and objects are kept in this order, so that walks visit their parts in the same order as OPA.

mod numbers;

use crate::rego::syntax::ast::{
    Comprehension, Every, Expr, ExprKind, Logical, TemplatePart, Term, TermKind, With,
};
use crate::sorting::sort_by;
use std::cmp::Ordering;

pub(crate) use numbers::compare_numbers;

/// Sorts the items of a set and drops duplicates.
pub(crate) fn sort_set(items: &mut Vec<Term>) {
    sort_by(items, compare);
    items.dedup_by(|again, first| compare(again, first).is_eq());
}

/// Sorts the fields of an object by their keys.
pub(crate) fn sort_fields(fields: &mut Vec<(Term, Term)>) {
    sort_by(fields, |(a, _), (b, _)| compare(a, b));
}

/// Sorts the fields of an object by their keys. For duplicate keys, the last value is kept.
pub(crate) fn sort_object(fields: &mut Vec<(Term, Term)>) {
    sort_fields(fields);
    fields.dedup_by(|again, first| {
        let same = compare(&again.0, &first.0).is_eq();
        if same {
            std::mem::swap(&mut again.1, &mut first.1);
        }
        same
    });
}

/// Compares terms by value, regardless of their places.
pub(crate) fn compare(a: &Term, b: &Term) -> Ordering {
    use TermKind::{
        Array, ArrayComprehension, Bool, Call, Null, Number, Object, ObjectComprehension, Ref, Set,
        SetComprehension, String, Template, Var,
    };
    match (&a.kind, &b.kind) {
        (Null, Null) => Ordering::Equal,
        (Bool(a), Bool(b)) => a.cmp(b),
        (Number(a), Number(b)) => compare_numbers(a, b),
        (String(a), String(b)) | (Var(a), Var(b)) => a.cmp(b),
        (Ref(a), Ref(b)) | (Array(a), Array(b)) | (Set(a), Set(b)) | (Call(a), Call(b)) => {
            compare_lists(a, b, compare)
        }
        (Object(a), Object(b)) => compare_lists(a, b, |a, b| {
            compare(&a.0, &b.0).then_with(|| compare(&a.1, &b.1))
        }),
        (ArrayComprehension(a), ArrayComprehension(b))
        | (SetComprehension(a), SetComprehension(b))
        | (ObjectComprehension(a), ObjectComprehension(b)) => compare_comprehensions(a, b),
        (Template(a), Template(b)) => a
            .multi_line
            .cmp(&b.multi_line)
            .then_with(|| a.parts.len().cmp(&b.parts.len()))
            .then_with(|| compare_lists(&a.parts, &b.parts, compare_parts)),
        (a, b) => rank(a).cmp(&rank(b)),
    }
}

const fn rank(kind: &TermKind) -> u8 {
    match kind {
        TermKind::Null => 0,
        TermKind::Bool(_) => 1,
        TermKind::Number(_) => 2,
        TermKind::String(_) => 3,
        TermKind::Template(_) => 4,
        TermKind::Var(_) => 5,
        TermKind::Ref(_) => 6,
        TermKind::Array(_) => 7,
        TermKind::Object(_) => 8,
        TermKind::Set(_) => 9,
        TermKind::ArrayComprehension(_) => 10,
        TermKind::ObjectComprehension(_) => 11,
        TermKind::SetComprehension(_) => 12,
        TermKind::Call(_) => 13,
    }
}

fn compare_lists<T>(a: &[T], b: &[T], by: impl Fn(&T, &T) -> Ordering) -> Ordering {
    let differing = a
        .iter()
        .zip(b)
        .map(|(a, b)| by(a, b))
        .find(|order| order.is_ne());
    differing.unwrap_or_else(|| a.len().cmp(&b.len()))
}

fn compare_comprehensions(a: &Comprehension, b: &Comprehension) -> Ordering {
    compare_options(a.key.as_ref(), b.key.as_ref())
        .then_with(|| compare(&a.term, &b.term))
        .then_with(|| compare_bodies(&a.body, &b.body))
}

fn compare_options(a: Option<&Term>, b: Option<&Term>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => compare(a, b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

fn compare_parts(a: &TemplatePart, b: &TemplatePart) -> Ordering {
    match (a, b) {
        (TemplatePart::Text(a), TemplatePart::Text(b)) => compare(a, b),
        (TemplatePart::Expr(a), TemplatePart::Expr(b)) => compare_exprs(a, b),
        (TemplatePart::Text(_), TemplatePart::Expr(_)) => Ordering::Less,
        (TemplatePart::Expr(_), TemplatePart::Text(_)) => Ordering::Greater,
    }
}

/// Compares bodies, expression by expression.
pub(crate) fn compare_bodies(a: &[Expr], b: &[Expr]) -> Ordering {
    compare_lists(a, b, compare_exprs)
}

/// Compares expressions at the same position of their bodies.
pub(crate) fn compare_exprs(a: &Expr, b: &Expr) -> Ordering {
    expr_rank(&a.kind)
        .cmp(&expr_rank(&b.kind))
        .then_with(|| a.negated.cmp(&b.negated))
        .then_with(|| compare_kinds(&a.kind, &b.kind))
        .then_with(|| compare_lists(&a.with, &b.with, compare_withs))
}

const fn expr_rank(kind: &ExprKind) -> u8 {
    match kind {
        ExprKind::Some(_) => 0,
        ExprKind::Term(_) => 1,
        ExprKind::Call(_) => 2,
        ExprKind::Every(_) => 3,
        ExprKind::Not(_) => 4,
        ExprKind::And(_) => 5,
        ExprKind::Or(_) => 6,
    }
}

fn compare_kinds(a: &ExprKind, b: &ExprKind) -> Ordering {
    match (a, b) {
        (ExprKind::Term(a), ExprKind::Term(b)) => compare(a, b),
        (ExprKind::Call(a), ExprKind::Call(b)) | (ExprKind::Some(a), ExprKind::Some(b)) => {
            compare_lists(a, b, compare)
        }
        (ExprKind::Every(a), ExprKind::Every(b)) => compare_everies(a, b),
        (ExprKind::Not(a), ExprKind::Not(b)) => compare_bodies(&a.body, &b.body),
        (ExprKind::And(a), ExprKind::And(b)) | (ExprKind::Or(a), ExprKind::Or(b)) => {
            compare_logicals(a, b)
        }
        _ => Ordering::Equal,
    }
}

fn compare_everies(a: &Every, b: &Every) -> Ordering {
    compare_options(a.key.as_ref(), b.key.as_ref())
        .then_with(|| compare(&a.value, &b.value))
        .then_with(|| compare(&a.domain, &b.domain))
        .then_with(|| compare_bodies(&a.body, &b.body))
}

fn compare_logicals(a: &Logical, b: &Logical) -> Ordering {
    compare_bodies(&a.lhs, &b.lhs).then_with(|| compare_bodies(&a.rhs, &b.rhs))
}

fn compare_withs(a: &With, b: &With) -> Ordering {
    compare(&a.target, &b.target).then_with(|| compare(&a.value, &b.value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rego::syntax::span::Span;

    fn term(kind: TermKind) -> Term {
        Term::new(kind, Span::default())
    }

    #[test]
    fn sets_and_objects_lose_duplicates() {
        let number = |text: &str| term(TermKind::Number(text.into()));
        let mut items = vec![
            number("2"),
            number("10"),
            number("2.0"),
            term(TermKind::Null),
        ];
        sort_set(&mut items);
        assert_eq!(items, [term(TermKind::Null), number("2"), number("10")]);
        let mut fields = vec![
            (number("3"), number("1")),
            (number("1"), number("2")),
            (number("1"), number("3")),
        ];
        sort_object(&mut fields);
        assert_eq!(
            fields,
            [(number("1"), number("3")), (number("3"), number("1"))]
        );
    }
}
