//! Which rules depend on which.
//!
//! A reference whose parts are not all known may refer to many rules. What is known of variables narrows it down, as in OPA. Where many
//! references refer to the same many rules, these are a group, so that the graph stays small.

mod build;
mod constant;
mod known;
mod lookup;
mod many;
mod order;
mod references;
#[cfg(test)]
mod tests;

use crate::rego::compile::chain::chain;
use crate::rego::compile::graph::build::build;
use crate::rego::compile::{RuleId, RuleTree};
use crate::rego::syntax::ast::{Module, Rule};
use crate::rego::syntax::fault::Fault;
use crate::sorting::order;

pub(crate) use constant::is_constant;
pub(crate) use known::members;
pub(crate) use lookup::Lookup;
pub(crate) use order::components;
pub(crate) use references::{Reference, references};

/// A rule, or one of those behind its `else`, which are numbered from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Branch {
    pub(crate) id: RuleId,
    pub(crate) branch: usize,
}

/// The dependencies of rules.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    /// The rules, in the order of their places.
    rules: Vec<Branch>,
    /// What the rules depend on, by their numbers, then what is in the groups. Groups have numbers from that of the rules on.
    edges: Vec<Vec<usize>>,
    /// The rules, each behind those that it depends on; empty where rules depend on one another.
    order: Vec<usize>,
    /// What is wrong where rules depend on one another. It is found out at once, as the bodies change later.
    pub(crate) recursions: Vec<Fault>,
}

impl Graph {
    /// The dependencies of the rules of modules.
    pub(crate) fn of<'m>(modules: &'m [Module], tree: &'m RuleTree) -> (Self, Lookup<'m>) {
        let (rules, edges, lookup) = build(modules, tree);
        let graph = Self {
            rules,
            edges,
            ..Self::default()
        };
        (graph, lookup)
    }

    /// Puts the rules behind those that they depend on. Says whether they can be, since none depends on itself.
    pub(crate) fn sort(&mut self) -> bool {
        let order = order::topological(&self.edges, self.rules.len());
        let is_sorted = order.is_some();
        self.order = order.unwrap_or_default();
        is_sorted
    }

    /// The rules, in the order of their places. Their places here are the numbers that other methods speak of.
    pub(crate) fn rules(&self) -> &[Branch] {
        &self.rules
    }

    /// The same as syntax.
    pub(crate) fn syntax<'m>(&self, modules: &'m [Module]) -> Vec<Option<&'m Rule>> {
        let mut found = vec![None; self.rules.len()];
        let places = order(self.rules.len(), &mut |one, other| {
            self.rules.get(one).cmp(&self.rules.get(other))
        });
        let mut rules = modules
            .iter()
            .flat_map(|module| &module.rules)
            .flat_map(chain);
        for place in places {
            if let Some(slot) = found.get_mut(place) {
                *slot = rules.next();
            }
        }
        found
    }

    /// The numbers of the rules, each behind those that it depends on. Empty where rules depend on one another.
    pub(crate) fn order(&self) -> &[usize] {
        &self.order
    }

    /// What the rules and the groups depend on.
    pub(crate) fn edges(&self) -> &[Vec<usize>] {
        &self.edges
    }

    /// The rules that a rule depends on.
    #[cfg(test)]
    pub(crate) fn dependencies(&self, rule: usize) -> Vec<usize> {
        let mut found: Vec<usize> = reached(&self.edges, self.rules.len(), [rule], false);
        found.sort_unstable();
        found
    }

    #[cfg(test)]
    /// Some rules and all that depend on them, directly or not.
    pub(crate) fn dependents(&self, of: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut back = vec![Vec::new(); self.edges.len()];
        for (from, edges) in self.edges.iter().enumerate() {
            for to in edges {
                if let Some(back) = back.get_mut(*to) {
                    back.push(from);
                }
            }
        }
        let of: Vec<usize> = of.into_iter().collect();
        let mut found = reached(&back, self.rules.len(), of.iter().copied(), true);
        found.extend(of);
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The rules behind the edges of some: through groups, and where it is to go on, through rules too.
#[cfg(test)]
fn reached(
    edges: &[Vec<usize>],
    rules: usize,
    from: impl IntoIterator<Item = usize>,
    goes_on: bool,
) -> Vec<usize> {
    let mut seen = vec![false; edges.len()];
    let mut stack: Vec<usize> = from.into_iter().collect();
    let mut found = Vec::new();
    while let Some(node) = stack.pop() {
        for &next in edges.get(node).into_iter().flatten() {
            let Some(seen) = seen.get_mut(next) else {
                continue;
            };
            if std::mem::replace(seen, true) {
                continue;
            }
            if next < rules {
                found.push(next);
            }
            if goes_on || next >= rules {
                stack.push(next);
            }
        }
    }
    found
}
