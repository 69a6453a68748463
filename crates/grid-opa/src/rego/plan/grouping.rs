//! Comprehensions with solutions that can be grouped by a comparison, as in `others := [x | x := input.items[_]; x.kind == kind]`. OPA
//! calls it comprehension indexing.
//!
//! The steps up to the comparison find the same solutions each time. They are stored in groups, and only the steps after the comparison and
//! the head are evaluated, for the solutions of one group. From there on each evaluation does the same work as without groups: values,
//! their order, conflicts and errors are the same. An evaluation does not do more work before the comparison either: a complete evaluation
//! reaches all solutions of the steps up to the first comparison, and the steps between comparisons cannot fail.

use crate::rego::plan::ir::{Keys, Operator, Pattern, RuleNo, Slot, Step, StepKind, Term};
use crate::rego::plan::mentions::Mentions;
use std::collections::BTreeSet;

/// Maximum number of comparisons used as keys; further comparisons are evaluated as usual.
const MAX_KEYS: usize = 4;

/// Steps of a comprehension that compare its solutions with outer values. Up to the last of these steps the solutions are the same each
/// time, for all outer values.
#[derive(Debug)]
pub(crate) struct Grouping {
    /// The keys in step order; there is at least one.
    pub(crate) keys: Vec<Key>,
    /// The other outer variables that these steps use.
    pub(crate) others: Vec<Slot>,
    /// The variables that these steps bind and later steps or the head use.
    pub(crate) stored: Vec<Slot>,
    /// The functions that those steps call.
    pub(crate) functions: Vec<RuleNo>,
}

/// A step with a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) step: usize,
    /// Whether the outer term is on the left; for a [`StepKind::Find`] it is the value.
    pub(crate) left: bool,
}

/// The grouping of a comprehension, if its solutions can be grouped. Variables below `outside` get their values outside the comprehension.
pub(super) fn of<'t, H: Iterator<Item = &'t Term>>(
    steps: &[Step],
    head: impl Fn() -> H,
    outside: Slot,
) -> Option<Grouping> {
    // Without such a step there is nothing to save.
    if !steps.iter().any(|step| branches(&step.kind)) {
        return None;
    }
    let mut search = Search::new(outside);
    for (number, step) in steps.iter().enumerate() {
        if !search.step(number, step)? {
            break;
        }
    }
    let last = search.keys.last()?.step;
    let rest = steps.get(last + 1..)?.iter().map(Mentions::of_step);
    let mut needed = BTreeSet::new();
    for mentions in rest.chain(head().map(Mentions::of_term)) {
        if mentions.is_partial {
            return None;
        }
        needed.extend(mentions.slots);
    }
    let stored = search.stored.intersection(&needed).copied();
    Some(Grouping {
        stored: stored.collect(),
        keys: search.keys,
        others: search.others.into_iter().collect(),
        functions: search.functions.into_iter().collect(),
    })
}

/// The state of the search up to the last comparison; `ahead` belongs to the steps after it.
struct Search {
    outside: Slot,
    keys: Vec<Key>,
    /// The outer variables in keys.
    key_slots: BTreeSet<Slot>,
    others: BTreeSet<Slot>,
    stored: BTreeSet<Slot>,
    functions: BTreeSet<RuleNo>,
    /// The variables in steps after the last comparison.
    ahead: BTreeSet<Slot>,
    has_branched: bool,
}

impl Search {
    fn new(outside: Slot) -> Self {
        Self {
            outside,
            keys: Vec::new(),
            key_slots: BTreeSet::new(),
            others: BTreeSet::new(),
            stored: BTreeSet::new(),
            functions: BTreeSet::new(),
            ahead: BTreeSet::new(),
            has_branched: false,
        }
    }

    /// Adds the next step. Returns false at the end of the grouped steps, and `None` if solutions cannot be grouped.
    fn step(&mut self, number: usize, step: &Step) -> Option<bool> {
        let mentions = Mentions::of_step(step);
        let is_key = self.key(number, &step.kind);
        // The only branching step here is one with its own comparison.
        if let (Some((key, slots)), true) = (is_key, self.keys.len() < MAX_KEYS) {
            if mentions.varies || mentions.is_partial {
                return self.end();
            }
            self.functions.extend(&mentions.functions);
            let all = std::mem::take(&mut self.ahead).into_iter();
            for slot in all
                .chain(mentions.slots)
                .filter(|slot| !slots.contains(slot))
            {
                let among = if slot < self.outside {
                    &mut self.others
                } else {
                    &mut self.stored
                };
                among.insert(slot);
            }
            self.key_slots.extend(slots);
            self.keys.push(key);
            return Some(true);
        }
        let is_first = self.keys.is_empty();
        if mentions.varies || mentions.is_partial || !(is_first || is_safe(&step.kind)) {
            return self.end();
        }
        if mentions
            .slots
            .iter()
            .any(|slot| self.key_slots.contains(slot))
        {
            return self.end();
        }
        self.has_branched |= branches(&step.kind);
        if is_first {
            self.functions.extend(&mentions.functions);
        }
        self.ahead.extend(mentions.slots);
        Some(true)
    }

    fn end(&self) -> Option<bool> {
        (!self.keys.is_empty()).then_some(false)
    }

    // The comparison in a step, and its outer variables.
    fn key(&self, number: usize, kind: &StepKind) -> Option<(Key, BTreeSet<Slot>)> {
        let (sides, has_branched) = match kind {
            StepKind::Equal(left, right) => (
                [(left, right, true), (right, left, false)],
                self.has_branched,
            ),
            StepKind::Find {
                of,
                key: Pattern::Any,
                value,
            } if self.keys.is_empty() => ([(value, of, false), (value, of, false)], true),
            _ => return None,
        };
        if !has_branched {
            return None;
        }
        sides.into_iter().find_map(|(known, found, left)| {
            let slots = Mentions::of_term(known).slots;
            let found_mentions = Mentions::of_term(found);
            let is_needed_before = |slot: &Slot| {
                self.others.contains(slot)
                    || self.ahead.contains(slot)
                    || found_mentions.slots.contains(slot)
            };
            let fits = !slots.is_empty()
                && is_safe_term(known)
                && slots.iter().all(|slot| *slot < self.outside)
                && !slots.iter().any(is_needed_before)
                && !found_mentions
                    .slots
                    .iter()
                    .any(|slot| self.key_slots.contains(slot))
                && (self.keys.is_empty() || is_safe_term(found));
            // Without an inner variable it is the same for all solutions.
            let varies = found_mentions
                .slots
                .iter()
                .any(|slot| *slot >= self.outside);
            let is_find = matches!(kind, StepKind::Find { .. });
            (fits && (varies || is_find)).then_some((Key { step: number, left }, slots))
        })
    }
}

impl Key {
    /// The term of a step whose value is known outside.
    pub(crate) fn known<'p>(&self, steps: &'p [Step]) -> Option<&'p Term> {
        match (&steps.get(self.step)?.kind, self.left) {
            (StepKind::Equal(known, _), true)
            | (StepKind::Equal(_, known), false)
            | (StepKind::Find { value: known, .. }, _) => Some(known),
            _ => None,
        }
    }

    /// The other term, and whether its items are compared.
    pub(crate) fn found<'p>(&self, steps: &'p [Step]) -> Option<(&'p Term, bool)> {
        match (&steps.get(self.step)?.kind, self.left) {
            (StepKind::Equal(_, found), true) | (StepKind::Equal(found, _), false) => {
                Some((found, false))
            }
            (StepKind::Find { of, .. }, _) => Some((of, true)),
            _ => None,
        }
    }
}

// Whether a step may succeed several times.
const fn branches(kind: &StepKind) -> bool {
    matches!(
        kind,
        StepKind::Each { .. } | StepKind::Find { .. } | StepKind::Documents(_) | StepKind::Walk(..)
    )
}

// Whether a step succeeds at most once, and can neither fail nor take long.
fn is_safe(kind: &StepKind) -> bool {
    match kind {
        StepKind::Holds(term) | StepKind::Let(_, term) => is_safe_term(term),
        StepKind::Equal(left, right) => is_safe_term(left) && is_safe_term(right),
        StepKind::Match(pattern, term) => is_safe_pattern(pattern) && is_safe_term(term),
        StepKind::Nothing => true,
        _ => false,
    }
}

fn is_safe_pattern(pattern: &Pattern) -> bool {
    match pattern {
        Pattern::Any | Pattern::Nothing | Pattern::Bind(_) => true,
        Pattern::Equal(term) => is_safe_term(term),
        Pattern::Array(items) => items.iter().all(is_safe_pattern),
        Pattern::Object(fields) => fields
            .iter()
            .all(|(key, value)| is_safe_term(key) && is_safe_pattern(value)),
    }
}

fn is_safe_term(term: &Term) -> bool {
    match term {
        Term::Constant(_) | Term::Input(_) | Term::Slot(_) => true,
        Term::Lookup {
            of,
            path,
            keys: Keys::Values,
        } => is_safe_term(of) && path.iter().all(is_safe_term),
        Term::Array(terms) | Term::Set(terms) => terms.iter().all(is_safe_term),
        Term::Object(pairs) => pairs
            .iter()
            .all(|(key, value)| is_safe_term(key) && is_safe_term(value)),
        Term::Operator(operator, sides, _) => {
            is_comparison(*operator) && is_safe_term(&sides.0) && is_safe_term(&sides.1)
        }
        _ => false,
    }
}

const fn is_comparison(operator: Operator) -> bool {
    matches!(
        operator,
        Operator::Equal
            | Operator::NotEqual
            | Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual
    )
}

#[cfg(test)]
mod tests;
