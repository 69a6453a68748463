//! The outputs that OPA keeps from one expression for a following `every`.
//!
//! In OPA, an `every` also makes safe the outputs of the last call that was visited before it, even if that call was not taken. So the
//! identity of that call matters.

use crate::rego::compile::unify::VarSet;
use crate::rego::syntax::ast::{Expr, ExprKind};
use std::collections::BTreeSet;
use std::mem;

#[derive(Default)]
pub(super) struct Everies {
    pub(super) all: BTreeSet<usize>,
    /// Expressions that were not taken because of kept outputs. That may change from pass to pass.
    pub(super) blocked: BTreeSet<usize>,
    /// The expressions with kept outputs. A taken expression is not visited in the next pass.
    keepers: BTreeSet<usize>,
    /// Those of them that keep variables without a value.
    hot: BTreeSet<usize>,
    /// The outputs kept at the end of a pass.
    carried: VarSet,
}

impl Everies {
    pub(super) fn of(body: &[Expr]) -> Self {
        let is_every = |expr: &Expr| matches!(expr.kind, ExprKind::Every(_));
        let all = (0..)
            .zip(body)
            .filter(|(_, expr)| is_every(expr))
            .map(|(number, _)| number);
        Self {
            all: all.collect(),
            ..Self::default()
        }
    }

    /// Records the kept outputs of a visited expression.
    pub(super) fn note(&mut self, number: usize, kept: Option<&VarSet>, safe: &VarSet) {
        set(&mut self.keepers, number, kept.is_some());
        set(
            &mut self.hot,
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
            self.hot.remove(number);
        }
        let blocked = mem::take(&mut self.blocked);
        if taken.is_empty() {
            return BTreeSet::new();
        }
        if self.hot.is_empty() && self.carried.is_subset(safe) {
            return blocked;
        }
        self.all.union(&blocked).copied().collect()
    }
}

fn set(among: &mut BTreeSet<usize>, number: usize, is: bool) {
    if is {
        among.insert(number);
    } else {
        among.remove(&number);
    }
}
