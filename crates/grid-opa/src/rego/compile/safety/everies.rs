//! What OPA keeps of one expression for an `every` behind it.
//!
//! In OPA, an `every` makes safe what the last call that was looked at before it makes safe, be that call taken or not. So it matters
//! which one that is.

use crate::rego::compile::unify::VarSet;
use crate::rego::syntax::ast::{Expr, ExprKind};
use std::collections::BTreeSet;
use std::mem;

#[derive(Default)]
pub(super) struct Everies {
    pub(super) all: BTreeSet<usize>,
    /// Expressions that were not taken because of what was kept. That may change from pass to pass.
    pub(super) blocked: BTreeSet<usize>,
    /// The expressions of which something is kept. One that was taken is no longer looked at in the next pass.
    keepers: BTreeSet<usize>,
    /// Those of them of which variables without a value are kept.
    hot: BTreeSet<usize>,
    /// What is kept at the end of a pass.
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

    /// What is kept of an expression that was looked at.
    pub(super) fn note(&mut self, number: usize, kept: Option<&VarSet>, safe: &VarSet) {
        set(&mut self.keepers, number, kept.is_some());
        set(
            &mut self.hot,
            number,
            kept.is_some_and(|kept| !kept.is_subset(safe)),
        );
    }

    /// What is kept when an `every` is looked at.
    pub(super) fn before(&self, number: usize, kept: impl Fn(usize) -> Option<VarSet>) -> VarSet {
        let last = self.keepers.range(..number).next_back();
        last.and_then(|last| kept(*last))
            .unwrap_or_else(|| self.carried.clone())
    }

    /// A pass is over. Gives the expressions that are to be looked at again because of what is kept.
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
