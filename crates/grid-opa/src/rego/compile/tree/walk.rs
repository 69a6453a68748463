//! Walks through the rule tree, in OPA's order. Paths may be long, so there is no recursion.

use crate::rego::compile::tree::{Key, RuleTree};
use crate::rego::syntax::order::compare_numbers;
use crate::sorting::sort_by;
use std::cmp::Ordering;

/// A node, then its descendants, in the order of the keys.
pub(crate) fn nodes(root: &RuleTree) -> impl Iterator<Item = &RuleTree> {
    Nodes { stack: vec![root] }
}

/// The descendants of a node.
pub(crate) fn nodes_below(root: &RuleTree) -> impl Iterator<Item = &RuleTree> {
    nodes(root).skip(1)
}

struct Nodes<'t> {
    stack: Vec<&'t RuleTree>,
}

impl<'t> Iterator for Nodes<'t> {
    type Item = &'t RuleTree;

    fn next(&mut self) -> Option<Self::Item> {
        let node = self.stack.pop()?;
        self.stack
            .extend(children(node).into_iter().rev().map(|(_, child)| child));
        Some(node)
    }
}

/// The children of a node, in the order of their keys.
pub(crate) fn children(node: &RuleTree) -> Vec<(&Key, &RuleTree)> {
    let mut children: Vec<_> = node.children.iter().collect();
    sort_by(&mut children, |(a, _), (b, _)| compare(a, b));
    children
}

/// OPA's order of values.
fn compare(a: &Key, b: &Key) -> Ordering {
    match (a, b) {
        (Key::Number(a), Key::Number(b)) => compare_numbers(a, b).then_with(|| a.cmp(b)),
        (a, b) => a.cmp(b),
    }
}
