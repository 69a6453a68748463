//! The rules at a node that match a reference.

use crate::rego::compile::graph::constant::is_constant;
use crate::rego::compile::graph::keyed_rules::{Kind, rest};
use crate::rego::compile::graph::lookup::{FEW, Listing, Lookup};
use crate::rego::compile::tree::{RuleId, RuleTree};
use crate::rego::syntax::ast::Term;
use crate::rego::syntax::order::compare;
use std::ptr;
use std::rc::Rc;

impl Lookup<'_> {
    /// The rules at a node that match a reference from part `at` on.
    pub(super) fn rules_at(
        &mut self,
        node: &RuleTree,
        reference: &[&Term],
        at: usize,
        found: &mut Vec<usize>,
    ) {
        let behind = reference.get(at..).unwrap_or_default();
        if node.rules.len() <= FEW {
            return self.fitting(&node.rules, behind, at, found);
        }
        let address = ptr::from_ref(node);
        let modules = self.modules;
        let kind = self
            .many
            .entry(address)
            .or_insert_with(|| Rc::new(Kind::of(modules, node, at)));
        match &*kind.clone() {
            Kind::Alike => self.alike(node, found),
            Kind::Keyed(keyed) => match keyed.candidates(behind) {
                Some(rules) => self.fitting(&rules, behind, at, found),
                None => self.fitting(&node.rules, behind, at, found),
            },
        }
    }

    fn fitting(&mut self, rules: &[RuleId], behind: &[&Term], at: usize, found: &mut Vec<usize>) {
        for id in rules {
            let rest = rest(self.modules, *id, at);
            let differ =
                |(a, b): (&Term, &&Term)| is_constant(a) && is_constant(b) && compare(a, b).is_ne();
            if !rest.iter().zip(behind).any(differ) {
                found.extend(self.numbers.of(*id));
            }
            if !self.step(1 + rest.len().min(behind.len())) {
                return;
            }
        }
    }

    /// All rules at a node.
    fn alike(&mut self, node: &RuleTree, found: &mut Vec<usize>) {
        let address = ptr::from_ref(node);
        let numbers = &self.numbers;
        let listing = self.alike.entry(address).or_insert_with(|| {
            let members = node
                .rules
                .iter()
                .flat_map(|id| numbers.of(*id).iter().copied());
            Listing::Members(members.collect())
        });
        let listing = listing.clone();
        let group = self.include(listing, found);
        if let Some(kept) = self.alike.get_mut(&address) {
            kept.becomes(group);
        }
    }
}
