//! The outputs that OPA keeps from one expression for a following `every`.
//!
//! In OPA, an `every` also makes safe the outputs of the last call that was visited before it, even if that call was not taken. So the
//! identity of that call matters.

use crate::rego::compile::safety::unify::VarSet;
use crate::rego::syntax::ast::{Expr, ExprKind};
use std::collections::BTreeSet;
use std::mem;

#[derive(Default)]
pub(super) struct KeptOutputs {
    pub(super) everies: BTreeSet<usize>,
    /// Expressions that were not taken because of kept outputs. That may change from pass to pass.
    pub(super) blocked: BTreeSet<usize>,
    /// The expressions with kept outputs. A taken expression is not visited in the next pass.
    keepers: BTreeSet<usize>,
    /// Those of them that keep variables without a value.
    with_unsafe: BTreeSet<usize>,
    /// The outputs kept at the end of a pass.
    carried: VarSet,
}

impl KeptOutputs {
    pub(super) fn of(body: &[Expr]) -> Self {
        let is_every = |expr: &Expr| matches!(expr.kind, ExprKind::Every(_));
        let everies = (0..)
            .zip(body)
            .filter(|(_, expr)| is_every(expr))
            .map(|(number, _)| number);
        Self {
            everies: everies.collect(),
            ..Self::default()
        }
    }

    /// Records the kept outputs of a visited expression.
    pub(super) fn note(&mut self, number: usize, kept: Option<&VarSet>, safe: &VarSet) {
        set(&mut self.keepers, number, kept.is_some());
        set(
            &mut self.with_unsafe,
            number,
            kept.is_some_and(|kept| !kept.is_subset(safe)),
        );
    }

    /// The kept outputs at the visit of an `every`.
    pub(super) fn before(&self, number: usize, kept: impl Fn(usize) -> Option<VarSet>) -> VarSet {
        let last = self.keepers.range(..number).next_back();
        last.and_then(|last| kept(*last))
            .unwrap_or_else(|| self.carried.clone())
    }

    /// Ends a pass. Returns the expressions to visit again because of kept outputs.
    pub(super) fn pass(
        &mut self,
        taken: &[usize],
        kept: impl Fn(usize) -> Option<VarSet>,
        safe: &VarSet,
    ) -> BTreeSet<usize> {
        if let Some(carried) = self.keepers.last().and_then(|last| kept(*last)) {
            self.carried = carried;
        }
        for number in taken {
            self.keepers.remove(number);
            self.with_unsafe.remove(number);
        }
        let blocked = mem::take(&mut self.blocked);
        if taken.is_empty() {
            return BTreeSet::new();
        }
        if self.with_unsafe.is_empty() && self.carried.is_subset(safe) {
            return blocked;
        }
        self.everies.union(&blocked).copied().collect()
    }
}

fn set(set: &mut BTreeSet<usize>, number: usize, is_member: bool) {
    if is_member {
        set.insert(number);
    } else {
        set.remove(&number);
    }
}
