//! Rules that are never undefined.

use crate::rego::compile::rewrite::equality::is_empty;
use crate::rego::compile::tree::{RuleId, RuleTree};
use crate::rego::syntax::ast::{Head, Module, Rule, Term, TermKind};
use crate::rego::syntax::ground::is_ground;
use std::collections::HashSet;

/// The first rules at the paths that always have a value.
pub(crate) struct Defined(HashSet<RuleId>);

impl Defined {
    pub(crate) fn of(modules: &[Module], tree: &RuleTree) -> Self {
        let mut defined = HashSet::new();
        let mut nodes = vec![tree];
        while let Some(node) = nodes.pop() {
            nodes.extend(node.children.values());
            if let Some(first) = node.rules.first()
                && is_defined(node.rules.iter().filter_map(|id| id.of(modules)))
            {
                defined.insert(*first);
            }
        }
        Self(defined)
    }

    /// Whether a reference from `data` is exactly the path of rules that are always defined.
    pub(crate) fn has(&self, tree: &RuleTree, reference: &[Term]) -> bool {
        let node = tree.find_ref(reference).filter(|_| reference.len() >= 2);
        node.and_then(|node| node.rules.first())
            .is_some_and(|first| self.0.contains(first))
    }
}

fn is_defined<'r>(mut rules: impl Iterator<Item = &'r Rule>) -> bool {
    let Some(first) = rules
        .next()
        .filter(|first| first.head.args.as_ref().is_none_or(Vec::is_empty))
    else {
        return false;
    };
    if first.is_default || is_set(&first.head) {
        return true;
    }
    let mut others = rules.peekable();
    if others.peek().is_none() {
        return is_constant(first);
    }
    others.any(|rule| rule.is_default)
}

/// Whether rules with such a head define a set.
fn is_set(head: &Head) -> bool {
    head.value.is_none() && head.key.is_some()
}

fn is_constant(rule: &Rule) -> bool {
    is_empty(&rule.body)
        && rule
            .head
            .value
            .as_ref()
            .is_some_and(|value| match &value.kind {
                TermKind::Var(_) => true,
                TermKind::Array(_) | TermKind::Object(_) | TermKind::Set(_) => is_ground(value),
                kind => kind.is_scalar(),
            })
}
