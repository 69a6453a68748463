//! Converts syntax trees to plans.

mod body;
mod call;
mod cases;
mod head;
mod reference;
mod term;
mod unify;
mod with;

use crate::rego::plan::builder::Builder;
use crate::rego::plan::ir::{Mark, Part, RuleNo, Step, StepKind};
use crate::rego::plan::scope::Scope;
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use std::collections::BTreeSet;

pub(super) use head::clause;

/// Lowers one clause, or one query.
pub(super) struct Lower<'b, 'c> {
    pub(super) builder: &'b mut Builder<'c>,
    pub(super) scope: Scope,
    pub(super) uses: Uses,
    /// The place of the current expression.
    mark: Mark,
    /// Whether the next step is the first one of the current expression.
    first: bool,
}

/// The parts, rules and effects that a clause uses.
#[derive(Debug, Default, Clone)]
pub(super) struct Uses {
    pub(super) parts: BTreeSet<Part>,
    pub(super) rules: BTreeSet<RuleNo>,
    pub(super) impure: bool,
    pub(super) host: bool,
    pub(super) prints: bool,
}

/// The steps of a body so far.
pub(super) type Steps = Vec<Step>;

impl<'b, 'c> Lower<'b, 'c> {
    pub(super) fn new(builder: &'b mut Builder<'c>) -> Self {
        Self {
            builder,
            scope: Scope::default(),
            uses: Uses::default(),
            mark: 0,
            first: false,
        }
    }

    fn step(&mut self, steps: &mut Steps, kind: StepKind) {
        let first = std::mem::take(&mut self.first);
        steps.push(Step {
            kind,
            mark: self.mark,
            first,
        });
    }

    // Collects the steps that `lower` adds as a closure: its bindings are not visible after it.
    fn closure<T>(
        &mut self,
        lower: impl FnOnce(&mut Self, &mut Steps) -> Result<T, Fault>,
    ) -> Result<(T, Steps), Fault> {
        let entered = self.scope.enter();
        let (mark, first) = (self.mark, self.first);
        let mut steps = Steps::new();
        let value = lower(self, &mut steps)?;
        (self.mark, self.first) = (mark, first);
        self.scope.leave(entered);
        Ok((value, steps))
    }
}

/// The error for code that the compiler should have rejected or rewritten.
pub(super) fn unsupported(what: &str, span: Span) -> Fault {
    Fault::new(
        Code::Compile,
        format!("this engine has no plan for {what}"),
        span,
    )
}
