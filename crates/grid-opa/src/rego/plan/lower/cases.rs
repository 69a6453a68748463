//! Tests with keys: each case is told as it begins, so that those are known that fail.

use super::{Lower, Steps};
use crate::rego::plan::ir::StepKind;
use crate::rego::syntax::ast::{Expr, ExprKind, Rule, Term};
use crate::rego::syntax::fault::Fault;

impl Lower<'_, '_> {
    /// Whether a rule is a test with keys, and such are to tell their cases.
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

    /// The steps of the body of a test. What the compiler made to give the keys their values comes as soon as it can, and the case
    /// begins behind it.
    pub(super) fn body_of_cases(
        &mut self,
        body: &[Expr],
        keys: &[Term],
        steps: &mut Steps,
    ) -> Result<(), Fault> {
        let (mut made, written): (Vec<&Expr>, Vec<&Expr>) = body
            .iter()
            .partition(|expr| expr.generated && gives_one_of(expr, keys));
        let mut written = written.into_iter();
        let mut told = false;
        loop {
            let ready = made.iter().position(|expr| self.can_give(expr));
            if let Some(ready) = ready {
                let expr = made.remove(ready);
                self.expr(expr, steps)?;
                continue;
            }
            if !told && keys.iter().all(|key| self.is_bound(key)) {
                told = true;
                let keys = self.terms(keys, steps)?;
                self.step(steps, StepKind::Case(keys));
            }
            match written.next() {
                Some(expr) => self.expr(expr, steps)?,
                None => break,
            }
        }
        made.into_iter().try_for_each(|expr| self.expr(expr, steps))
    }

    // Whether an equality has one side that has its value here.
    fn can_give(&self, expr: &Expr) -> bool {
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

fn gives_one_of(expr: &Expr, keys: &[Term]) -> bool {
    match &expr.kind {
        ExprKind::Call(terms) => terms.iter().any(|term| {
            term.as_var()
                .is_some_and(|name| keys.iter().any(|key| key.as_var() == Some(name)))
        }),
        _ => false,
    }
}
