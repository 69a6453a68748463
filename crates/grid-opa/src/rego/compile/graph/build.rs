//! Builds the nodes and edges of the graph.

use crate::rego::compile::RuleId;
use crate::rego::compile::else_chain::chain;
use crate::rego::compile::graph::Branch;
use crate::rego::compile::graph::lookup::{Lookup, Numbers};
use crate::rego::compile::graph::references::references;
use crate::rego::compile::tree::RuleTree;
use crate::rego::syntax::ast::{Module, Rule, Term};
use crate::rego::syntax::order::compare;
use crate::sorting::order;
use std::cmp::Ordering;

/// The rules sorted by place, the edges of the rules and of the groups, and the lookup that found them.
pub(super) fn build<'m>(
    modules: &'m [Module],
    tree: &'m RuleTree,
) -> (Vec<Branch>, Vec<Vec<usize>>, Lookup<'m>) {
    let (sorted, numbers) = number(modules);
    let mut lookup = Lookup::new(modules, tree, numbers);
    let mut edges = Vec::with_capacity(sorted.len());
    for (_, rule) in &sorted {
        let mut found = Vec::new();
        for reference in references(rule) {
            for expanded in &reference.expanded {
                lookup.find(expanded, &mut found);
            }
        }
        found.sort_unstable();
        found.dedup();
        edges.push(found);
    }
    edges.extend(lookup.groups().iter().cloned());
    (
        sorted.into_iter().map(|(branch, _)| branch).collect(),
        edges,
        lookup,
    )
}

fn number(modules: &[Module]) -> (Vec<(Branch, &Rule)>, Numbers) {
    let mut rules = Vec::new();
    let mut first = Vec::with_capacity(modules.len());
    for (module, syntax) in modules.iter().enumerate() {
        let mut starts = Vec::with_capacity(syntax.rules.len());
        for (rule, syntax) in syntax.rules.iter().enumerate() {
            starts.push(rules.len());
            let id = RuleId { module, rule };
            let branches = chain(syntax).enumerate();
            rules.extend(branches.map(|(branch, syntax)| (Branch { id, branch }, syntax)));
        }
        starts.push(rules.len());
        first.push(starts);
    }
    let order = order(
        rules.len(),
        &mut |a, b| match (rules.get(a), rules.get(b)) {
            (Some((_, a)), Some((_, b))) => compare_places(a, b),
            _ => Ordering::Equal,
        },
    );
    let mut places = vec![0; rules.len()];
    for (number, place) in order.iter().enumerate() {
        if let Some(slot) = places.get_mut(*place) {
            *slot = number;
        }
    }
    let sorted = order
        .iter()
        .filter_map(|place| rules.get(*place).copied())
        .collect();
    (sorted, Numbers { first, places })
}

fn compare_places(a: &Rule, b: &Rule) -> Ordering {
    let place = |rule: &Rule| {
        (
            rule.span.row == 0,
            rule.span.file,
            rule.span.row,
            rule.span.column,
        )
    };
    place(a).cmp(&place(b)).then_with(|| {
        let (a, b): (&[Term], &[Term]) = (&a.head.reference, &b.head.reference);
        let differing = a
            .iter()
            .zip(b)
            .map(|(a, b)| compare(a, b))
            .find(|order| order.is_ne());
        differing.unwrap_or_else(|| a.len().cmp(&b.len()))
    })
}
