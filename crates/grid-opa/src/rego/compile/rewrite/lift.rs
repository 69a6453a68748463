//! Moves terms out of expressions, together with the modifiers of the expressions.

use crate::rego::compile::Locals;
use crate::rego::compile::rewrite::equality::capture;
use crate::rego::syntax::ast::{Expr, Term, TermKind, With};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use std::mem;

/// The limit of copied modifiers per compilation. An expression with very many modifiers and very many moved terms would otherwise need
/// unbounded memory.
const MODIFIERS: usize = 1_000_000;

/// Replaces a term by a new variable, and returns the equality of both.
pub(crate) fn lift(term: &mut Term, locals: &mut Locals) -> Expr {
    let value = mem::replace(term, Term::new(TermKind::Null, Span::default()));
    let (local, bound) = capture(locals, value);
    *term = local;
    bound
}

/// Copies the modifiers of an expression to the expressions that were moved out of it.
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

    /// Fails if the limit was exceeded.
    pub(crate) fn check(self) -> Result<(), Fault> {
        match self.exceeded {
            None => Ok(()),
            Some(span) => {
                let message = format!(
                    "more than {MODIFIERS} modifiers in expressions that are moved out of terms"
                );
                Err(Fault::new(Code::Limit, message, span))
            }
        }
    }
}
