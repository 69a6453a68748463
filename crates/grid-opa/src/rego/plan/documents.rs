//! The tree of documents: packages and their rules. A rule consists of all definitions at and below one path.

use crate::rego::compile::{Key, RuleId, RuleTree};
use crate::rego::plan::ir::{Node, NodeNo, RuleNo};
use crate::rego::syntax::ast::{Module, Term};
use crate::rego::value::{Value, number};
use crate::sorting::sort_by;

/// The clauses of one rule.
#[derive(Debug)]
pub(super) struct Unit {
    /// The keys below `data`.
    pub(super) path: Vec<Value>,
    pub(super) clauses: Vec<RuleId>,
}

/// The nodes of a tree of rules, where the first is `data`, and the rules by number.
pub(super) fn of(tree: &RuleTree) -> (Vec<Node>, Vec<Unit>) {
    let mut nodes = vec![Node::default()];
    let mut units = Vec::new();
    let mut waiting: Vec<(NodeNo, &RuleTree)> = vec![(0, tree)];
    while let Some((number, tree)) = waiting.pop() {
        let path = nodes
            .get(number)
            .map(|node| node.path.clone())
            .unwrap_or_default();
        let mut children: Vec<(Value, &RuleTree)> = tree
            .children
            .iter()
            .filter_map(|(key, child)| Some((value_of(key)?, child)))
            .collect();
        sort_by(&mut children, |(one, _), (other, _)| one.cmp(other));
        let mut numbered = Vec::with_capacity(children.len());
        for (key, child) in children {
            let mut below = path.clone();
            below.push(key.clone());
            let node = nodes.len();
            let rule = (!child.rules.is_empty()).then(|| {
                units.push(Unit {
                    path: below.clone(),
                    clauses: all_of(child),
                });
                units.len() - 1
            });
            let hidden = below.len() == 1 && key == Value::from("system");
            nodes.push(Node {
                path: below,
                children: Vec::new(),
                rule,
                hidden,
            });
            if rule.is_none() {
                waiting.push((node, child));
            }
            numbered.push((key, node));
        }
        if let Some(node) = nodes.get_mut(number) {
            node.children = numbered;
        }
    }
    (nodes, units)
}

// The rules at a node and below it, in module order.
fn all_of(tree: &RuleTree) -> Vec<RuleId> {
    let mut rules = Vec::new();
    let mut waiting = vec![tree];
    while let Some(tree) = waiting.pop() {
        rules.extend(&tree.rules);
        waiting.extend(tree.children.values());
    }
    rules.sort_unstable();
    rules
}

pub(super) fn value_of(key: &Key) -> Option<Value> {
    Some(match key {
        Key::Null => Value::Null,
        Key::Bool(value) => Value::Bool(*value),
        Key::Number(text) => number::parse(text).ok()?,
        Key::String(text) => Value::from(&**text),
    })
}

/// The keys in the head of a rule that are not part of the path of its unit.
pub(super) fn keys_of(modules: &[Module], id: RuleId, unit: &Unit) -> Vec<Term> {
    let Some(module) = modules.get(id.module) else {
        return Vec::new();
    };
    let package = module.package.path.len().saturating_sub(1);
    let Some(rule) = module.rules.get(id.rule) else {
        return Vec::new();
    };
    // If the unit is above the package: the rest of its path, and the name of the rule.
    let above = module.package.path.iter().skip(1 + unit.path.len());
    let first = unit.path.len().saturating_sub(package);
    let keys = rule.head.reference.iter().enumerate().skip(first);
    let keys = keys.map(|(number, term)| match term.as_var() {
        Some(name) if number == 0 => Term::string(name, term.span),
        _ => term.clone(),
    });
    above.cloned().chain(keys).collect()
}

/// The number of the rule at a node, if there is one.
pub(super) fn rule_at(nodes: &[Node], node: NodeNo) -> Option<RuleNo> {
    nodes.get(node)?.rule
}
