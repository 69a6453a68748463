//! Lowers bodies: each expression becomes a list of steps.

use super::{Lower, Steps, unsupported};
use crate::rego::plan::ir::{StepKind, Term};
use crate::rego::syntax::ast::{Every, Expr, ExprKind};
use crate::rego::syntax::fault::Fault;
use crate::rego::value::Value;

impl Lower<'_, '_> {
    /// Lowers a body, in its order.
    pub(crate) fn body(&mut self, body: &[Expr], steps: &mut Steps) -> Result<(), Fault> {
        body.iter().try_for_each(|expr| self.expr(expr, steps))
    }

    pub(super) fn expr(&mut self, expr: &Expr, steps: &mut Steps) -> Result<(), Fault> {
        self.mark = self.builder.mark(expr.span);
        self.first = !expr.generated;
        if expr.with.is_empty() {
            self.without_with(expr, steps)
        } else {
            self.with(expr, steps)
        }
    }

    /// Lowers an expression without its `with` modifiers.
    pub(super) fn without_with(&mut self, expr: &Expr, steps: &mut Steps) -> Result<(), Fault> {
        if !expr.negated {
            return self.positive(expr, steps);
        }
        let ((), inner) = self.closure(|lower, inner| lower.positive(expr, inner))?;
        self.step(steps, StepKind::Not(inner));
        Ok(())
    }

    fn positive(&mut self, expr: &Expr, steps: &mut Steps) -> Result<(), Fault> {
        match &expr.kind {
            ExprKind::Term(term) => {
                let term = self.term(term, steps)?;
                match term {
                    Term::Constant(Value::Bool(true)) => self.step(steps, StepKind::Nothing),
                    term => self.step(steps, StepKind::Holds(term)),
                }
                Ok(())
            }
            ExprKind::Call(terms) => self.call_expr(terms, expr, steps),
            // The compiler has already processed it.
            ExprKind::Some(_) => Ok(()),
            ExprKind::Every(every) => self.every(every, steps),
            ExprKind::Not(not) => {
                let ((), inner) = self.closure(|lower, inner| lower.body(&not.body, inner))?;
                self.step(steps, StepKind::Not(inner));
                Ok(())
            }
            ExprKind::And(logical) | ExprKind::Or(logical) => {
                let ((), lhs) = self.closure(|lower, inner| lower.body(&logical.lhs, inner))?;
                let ((), rhs) = self.closure(|lower, inner| lower.body(&logical.rhs, inner))?;
                let kind = match &expr.kind {
                    ExprKind::And(_) => StepKind::And(lhs, rhs),
                    _ => StepKind::Or(lhs, rhs),
                };
                self.step(steps, kind);
                Ok(())
            }
        }
    }

    fn every(&mut self, every: &Every, steps: &mut Steps) -> Result<(), Fault> {
        let of = self.term(&every.domain, steps)?;
        let ((key, value), body) = self.closure(|lower, inner| {
            let key = match &every.key {
                Some(key) => match key.as_var() {
                    Some(name) => Some(lower.scope.bind(name)),
                    None => return Err(unsupported("this key of `every`", key.span)),
                },
                None => None,
            };
            let Some(name) = every.value.as_var() else {
                return Err(unsupported("this value of `every`", every.value.span));
            };
            let value = lower.scope.bind(name);
            lower.body(&every.body, inner)?;
            Ok((key, value))
        })?;
        self.step(
            steps,
            StepKind::Every {
                of,
                key,
                value,
                body,
            },
        );
        Ok(())
    }
}
