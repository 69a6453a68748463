//! Terms are taken out of expressions, with the modifiers of these.

use crate::rego::compile::Locals;
use crate::rego::compile::equality::capture;
use crate::rego::syntax::ast::{Expr, Term, TermKind, With};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use std::mem;

/// Modifiers that may be copied in a compilation: an expression with very many of them and very many terms that are taken out would
/// need memory without bound.
const MODIFIERS: usize = 1_000_000;

/// Puts a new variable in the place of a term, and gives the equality of both.
pub(crate) fn lift(term: &mut Term, locals: &mut Locals) -> Expr {
    let value = mem::replace(term, Term::new(TermKind::Null, Span::default()));
    let (local, bound) = capture(locals, value);
    *term = local;
    bound
}

/// Gives expressions the modifiers of those that they were taken out of.
pub(crate) struct Modifiers {
    left: usize,
    exceeded: Option<Span>,
}

impl Modifiers {
    pub(crate) const fn new() -> Self {
        Self {
            left: MODIFIERS,
            exceeded: None,
        }
    }

    pub(crate) fn share(&mut self, expr: &mut Expr, with: &[With]) {
        match self.left.checked_sub(with.len()) {
            Some(left) => {
                self.left = left;
                expr.with = with.to_vec();
            }
            None => self.exceeded = self.exceeded.or(Some(expr.span)),
        }
    }

    /// Fails where there were too many.
    pub(crate) fn check(self) -> Result<(), Fault> {
        match self.exceeded {
            None => Ok(()),
            Some(span) => {
                let message =
                    format!("more than {MODIFIERS} modifiers of terms that are taken out");
                Err(Fault::new(Code::Limit, message, span))
            }
        }
    }
}
