//! Nodes with many rules: finds the rules that a reference may refer to without checking each.

use crate::rego::compile::graph::constant::is_constant;
use crate::rego::compile::tree::{RuleId, RuleTree};
use crate::rego::syntax::ast::{Module, Name, Term};
use std::collections::{HashMap, HashSet};

/// The number of positions after a node that are considered as a key.
const PLACES: usize = 8;

/// The rules at a node.
pub(crate) enum Kind {
    /// A reference matches all rules or none: after the node, their references have only variables.
    Alike,
    Keyed(Keyed),
}

/// Rules, keyed by the string at one position after the node.
pub(crate) struct Keyed {
    place: usize,
    by: HashMap<Name, Vec<RuleId>>,
    /// The rules without a string at that position.
    others: Vec<RuleId>,
}

impl Kind {
    /// The kind of a node; `at` is its position in references.
    pub(crate) fn of(modules: &[Module], node: &RuleTree, at: usize) -> Self {
        let rests = || node.rules.iter().map(|id| rest(modules, *id, at));
        if !rests().any(|rest| rest.iter().any(is_constant)) {
            return Self::Alike;
        }
        let keys = |place: &usize| {
            let keys: HashSet<&Name> = rests()
                .filter_map(|rest| rest.get(*place)?.as_string())
                .collect();
            keys.len()
        };
        let place = (0..PLACES).max_by_key(keys).unwrap_or_default();
        let mut keyed = Keyed {
            place,
            by: HashMap::new(),
            others: Vec::new(),
        };
        for id in &node.rules {
            match rest(modules, *id, at).get(place).and_then(Term::as_string) {
                Some(name) => keyed.by.entry(name.clone()).or_default().push(*id),
                None => keyed.others.push(*id),
            }
        }
        Self::Keyed(keyed)
    }
}

impl Keyed {
    /// The rules that a reference may refer to, given its parts after the node. `None` means all of them.
    pub(crate) fn candidates(&self, behind: &[&Term]) -> Option<Vec<RuleId>> {
        let name = behind.get(self.place)?.as_string()?;
        let same = self.by.get(name).into_iter().flatten();
        Some(same.chain(&self.others).copied().collect())
    }
}

/// The parts of a rule's reference from a position on, counted from `data`.
pub(crate) fn rest(modules: &[Module], id: RuleId, at: usize) -> &[Term] {
    let path = modules
        .get(id.module)
        .map_or(0, |module| module.package.path.len());
    let head = id.of(modules).map_or(&[][..], |rule| &rule.head.reference);
    head.get(at.saturating_sub(path)..).unwrap_or_default()
}
