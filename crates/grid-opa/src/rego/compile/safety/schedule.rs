//! The order of the expressions of one body.

use crate::rego::compile::safety::Unsafe;
use crate::rego::compile::safety::closed_over::closed_over;
use crate::rego::compile::safety::implicit::visible;
use crate::rego::compile::safety::kept_outputs::KeptOutputs;
use crate::rego::compile::safety::outputs::Outputs;
use crate::rego::compile::safety::scope::Scope;
use crate::rego::compile::safety::unify::VarSet;
use crate::rego::compile::safety::waiting::{Waiting, cost, watchers};
use crate::rego::compile::tree::RuleTree;
use crate::rego::syntax::ast::{Expr, Name};
use crate::rego::syntax::order::compare_exprs;
use std::collections::{BTreeSet, HashMap};
use std::mem;

/// The order of a body.
pub(super) struct Schedule {
    /// The numbers of the expressions in the body, in evaluation order.
    pub(super) order: Vec<usize>,
    /// The expressions that could not be taken.
    pub(super) left: Vec<Unsafe>,
    /// The variables of each expression that count in the body.
    pub(super) visible: Vec<VarSet>,
    /// The union of `visible`.
    pub(super) own: VarSet,
}

/// Orders a body. `None` if the work limit is exceeded.
pub(super) fn schedule(
    body: &[Expr],
    globals: &Scope,
    tree: &RuleTree,
    work: &mut u64,
) -> Option<Schedule> {
    let visible: Vec<VarSet> = body.iter().map(|expr| visible(expr, tree)).collect();
    let own: VarSet = visible.iter().flatten().cloned().collect();
    let mut waiting = Vec::with_capacity(body.len());
    for (expr, visible) in body.iter().zip(&visible) {
        waiting.push(Waiting {
            expr,
            taken: false,
            seen: false,
            needs: visible
                .iter()
                .filter(|name| !globals.has(name))
                .cloned()
                .collect(),
            closed_over: closed_over(expr, &own, globals, work)?,
            cost: cost(expr),
            kept: None,
        });
    }
    let mut scheduler = Scheduler {
        tree,
        visible: &visible,
        safe: own
            .iter()
            .filter(|name| globals.has(name))
            .cloned()
            .collect(),
        watchers: watchers(&waiting, &visible),
        waiting,
        outputs: Outputs::new(tree),
        work: *work,
        order: Vec::with_capacity(body.len()),
        incomplete: Vec::new(),
        bound: VarSet::new(),
        kept_outputs: KeptOutputs::of(body),
        now: (0..body.len()).collect(),
        next: BTreeSet::new(),
    };
    scheduler.run()?;
    let Scheduler {
        order,
        waiting,
        work: left_over,
        ..
    } = scheduler;
    *work = left_over;
    let left = waiting
        .into_iter()
        .filter(|waiting| !waiting.taken)
        .map(Waiting::refuse)
        .collect();
    Some(Schedule {
        order,
        left,
        visible,
        own,
    })
}

struct Scheduler<'b> {
    tree: &'b RuleTree,
    visible: &'b [VarSet],
    waiting: Vec<Waiting<'b>>,
    watchers: HashMap<Name, Vec<usize>>,
    outputs: Outputs<'b>,
    work: u64,
    /// The variables of the body that have values.
    safe: VarSet,
    order: Vec<usize>,
    /// Expressions that were taken while some of their variables had no value. OPA does this for some expressions with inner bodies.
    incomplete: Vec<usize>,
    /// The variables that these expressions bind by now.
    bound: VarSet,
    kept_outputs: KeptOutputs,
    /// The expressions to visit in this pass over the body, and in the next one.
    now: BTreeSet<usize>,
    next: BTreeSet<usize>,
}

impl Scheduler<'_> {
    fn run(&mut self) -> Option<()> {
        while !self.now.is_empty() {
            let before = self.order.len();
            while let Some(number) = self.now.pop_first() {
                self.visit(number)?;
            }
            self.now = mem::take(&mut self.next);
            let taken = self.order.get(before..).unwrap_or_default();
            let kept = |number: usize| self.waiting.get(number)?.kept.clone();
            let again = self.kept_outputs.pass(taken, kept, &self.safe);
            let waits = |number: &usize| self.waiting.get(*number).is_some_and(|of| !of.taken);
            self.now.extend(again.into_iter().filter(waits));
        }
        Some(())
    }

    /// Fails after too much work.
    fn spend(&mut self, cost: u64) -> Option<()> {
        self.work = self.work.checked_sub(cost)?;
        Some(())
    }

    fn visit(&mut self, number: usize) -> Option<()> {
        let Some(&Waiting {
            expr,
            taken,
            seen,
            cost,
            ..
        }) = self.waiting.get(number)
        else {
            return Some(());
        };
        if taken || self.is_mistaken_for_taken(number, expr) {
            return Some(());
        }
        if seen {
            self.spend(cost)?;
        }
        if self.kept_outputs.everies.contains(&number) {
            let kept = |number: usize| self.waiting.get(number)?.kept.clone();
            self.outputs.behind(self.kept_outputs.before(number, kept));
        }
        let outputs = self.outputs.of_expr(expr, &self.safe);
        if !self.kept_outputs.everies.is_empty() {
            let kept = self.outputs.changed().cloned();
            self.kept_outputs.note(number, kept.as_ref(), &self.safe);
            if let Some(waiting) = self.waiting.get_mut(number) {
                waiting.kept = kept;
            }
        }
        if self.can_be_taken(number, &outputs) {
            self.take(number, outputs)?;
        }
        Some(())
    }

    /// Whether OPA mistakes an expression for one that was already taken: it compares the content and the place in the new order, and it
    /// also writes that place into the compared expression. Such an expression is never taken.
    fn is_mistaken_for_taken(&self, number: usize, expr: &Expr) -> bool {
        let same_place = self
            .order
            .get(number)
            .and_then(|taken| self.waiting.get(*taken));
        same_place.is_some_and(|taken| compare_exprs(taken.expr, expr).is_eq())
    }

    fn can_be_taken(&mut self, number: usize, outputs: &VarSet) -> bool {
        let Some(waiting) = self.waiting.get_mut(number) else {
            return false;
        };
        waiting.seen = true;
        let mut open = waiting.closed_over.clone();
        open.retain(|name| !self.bound.contains(name));
        if !open.is_empty() {
            // Its own outputs are the variables that its inner body reads.
            if open == *outputs {
                self.kept_outputs.blocked.insert(number);
                return false;
            }
            waiting.needs = open;
        }
        waiting
            .needs
            .retain(|name| !outputs.contains(name) && !self.safe.contains(name));
        waiting.needs.is_empty()
    }

    /// Recomputes the variables that incomplete expressions bind, and wakes the expressions that read changed ones.
    fn rebind(&mut self, from: usize) -> Option<()> {
        let (visible, safe) = (self.visible, &self.safe);
        let open = |number: &usize| visible.get(*number).is_some_and(|of| !of.is_subset(safe));
        self.incomplete.retain(open);
        if self.incomplete.is_empty() && self.bound.is_empty() {
            return Some(());
        }
        let bound = self.bound_by_incomplete()?;
        let before = mem::replace(&mut self.bound, bound.clone());
        for name in before.symmetric_difference(&bound) {
            self.wake(from, name);
        }
        Some(())
    }

    /// The variables without a value that expressions bind by now, although they were taken too early.
    fn bound_by_incomplete(&mut self) -> Option<VarSet> {
        let mut outputs = Outputs::new(self.tree);
        let mut known: Option<VarSet> = None;
        for taken in self.incomplete.clone() {
            let Some(&Waiting { expr, cost, .. }) = self.waiting.get(taken) else {
                continue;
            };
            self.spend(cost)?;
            let mut found = outputs.of_expr(expr, known.as_ref().unwrap_or(&self.safe));
            found.retain(|name| !self.safe.contains(name));
            if !found.is_empty() {
                self.spend(self.safe.len() as u64)?;
                known.get_or_insert_with(|| self.safe.clone()).extend(found);
            }
        }
        let mut bound = known.unwrap_or_default();
        bound.retain(|name| !self.safe.contains(name));
        Some(bound)
    }

    fn take(&mut self, number: usize, outputs: VarSet) -> Option<()> {
        if let Some(waiting) = self.waiting.get_mut(number) {
            waiting.taken = true;
        }
        self.order.push(number);
        for name in outputs {
            if !self.safe.contains(&name) {
                self.wake(number, &name);
                self.safe.insert(name);
            }
        }
        let is_complete = self
            .visible
            .get(number)
            .is_none_or(|visible| visible.is_subset(&self.safe));
        if !is_complete {
            self.incomplete.push(number);
        }
        self.rebind(number)
    }

    /// Wakes the expressions that depend on a variable that just got a value. They are visited in this pass if they come later in it.
    fn wake(&mut self, from: usize, name: &Name) {
        for &number in self.watchers.get(name).into_iter().flatten() {
            wake(&mut self.now, &mut self.next, from, number);
        }
    }
}

fn wake(now: &mut BTreeSet<usize>, next: &mut BTreeSet<usize>, from: usize, number: usize) {
    if number > from {
        now.insert(number);
    } else {
        next.insert(number);
    }
}
