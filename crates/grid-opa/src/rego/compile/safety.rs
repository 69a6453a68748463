//! Each variable has a value before it is read: bodies are put into an order in which this holds, and where there is none, the
//! variables are unsafe.
//!
//! The order is OPA's: again and again over the body, each expression is taken as soon as what it needs has a value. Here only those
//! are looked at again whose variables changed.

mod closed_over;
mod closures;
mod everies;
mod implicit;
mod report;
mod schedule;
mod scope;
#[cfg(test)]
mod tests;

use crate::rego::compile::outputs::reserved;
use crate::rego::compile::safety::closures::Check;
use crate::rego::compile::safety::scope::Scope;
use crate::rego::compile::tree::RuleTree;
use crate::rego::compile::unify::VarSet;
use crate::rego::syntax::ast::Body;
use crate::rego::syntax::span::Span;

pub(crate) use report::{Lines, Refusal, shown};

/// How much work it may be to look at the expressions of a compilation more often than once, in units of some hundred nanoseconds.
/// Only bodies that are made for it need more.
const WORK: u64 = 10_000_000;

/// An expression that cannot be evaluated.
#[derive(Debug)]
pub(crate) struct Unsafe {
    pub(crate) span: Span,
    /// What it assigns to.
    pub(crate) assigned: VarSet,
    /// The variables that have no value.
    pub(crate) vars: VarSet,
}

/// The check of the bodies of a compilation.
pub(crate) struct Safety<'t> {
    tree: &'t RuleTree,
    work: u64,
}

impl<'t> Safety<'t> {
    pub(crate) const fn new(tree: &'t RuleTree) -> Self {
        Self { tree, work: WORK }
    }

    /// Puts a body into order, given the variables that have values before it, beside `data` and `input`.
    pub(crate) fn order(&mut self, body: &mut Body, args: &VarSet) -> Result<(), Refusal> {
        let span = body.first().map(|expr| expr.span).unwrap_or_default();
        let globals = Scope::new(reserved().iter().chain(args));
        let mut check = Check::new(self.tree, globals, self.work);
        let found = check.body(body);
        self.work = check.work;
        if check.exceeded {
            return Err(Refusal::TooComplex(span));
        }
        if found.is_empty() {
            return Ok(());
        }
        Err(Refusal::Unsafe(found))
    }
}
