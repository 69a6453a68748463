//! The safety check: each variable must have a value before it is read. Bodies are reordered accordingly; if there is no such order,
//! variables are unsafe.
//!
//! The order is OPA's: in repeated passes over the body, each expression is taken as soon as its inputs have values. Here, only expressions
//! whose variables changed are visited again.

pub(super) mod bodies;
mod closed_over;
mod closures;
pub(super) mod heads;
mod implicit;
mod kept_outputs;
pub(super) mod outputs;
mod report;
mod schedule;
mod scope;
#[cfg(test)]
mod tests;
pub(super) mod unify;
mod waiting;

use crate::rego::compile::safety::closures::Check;
use crate::rego::compile::safety::outputs::reserved;
use crate::rego::compile::safety::scope::Scope;
use crate::rego::compile::safety::unify::VarSet;
use crate::rego::compile::tree::RuleTree;
use crate::rego::syntax::ast::Body;
use crate::rego::syntax::span::Span;

pub(crate) use report::{Lines, Refusal, shown};

/// The work limit of a compilation for visiting expressions again, in units of some hundred nanoseconds. Only hostile bodies need more.
const WORK: u64 = 10_000_000;

/// An expression that cannot be evaluated.
#[derive(Debug)]
pub(crate) struct Unsafe {
    pub(crate) span: Span,
    /// The variables that it assigns to.
    pub(crate) assigned: VarSet,
    /// The variables without a value.
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

    /// Orders a body, given the variables that have values before it in addition to `data` and `input`.
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
