//! The check of bodies. Expressions are checked one by one, in the order of the body; variables get their types on the way.

mod calls;
pub(super) mod env;
mod infer;
mod modifiers;
mod places;
mod refs;
mod rules;
mod terms;
pub(super) mod tree;
pub(super) mod work;

use crate::rego::syntax::ast::{Expr, ExprKind, Name, Term, TermKind};
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::visit::{
    Visitor, VisitorMut, change_term, walk_body, walk_expr, walk_term,
};
use crate::rego::types::Surroundings;
use crate::rego::types::check::env::Env;
use crate::rego::types::check::tree::Tree;
use crate::rego::types::check::work::Work;
use crate::rego::types::declare::Builtins;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Checks the bodies of one compilation or query.
pub(crate) struct Checker<'c> {
    surroundings: &'c Surroundings<'c>,
    work: Work,
    /// The types of the rules that depend on the target of a modifier, by target.
    pub(super) relaxed: RefCell<HashMap<String, Option<Rc<Tree>>>>,
}

/// Collects the faults that are found.
pub(crate) enum Sink {
    Kept(Vec<Fault>),
    /// Only records whether there are faults.
    Dropped {
        some: bool,
    },
}

impl Sink {
    pub(crate) const fn kept() -> Self {
        Self::Kept(Vec::new())
    }

    pub(crate) const fn dropped() -> Self {
        Self::Dropped { some: false }
    }

    const fn like(&self) -> Self {
        match self {
            Self::Kept(_) => Self::kept(),
            Self::Dropped { .. } => Self::dropped(),
        }
    }

    fn push(&mut self, fault: Fault) {
        match self {
            Self::Kept(faults) => faults.push(fault),
            Self::Dropped { some } => *some = true,
        }
    }

    fn append(&mut self, other: Self) {
        match (self, other) {
            (Self::Kept(faults), Self::Kept(more)) => faults.extend(more),
            (Self::Dropped { some }, other) => *some |= !other.is_empty(),
            (Self::Kept(_), Self::Dropped { .. }) => {}
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        match self {
            Self::Kept(faults) => faults.is_empty(),
            Self::Dropped { some } => !*some,
        }
    }

    pub(crate) fn into_faults(self) -> Vec<Fault> {
        match self {
            Self::Kept(faults) => faults,
            Self::Dropped { .. } => Vec::new(),
        }
    }

    /// Whether further faults are not of interest.
    const fn is_full(&self) -> bool {
        matches!(self, Self::Dropped { some: true })
    }
}

impl<'c> Checker<'c> {
    /// A checker of bodies with a total number of terms.
    pub(crate) fn new(surroundings: &'c Surroundings<'c>, terms: usize) -> Self {
        Self {
            surroundings,
            work: Work::for_terms(terms, surroundings.end),
            relaxed: RefCell::default(),
        }
    }

    pub(crate) const fn builtins(&self) -> &'c Builtins {
        self.surroundings.builtins
    }

    pub(crate) const fn surroundings(&self) -> &'c Surroundings<'c> {
        self.surroundings
    }

    pub(crate) const fn work(&self) -> &Work {
        &self.work
    }

    /// Checks a body in its own environment (OPA's `CheckBody`). Returns whether it has no faults.
    pub(crate) fn check_body(&self, env: &Env<'_>, body: &[Expr], sink: &mut Sink) -> bool {
        for expr in body {
            if sink.is_full() || !self.work.spend(1) {
                break;
            }
            match self.with_env(env, expr) {
                Some(env) => self.check_expr(&env, expr, sink),
                None => self.check_expr(env, expr, sink),
            }
        }
        sink.is_empty()
    }

    fn check_expr(&self, env: &Env<'_>, expr: &Expr, sink: &mut Sink) {
        let mut closures = Closures {
            checker: self,
            env,
            found: sink.like(),
        };
        walk_expr(expr, &mut closures);
        let closures = closures.found;
        let mut refs = Refs {
            checker: self,
            env,
            found: sink.like(),
        };
        walk_expr(expr, &mut refs);
        let more_telling = !closures.is_empty() || !refs.found.is_empty();
        sink.append(closures);
        sink.append(refs.found);
        match self.check_call(env, expr) {
            // Its unknown types are a consequence of the other faults.
            Err(found) if more_telling && found.follows => {}
            Err(found) => self.note(sink, found.fault),
            Ok(()) => {}
        }
    }

    /// Records a fault. Their total size is limited, because their texts cost steps.
    fn note(&self, sink: &mut Sink, fault: Fault) {
        self.work.spend(fault.details.iter().map(String::len).sum());
        sink.push(fault);
    }

    /// A reference with source names and source terms in place of generated variables.
    pub(crate) fn source_ref(&self, terms: &[Term]) -> Vec<Term> {
        let mut terms = terms.to_vec();
        let mut names = SourceNames(self.surroundings);
        for term in &mut terms {
            change_term(term, &mut names);
        }
        terms
    }
}

/// Checks the bodies of comprehensions.
struct Closures<'w> {
    checker: &'w Checker<'w>,
    env: &'w Env<'w>,
    /// As in OPA, only the faults of the last comprehension with faults.
    found: Sink,
}

impl Visitor for Closures<'_> {
    fn term(&mut self, term: &Term) -> bool {
        let (TermKind::ArrayComprehension(inner)
        | TermKind::SetComprehension(inner)
        | TermKind::ObjectComprehension(inner)) = &term.kind
        else {
            return !self.found.is_full();
        };
        let mut found = self.found.like();
        let clean = self
            .checker
            .check_body(&self.env.body(), &inner.body, &mut found);
        if !clean {
            self.found = found;
        }
        // As in OPA, the contents are checked again separately.
        clean && !self.found.is_full() && !self.checker.work.is_spent()
    }
}

/// Checks references outside of comprehensions.
struct Refs<'w> {
    checker: &'w Checker<'w>,
    env: &'w Env<'w>,
    found: Sink,
}

impl Visitor for Refs<'_> {
    /// As in OPA, some parts of expressions are not visited.
    fn expr(&mut self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Call(terms) => {
                for term in terms.iter().skip(1) {
                    walk_term(term, self);
                }
                false
            }
            ExprKind::Term(term) => {
                walk_term(term, self);
                false
            }
            ExprKind::Not(not) => {
                walk_body(&not.body, self);
                false
            }
            _ => true,
        }
    }

    fn term(&mut self, term: &Term) -> bool {
        match &term.kind {
            TermKind::ArrayComprehension(_)
            | TermKind::SetComprehension(_)
            | TermKind::ObjectComprehension(_) => false,
            TermKind::Ref(terms) => {
                if let Err(fault) = self.checker.check_no_function(self.env, terms) {
                    self.checker.note(&mut self.found, fault);
                    return false;
                }
                if let Err(fault) = self.checker.check_ref(self.env, terms) {
                    self.checker.note(&mut self.found, fault);
                }
                true
            }
            _ => true,
        }
    }
}

/// Counts terms.
#[derive(Debug, Default)]
pub(crate) struct Terms(pub(crate) usize);

impl Visitor for Terms {
    fn term(&mut self, _term: &Term) -> bool {
        self.0 += 1;
        true
    }
}

/// Replaces generated variables by the names and terms of the source.
struct SourceNames<'c>(&'c Surroundings<'c>);

impl VisitorMut for SourceNames<'_> {
    fn term(&mut self, term: &mut Term) -> bool {
        let Some(name) = term.as_var() else {
            return true;
        };
        if let Some(subject) = self.0.subjects.get(name) {
            term.kind = subject.kind.clone();
            // The walk continues inside the new term. Only a variable is not visited again, because a term is not its own subject.
            return term.as_var().is_none();
        }
        if let Some(name) = self.0.rewritten.get(name) {
            term.kind = TermKind::Var(Name::clone(name));
        }
        false
    }
}
