//! Expressions that OPA's rule index treats as membership tests, such as `data.users[input.id]`.
//!
//! The index looks for the exact key, but evaluation also finds a number by its text. So OPA drops a clause with a true expression, unless
//! all clauses of the rule have the same value.

use super::ir::{Clause, Keys, Kind, Slot, StepKind, Term};
use std::collections::BTreeSet;

/// Marks such expressions in a clause of a rule of this kind.
pub(super) fn mark(clause: &mut Clause, kind: Kind) {
    let arguments = if kind == Kind::Function {
        clause.arity
    } else {
        0
    };
    for branch in &mut clause.branches {
        // Variables that are bound to references.
        let mut slots: BTreeSet<Slot> = (0..arguments).collect();
        for step in &mut branch.steps {
            match &mut step.kind {
                StepKind::Let(slot, term) if is_reference(term, &slots) => {
                    slots.insert(*slot);
                }
                StepKind::Holds(Term::Lookup { of, path, keys })
                    if *keys == Keys::Texts && matches!(**of, Term::Data(_)) =>
                {
                    let Some((last, before)) = path.split_last() else {
                        continue;
                    };
                    let is_ground = before.iter().all(|key| matches!(key, Term::Constant(_)));
                    if is_ground && is_reference(last, &slots) {
                        *keys = Keys::Indexed;
                    }
                }
                _ => {}
            }
        }
    }
}

fn is_reference(term: &Term, slots: &BTreeSet<Slot>) -> bool {
    match term {
        Term::Input(_) | Term::Data(_) | Term::Lookup { .. } => true,
        Term::Slot(slot) => slots.contains(slot),
        _ => false,
    }
}
