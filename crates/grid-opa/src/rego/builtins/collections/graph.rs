//! `graph.*`.

use super::operands::{any, items, object, wrong};
use super::{Answer, Builtin, Context, Failure, builtin};
use crate::rego::value::{Object, Set, Value, type_name};
use std::collections::BTreeSet;

pub(super) const ALL: &[Builtin] = &[
    builtin("graph.reachable", 2, reachable),
    builtin("graph.reachable_paths", 2, reachable_paths),
];

fn roots(operands: &[Value]) -> Result<Vec<&Value>, Failure> {
    let value = any(operands, 2)?;
    let found = type_name(value);
    items(value).ok_or_else(|| wrong(2, &format!("must be {{array, set}} but got {found}")))
}

// The neighbors of a node; `None` if the node is not in the graph.
fn neighbors<'g>(graph: &'g Object, node: &Value) -> Option<Vec<&'g Value>> {
    graph
        .get(node)
        .map(|edges| items(edges).unwrap_or_default())
}

fn reachable(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let graph = object(operands, 1)?;
    let mut open = roots(operands)?;
    let mut reached: BTreeSet<&Value> = BTreeSet::new();
    while let Some(node) = open.pop() {
        if reached.contains(node) {
            continue;
        }
        if let Some(neighbors) = neighbors(graph, node) {
            context.in_time()?;
            context.charge_values(neighbors.len().saturating_add(1))?;
            open.extend(neighbors);
            reached.insert(node);
        }
    }
    Ok(Some(reached.into_iter().cloned().collect::<Set>().into()))
}

// All paths from the roots. A path ends with a node without neighbors, or before a node that is not in the graph or already on the path.
fn reachable_paths(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let graph = object(operands, 1)?;
    let mut paths: BTreeSet<Value> = BTreeSet::new();
    let mut add = |path: Vec<Value>, context: &mut Context<'_>| {
        context.charge_values(path.len().saturating_add(2))?;
        paths.insert(path.into());
        Ok::<(), Failure>(())
    };
    for root in roots(operands)? {
        let Some(first) = neighbors(graph, root) else {
            continue;
        };
        let mut path = vec![root.clone()];
        if first.is_empty() {
            add(path, context)?;
            continue;
        }
        let mut reached = BTreeSet::from([root]);
        // For each node of the path: its remaining neighbors, and whether this step added it to `reached`.
        let mut open = vec![(first.into_iter(), true)];
        while let Some((next, _)) = open.last_mut() {
            context.in_time()?;
            let Some(node) = next.next() else {
                let first = open.pop().is_some_and(|(_, first)| first);
                if let Some(left) = path.pop().filter(|_| first) {
                    reached.remove(&left);
                }
                continue;
            };
            // OPA follows an edge from a root to itself once.
            if open.len() > 1 && reached.contains(node) {
                add(path.clone(), context)?;
                continue;
            }
            match neighbors(graph, node) {
                None => add(path.clone(), context)?,
                Some(below) if below.is_empty() => {
                    let end = path.iter().cloned().chain([node.clone()]);
                    add(end.collect(), context)?;
                }
                Some(below) => {
                    open.push((below.into_iter(), reached.insert(node)));
                    path.push(node.clone());
                }
            }
        }
    }
    Ok(Some(paths.into()))
}
