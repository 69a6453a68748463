//! The dependencies between rules.
//!
//! A reference with unknown parts may refer to many rules. As in OPA, the known values of variables narrow it down. If many references
//! refer to the same large set of rules, these rules form a group, which keeps the graph small.

mod build;
mod constant;
mod keyed_rules;
mod known_values;
mod lookup;
mod order;
mod references;
pub(super) mod stage;
#[cfg(test)]
mod tests;

use crate::rego::compile::else_chain::chain;
use crate::rego::compile::graph::build::build;
use crate::rego::compile::{RuleId, RuleTree};
use crate::rego::syntax::ast::{Module, Rule};
use crate::rego::syntax::fault::Fault;
use crate::sorting::order;

pub(crate) use constant::is_constant;
pub(crate) use known_values::members;
pub(crate) use lookup::Lookup;
pub(crate) use order::components;
pub(crate) use references::{Reference, references};

/// A rule, or one of its `else` branches, which are numbered from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Branch {
    pub(crate) id: RuleId,
    pub(crate) branch: usize,
}

/// The dependencies of rules.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    /// The rules, sorted by place.
    rules: Vec<Branch>,
    /// The dependencies of each rule, then the members of each group. The numbers of groups follow those of rules.
    edges: Vec<Vec<usize>>,
    /// The rules, each after its dependencies; empty if there is a cycle.
    order: Vec<usize>,
    /// The errors of cycles. They are found immediately, because later stages change the bodies.
    pub(crate) recursions: Vec<Fault>,
}

impl Graph {
    /// Builds the dependency graph of the rules of modules.
    pub(crate) fn of<'m>(modules: &'m [Module], tree: &'m RuleTree) -> (Self, Lookup<'m>) {
        let (rules, edges, lookup) = build(modules, tree);
        let graph = Self {
            rules,
            edges,
            ..Self::default()
        };
        (graph, lookup)
    }

    /// Sorts the rules by dependency. Returns whether that is possible, that is, no rule depends on itself.
    pub(crate) fn sort(&mut self) -> bool {
        let order = order::topological(&self.edges, self.rules.len());
        let is_sorted = order.is_some();
        self.order = order.unwrap_or_default();
        is_sorted
    }

    /// The rules, sorted by place. The index of a rule here is its number in the other methods.
    pub(crate) fn rules(&self) -> &[Branch] {
        &self.rules
    }

    /// The same rules as syntax.
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

    /// The numbers of the rules, each after its dependencies. Empty if there is a cycle.
    pub(crate) fn order(&self) -> &[usize] {
        &self.order
    }

    /// The dependencies of the rules and the groups.
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
    /// Some rules and all rules that depend on them, directly or indirectly.
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

/// The rules that the edges of some nodes lead to, through groups and, if `through_rules`, through rules too.
#[cfg(test)]
fn reached(
    edges: &[Vec<usize>],
    rules: usize,
    from: impl IntoIterator<Item = usize>,
    through_rules: bool,
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
            if through_rules || next >= rules {
                stack.push(next);
            }
        }
    }
    found
}
