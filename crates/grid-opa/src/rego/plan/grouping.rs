//! Comprehensions whose solutions can be grouped by what they are compared with, as in
//! `others := [x | x := input.items[_]; x.kind == kind]`. OPA calls it comprehension indexing.
//!
//! The steps up to the comparison find the same each time. What they find is kept in groups then, and only the steps behind the
//! comparison, and the head, are done for those of the group that is asked for. So each evaluation still does all that it would do by
//! itself from there on: values, their order, conflicts and errors are the same. Nor does an evaluation do more before: one that was
//! complete came by all solutions of the steps up to the first comparison, and what stands between comparisons cannot fail.

use crate::rego::plan::ir::{
    Grouping, Key, Keys, Operator, Pattern, RuleNo, Slot, Step, StepKind, Term,
};
use crate::rego::plan::mentions::Mentions;
use std::collections::BTreeSet;

/// How many comparisons count; what more there are is compared as usual.
const MAX_KEYS: usize = 4;

/// How the solutions of a comprehension can be grouped, if they can. Variables below `outside` have their values from outside.
pub(super) fn of<'t, H: Iterator<Item = &'t Term>>(
    steps: &[Step],
    head: impl Fn() -> H,
    outside: Slot,
) -> Option<Grouping> {
    // Without one of these there is nothing that takes time.
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
    let kept = search.kept.intersection(&needed).copied();
    Some(Grouping {
        kept: kept.collect(),
        keys: search.keys,
        others: search.others.into_iter().collect(),
        functions: search.functions.into_iter().collect(),
    })
}

/// What is known of the steps up to the last comparison, and in `ahead` of those behind it.
struct Search {
    outside: Slot,
    keys: Vec<Key>,
    /// The variables from outside that comparisons ask for.
    asked: BTreeSet<Slot>,
    others: BTreeSet<Slot>,
    kept: BTreeSet<Slot>,
    functions: BTreeSet<RuleNo>,
    /// The variables that steps behind the last comparison mention.
    ahead: BTreeSet<Slot>,
    has_branched: bool,
}

impl Search {
    fn new(outside: Slot) -> Self {
        Self {
            outside,
            keys: Vec::new(),
            asked: BTreeSet::new(),
            others: BTreeSet::new(),
            kept: BTreeSet::new(),
            functions: BTreeSet::new(),
            ahead: BTreeSet::new(),
            has_branched: false,
        }
    }

    /// Takes the next step in; false where none is to be taken any more, and none where solutions cannot be grouped.
    fn step(&mut self, number: usize, step: &Step) -> Option<bool> {
        let mentions = Mentions::of_step(step);
        let is_key = self.key(number, &step.kind);
        // A step that branches is one with its own comparison.
        if let (Some((key, asked)), true) = (is_key, self.keys.len() < MAX_KEYS) {
            if mentions.varies || mentions.is_partial {
                return self.end();
            }
            self.functions.extend(&mentions.functions);
            let all = std::mem::take(&mut self.ahead).into_iter();
            for slot in all
                .chain(mentions.slots)
                .filter(|slot| !asked.contains(slot))
            {
                let among = if slot < self.outside {
                    &mut self.others
                } else {
                    &mut self.kept
                };
                among.insert(slot);
            }
            self.asked.extend(asked);
            self.keys.push(key);
            return Some(true);
        }
        let is_first = self.keys.is_empty();
        if mentions.varies || mentions.is_partial || !(is_first || is_safe(&step.kind)) {
            return self.end();
        }
        if mentions.slots.iter().any(|slot| self.asked.contains(slot)) {
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

    // The comparison that a step is, and the variables from outside that it asks for.
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
            let asked = Mentions::of_term(known).slots;
            let found_mentions = Mentions::of_term(found);
            let is_needed_before = |slot: &Slot| {
                self.others.contains(slot)
                    || self.ahead.contains(slot)
                    || found_mentions.slots.contains(slot)
            };
            let fits = !asked.is_empty()
                && is_safe_term(known)
                && asked.iter().all(|slot| *slot < self.outside)
                && !asked.iter().any(is_needed_before)
                && !found_mentions
                    .slots
                    .iter()
                    .any(|slot| self.asked.contains(slot))
                && (self.keys.is_empty() || is_safe_term(found));
            // Without a variable of its own it is the same for all solutions.
            let varies = found_mentions
                .slots
                .iter()
                .any(|slot| *slot >= self.outside);
            let is_find = matches!(kind, StepKind::Find { .. });
            (fits && (varies || is_find)).then_some((Key { step: number, left }, asked))
        })
    }
}

impl Key {
    /// The term of a step that is known outside.
    pub(crate) fn known<'p>(&self, steps: &'p [Step]) -> Option<&'p Term> {
        match (&steps.get(self.step)?.kind, self.left) {
            (StepKind::Equal(known, _), true)
            | (StepKind::Equal(_, known), false)
            | (StepKind::Find { value: known, .. }, _) => Some(known),
            _ => None,
        }
    }

    /// The other term of it, and whether it is its items that are compared.
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

// Whether a step may hold several times.
const fn branches(kind: &StepKind) -> bool {
    matches!(
        kind,
        StepKind::Each { .. } | StepKind::Find { .. } | StepKind::Documents(_) | StepKind::Walk(..)
    )
}

// Whether a step holds at most once, and can neither fail nor take long.
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
