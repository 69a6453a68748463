//! The known values of variables at each expression of a body: variables that range over a few constants.

use crate::rego::compile::graph::constant::is_constant;
use crate::rego::compile::safety::outputs::is_global;
use crate::rego::syntax::ast::{Expr, Name, Term, TermKind};
use crate::rego::syntax::order::compare;
use std::collections::HashMap;
use std::rc::Rc;

/// The maximum number of values of a variable, and of references that its values expand to.
const MOST: usize = 64;

/// The values that a term can have.
type Values<'t> = Rc<[&'t Term]>;

/// The variables of a body with known values, and the expressions that bind them first.
#[derive(Default)]
pub(crate) struct Known<'t> {
    values: HashMap<&'t Name, (usize, Values<'t>)>,
}

impl<'t> Known<'t> {
    /// As in OPA, a variable counts only after the source of its values is bound.
    pub(crate) fn of(body: &'t [Expr]) -> Self {
        let mut known = Self::default();
        for (number, expr) in body.iter().enumerate() {
            if let Some((name, values)) = known.binding(expr) {
                known.values.entry(name).or_insert((number, values));
            }
        }
        known
    }

    fn binding(&self, expr: &'t Expr) -> Option<(&'t Name, Values<'t>)> {
        if expr.negated || !expr.with.is_empty() {
            return None;
        }
        let (left, right) = sides(expr)?;
        let of =
            |side: &'t Term, other: &'t Term| Some((side.as_var()?, self.term(other, usize::MAX)?));
        of(left, right).or_else(|| of(right, left))
    }

    /// The values of a term at an expression of the body, given by number.
    fn term(&self, term: &'t Term, at: usize) -> Option<Values<'t>> {
        match &term.kind {
            TermKind::Var(name) => {
                let (bound, values) = self.values.get(name)?;
                (*bound < at).then(|| values.clone())
            }
            TermKind::Ref(reference) => self.reference(reference, at),
            _ => is_constant(term).then(|| [term].into()),
        }
    }

    fn reference(&self, reference: &'t [Term], at: usize) -> Option<Values<'t>> {
        let (head, path) = reference.split_first()?;
        let mut values = self.term(head, at)?;
        for part in path {
            let mut next = Vec::new();
            for value in values.iter() {
                if is_constant(part) {
                    next.extend(member(value, part));
                } else {
                    if count(value)? + next.len() > MOST {
                        return None;
                    }
                    next.extend(members(value));
                }
            }
            if next.len() > MOST {
                return None;
            }
            values = next.into();
        }
        Some(values)
    }

    /// Expands a reference with the known values of its parts. A part with unknown or too many values stays.
    pub(crate) fn expand(&self, reference: &'t [Term], at: usize) -> Vec<Vec<&'t Term>> {
        let mut expanded: Vec<Vec<&Term>> = vec![reference.iter().collect()];
        for (place, part) in reference.iter().enumerate().skip(1) {
            if is_constant(part) {
                continue;
            }
            let Some(values) = self.term(part, at) else {
                continue;
            };
            if values.is_empty() || expanded.len() * values.len() > MOST {
                continue;
            }
            let mut next = Vec::with_capacity(expanded.len() * values.len());
            for prefix in &expanded {
                for value in values.iter() {
                    let mut narrowed = prefix.clone();
                    if let Some(slot) = narrowed.get_mut(place) {
                        *slot = value;
                    }
                    next.push(narrowed);
                }
            }
            expanded = next;
        }
        expanded
    }
}

/// The two sides of an equality.
pub(crate) fn sides(expr: &Expr) -> Option<(&Term, &Term)> {
    match expr.as_call()? {
        (operator, [left, right, ..]) if is_global(operator, "eq") => Some((left, right)),
        _ => None,
    }
}

/// The value of a constant at a key.
fn member<'t>(value: &'t Term, key: &'t Term) -> Option<&'t Term> {
    let same = |other: &&Term| compare(other, key).is_eq();
    match (&value.kind, &key.kind) {
        (TermKind::Array(items), TermKind::Number(number)) => {
            items.get(number.parse::<usize>().ok()?)
        }
        (TermKind::Set(items), _) => items.iter().any(|item| same(&item)).then_some(key),
        (TermKind::Object(fields), _) => fields
            .iter()
            .find(|(key, _)| same(&key))
            .map(|(_, value)| value),
        _ => None,
    }
}

fn count(value: &Term) -> Option<usize> {
    match &value.kind {
        TermKind::Array(items) | TermKind::Set(items) => Some(items.len()),
        TermKind::Object(fields) => Some(fields.len()),
        _ => None,
    }
}

/// The members of a constant.
pub(crate) fn members(value: &Term) -> Vec<&Term> {
    match &value.kind {
        TermKind::Array(items) | TermKind::Set(items) => items.iter().collect(),
        TermKind::Object(fields) => fields.iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    }
}
