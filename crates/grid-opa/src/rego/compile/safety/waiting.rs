//! The expressions of a body that wait for values.

use crate::rego::compile::names::declared::is_comprehension;
use crate::rego::compile::safety::Unsafe;
use crate::rego::compile::safety::unify::VarSet;
use crate::rego::syntax::ast::{Expr, Name, Term};
use crate::rego::syntax::vars::{self, Skip};
use crate::rego::syntax::visit::{Visitor, walk_expr};
use std::collections::HashMap;

/// An expression of the body, and whether it is still waiting.
pub(super) struct Waiting<'b> {
    pub(super) expr: &'b Expr,
    pub(super) taken: bool,
    /// Whether it was visited.
    pub(super) seen: bool,
    /// The variables whose values it needs.
    pub(super) needs: VarSet,
    /// The variables of the body that its inner bodies read.
    pub(super) closed_over: VarSet,
    /// The cost of a visit.
    pub(super) cost: u64,
    /// The outputs that OPA keeps from it for a following `every`, if any.
    pub(super) kept: Option<VarSet>,
}

impl Waiting<'_> {
    pub(super) fn refuse(self) -> Unsafe {
        Unsafe {
            span: self.expr.span,
            assigned: assigned(self.expr),
            vars: self.needs,
        }
    }
}

/// The variables that an expression assigns to.
pub(super) fn assigned(expr: &Expr) -> VarSet {
    match expr.as_call() {
        Some((_, [left, _])) if expr.from_assignment => vars::of_term(left, Skip::default()),
        _ => VarSet::new(),
    }
}

/// The expressions that depend on each variable.
pub(super) fn watchers(waiting: &[Waiting<'_>], visible: &[VarSet]) -> HashMap<Name, Vec<usize>> {
    let mut watchers: HashMap<Name, Vec<usize>> = HashMap::new();
    for (number, (waiting, visible)) in waiting.iter().zip(visible).enumerate() {
        for name in visible.union(&waiting.closed_over) {
            watchers.entry(name.clone()).or_default().push(number);
        }
    }
    watchers
}

/// The cost of a visit: proportional to the number of terms outside of inner bodies.
pub(super) fn cost(expr: &Expr) -> u64 {
    struct Count(u64);
    impl Visitor for Count {
        fn term(&mut self, term: &Term) -> bool {
            self.0 += 4;
            !is_comprehension(&term.kind)
        }
    }
    let mut count = Count(20);
    walk_expr(expr, &mut count);
    count.0
}
