//! Lowers tests with keys: each case is reported when it begins, so that failing cases are known.

use super::{Lower, Steps};
use crate::rego::plan::ir::StepKind;
use crate::rego::syntax::ast::{Expr, ExprKind, Rule, Term};
use crate::rego::syntax::fault::Fault;

impl Lower<'_, '_> {
    /// Whether a rule is a test with keys, and cases are reported.
    pub(super) fn has_cases(&self, rule: &Rule, keys: &[Term]) -> bool {
        let constant = |key: &Term| key.as_string().is_some();
        let names = rule
            .head
            .reference
            .iter()
            .filter_map(|term| term.as_var().or(term.as_string()));
        self.builder.cases
            && !keys.iter().all(constant)
            && names.into_iter().any(|name| name.starts_with("test_"))
    }

    /// Lowers the body of a test. Generated expressions that bind the keys come as early as possible, and the case begins after them.
    pub(super) fn body_with_cases(
        &mut self,
        body: &[Expr],
        keys: &[Term],
        steps: &mut Steps,
    ) -> Result<(), Fault> {
        let (mut generated, written): (Vec<&Expr>, Vec<&Expr>) = body
            .iter()
            .partition(|expr| expr.generated && binds_one_of(expr, keys));
        let mut written = written.into_iter();
        let mut reported = false;
        loop {
            let next = generated.iter().position(|expr| self.is_solvable(expr));
            if let Some(next) = next {
                let expr = generated.remove(next);
                self.expr(expr, steps)?;
                continue;
            }
            if !reported && keys.iter().all(|key| self.is_bound(key)) {
                reported = true;
                let keys = self.terms(keys, steps)?;
                self.step(steps, StepKind::Case(keys));
            }
            match written.next() {
                Some(expr) => self.expr(expr, steps)?,
                None => break,
            }
        }
        generated
            .into_iter()
            .try_for_each(|expr| self.expr(expr, steps))
    }

    // Whether at most one operand of an equality is unbound here.
    fn is_solvable(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Call(terms) => {
                terms
                    .iter()
                    .skip(1)
                    .filter(|term| !self.is_bound(term))
                    .count()
                    <= 1
            }
            _ => false,
        }
    }
}

fn binds_one_of(expr: &Expr, keys: &[Term]) -> bool {
    match &expr.kind {
        ExprKind::Call(terms) => terms.iter().any(|term| {
            term.as_var()
                .is_some_and(|name| keys.iter().any(|key| key.as_var() == Some(name)))
        }),
        _ => false,
    }
}
