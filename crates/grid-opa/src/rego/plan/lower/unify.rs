//! Lowers equality in both directions: unbound variables are bound, and other terms are compared.

use super::{Lower, Steps, unsupported};
use crate::rego::plan::ir::{Pattern, StepKind, Term};
use crate::rego::syntax::ast::{Name, Term as Syntax, TermKind};
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::span::Span;
use crate::rego::syntax::vars::{self, Skip};
use crate::rego::value::{Value, number};
use std::collections::BTreeMap;

impl Lower<'_, '_> {
    /// Whether all variables that a term needs are bound.
    pub(super) fn is_bound(&self, term: &Syntax) -> bool {
        let skip = Skip {
            ref_call_head: true,
            closures: true,
            ..Skip::default()
        };
        let known =
            |name: &Name| matches!(&**name, "input" | "data") || self.scope.find(name).is_some();
        vars::of_term(term, skip).iter().all(known)
    }

    /// The name of an unbound variable.
    pub(super) fn unbound<'t>(&self, term: &'t Syntax) -> Option<&'t Name> {
        let name = term.as_var()?;
        let known = matches!(&**name, "input" | "data") || self.scope.find(name).is_some();
        (!known).then_some(name)
    }

    /// Adds steps that succeed if both terms are equal.
    pub(super) fn unify(
        &mut self,
        left: &Syntax,
        right: &Syntax,
        steps: &mut Steps,
    ) -> Result<(), Fault> {
        let mut pairs = Vec::new();
        if !split(left, right, &mut pairs) {
            self.step(steps, StepKind::Holds(Term::Constant(Value::Bool(false))));
            return Ok(());
        }
        // A pair that needs a variable of another pair waits for it.
        while !pairs.is_empty() {
            let next = pairs
                .iter()
                .position(|(left, right)| self.can_unify(left, right));
            let Some(next) = next else {
                return Err(unsupported(
                    "variables that get their values from each other",
                    left.span,
                ));
            };
            let (left, right) = pairs.remove(next);
            self.pair(left, right, steps)?;
        }
        Ok(())
    }

    fn can_unify(&self, left: &Syntax, right: &Syntax) -> bool {
        self.has_value(left) || self.has_value(right)
    }

    // Whether a term has a value here; the variables in the brackets of a reference are bound by its lowering.
    fn has_value(&self, term: &Syntax) -> bool {
        match &term.kind {
            TermKind::Ref(terms) => terms.first().is_none_or(|head| self.is_bound(head)),
            _ => self.is_bound(term),
        }
    }

    fn pair(&mut self, left: &Syntax, right: &Syntax, steps: &mut Steps) -> Result<(), Fault> {
        let (pattern, value) = match (self.has_value(left), self.has_value(right)) {
            (true, true) => return self.equal(left, right, steps),
            (false, _) => (left, right),
            (true, false) => (right, left),
        };
        if let Some(name) = self.unbound(pattern) {
            let term = self.term(value, steps)?;
            // Lowering the value may have bound the variable, as in `x = a[x]`.
            if let Some(slot) = self.scope.find(name) {
                self.step(steps, StepKind::Equal(Term::Slot(slot), term));
            } else if pattern.is_wildcard() {
                self.step(steps, StepKind::Match(Pattern::Any, term));
            } else {
                let slot = self.scope.bind(name);
                self.step(steps, StepKind::Let(slot, term));
            }
            return Ok(());
        }
        let term = self.term(value, steps)?;
        let pattern = self.pattern(pattern, steps)?;
        self.step(steps, StepKind::Match(pattern, term));
        Ok(())
    }

    fn equal(&mut self, left: &Syntax, right: &Syntax, steps: &mut Steps) -> Result<(), Fault> {
        // `x = xs[_]` with a set is a membership test and need not iterate over the items.
        for (value, of) in [(left, right), (right, left)] {
            if self.is_bound(value) && !self.is_bound(of) && self.find_in(value, of, steps)? {
                return Ok(());
            }
        }
        let left = self.term(left, steps)?;
        let right = self.term(right, steps)?;
        self.step(steps, StepKind::Equal(left, right));
        Ok(())
    }

    /// The pattern of a term; its bound parts are compared.
    pub(super) fn pattern(&mut self, term: &Syntax, steps: &mut Steps) -> Result<Pattern, Fault> {
        self.pattern_or(term, steps, &|what, span| Err(unsupported(what, span)))
    }

    /// The pattern of a key of a head, whose variables only the body may bind.
    pub(super) fn pattern_of_head(
        &mut self,
        term: &Syntax,
        steps: &mut Steps,
    ) -> Result<Pattern, Fault> {
        self.pattern_or(term, steps, &|_, _| Ok(Pattern::Nothing))
    }

    // `otherwise` handles terms that cannot be matched.
    fn pattern_or(
        &mut self,
        term: &Syntax,
        steps: &mut Steps,
        otherwise: &dyn Fn(&'static str, Span) -> Result<Pattern, Fault>,
    ) -> Result<Pattern, Fault> {
        if let Some(name) = self.unbound(term) {
            return Ok(if term.is_wildcard() {
                Pattern::Any
            } else {
                Pattern::Bind(self.scope.bind(name))
            });
        }
        if self.is_bound(term) {
            return self.term(term, steps).map(Pattern::Equal);
        }
        match &term.kind {
            TermKind::Array(items) => {
                let items = items
                    .iter()
                    .map(|item| self.pattern_or(item, steps, otherwise));
                Ok(Pattern::Array(items.collect::<Result<_, _>>()?))
            }
            TermKind::Object(fields) => {
                let mut patterns = Vec::with_capacity(fields.len());
                for (key, value) in fields {
                    if !self.is_bound(key) {
                        return otherwise("a key that has no value here", key.span);
                    }
                    let key = self.term(key, steps)?;
                    patterns.push((key, self.pattern_or(value, steps, otherwise)?));
                }
                Ok(Pattern::Object(patterns))
            }
            TermKind::Ref(_) => self.term(term, steps).map(Pattern::Equal),
            _ => otherwise("a variable that has no value here", term.span),
        }
    }
}

// Splits arrays and objects of the same form into pairs; returns false if their forms can never be equal.
fn split<'t>(
    left: &'t Syntax,
    right: &'t Syntax,
    pairs: &mut Vec<(&'t Syntax, &'t Syntax)>,
) -> bool {
    match (&left.kind, &right.kind) {
        (TermKind::Array(left), TermKind::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| split(left, right, pairs))
        }
        (TermKind::Object(one), TermKind::Object(other)) => {
            let (Some(one), Some(other)) = (by_constants(one), by_constants(other)) else {
                pairs.push((left, right));
                return true;
            };
            one.len() == other.len()
                && one.into_iter().all(|(key, value)| {
                    let same = other.get(&key);
                    same.is_some_and(|other| split(value, other, pairs))
                })
        }
        _ => {
            pairs.push((left, right));
            true
        }
    }
}

// The fields by key, if all keys are different constants.
fn by_constants(fields: &[(Syntax, Syntax)]) -> Option<BTreeMap<Value, &Syntax>> {
    let mut found = BTreeMap::new();
    for (key, value) in fields {
        found.insert(constant(key)?, value);
    }
    (found.len() == fields.len()).then_some(found)
}

fn constant(term: &Syntax) -> Option<Value> {
    match &term.kind {
        TermKind::Null => Some(Value::Null),
        TermKind::Bool(value) => Some(Value::Bool(*value)),
        TermKind::Number(text) => number::parse(text).ok(),
        TermKind::String(text) => Some(Value::from(&**text)),
        TermKind::Array(items) => {
            let items: Option<Vec<Value>> = items.iter().map(constant).collect();
            items.map(Value::from)
        }
        _ => None,
    }
}
