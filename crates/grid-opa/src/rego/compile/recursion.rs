//! Rules that depend on themselves.
//!
//! A dependency through a reference with variables may not exist at evaluation. Such a cycle is reported as possible, with its conditions.

mod cause;
mod links;
mod origins;
#[cfg(test)]
mod tests;

use crate::rego::compile::Compiler;
use crate::rego::compile::graph::{Graph, Lookup, components};
use crate::rego::compile::names::originals::{Originals, full_reference};
use crate::rego::compile::recursion::cause::{Naming, explain};
use crate::rego::compile::recursion::links::Links;
use crate::rego::compile::tree::walk::nodes;
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use std::collections::{HashMap, VecDeque};
use std::mem;

/// The limit of steps from rule to rule in the search for cycles.
const STEPS: usize = 1_000_000;
/// The limit of the total length of the messages. There is one message per rule, and each lists all rules of its cycle.
const TEXT: usize = 2 << 20;

/// OPA's stage `CheckRecursion`.
pub(crate) fn run(compiler: &mut Compiler<'_>) {
    let faults = mem::take(&mut compiler.graph.recursions);
    compiler.fault_all(faults);
}

/// The errors of a graph with cycles.
pub(crate) fn find(compiler: &Compiler<'_>, graph: &Graph, lookup: &mut Lookup<'_>) -> Vec<Fault> {
    let cycles = components(graph.edges());
    let rules = graph.syntax(&compiler.modules);
    let full = |number: usize| {
        let module = compiler.modules.get(graph.rules().get(number)?.id.module)?;
        Some(full_reference(
            module,
            rules.get(number).copied().flatten()?,
        ))
    };
    let naming = Naming {
        originals: Originals::new(&compiler.rewritten),
        reference: &full,
    };
    let ids = nodes(&compiler.tree).flat_map(|node| &node.rules);
    let on_cycle = |number: &usize| cycles.get(*number).is_some_and(Option::is_some);
    let numbers: Vec<usize> = ids
        .flat_map(|id| lookup.numbers(*id).to_vec())
        .filter(on_cycle)
        .collect();
    let mut search = Search {
        links: Links::new(&rules, &cycles, &full, STEPS),
    };
    let mut faults: Vec<Fault> = Vec::new();
    let mut text = 0;
    for number in &numbers {
        if search.links.steps == 0 || text > TEXT {
            break;
        }
        let span = rules.get(*number).copied().flatten().map(|rule| rule.span);
        if let Some(message) = search.message(*number, lookup, &naming) {
            text += message.len();
            faults.push(Fault::new(
                Code::Recursion,
                message,
                span.unwrap_or_default(),
            ));
        }
    }
    if faults.is_empty() {
        // There is a cycle, but finding it takes too many steps.
        let span = numbers
            .first()
            .and_then(|number| rules.get(*number).copied().flatten());
        let span: Span = span.map(|rule| rule.span).unwrap_or_default();
        faults.push(Fault::new(Code::Recursion, "rules may be recursive", span));
    }
    faults
}

struct Search<'s, 'm> {
    links: Links<'s, 'm>,
}

impl Search<'_, '_> {
    fn message(
        &mut self,
        rule: usize,
        lookup: &mut Lookup<'_>,
        naming: &Naming<'_>,
    ) -> Option<String> {
        let path = self.path(rule, lookup, false)?;
        let show = |path: &[usize]| {
            path.iter()
                .map(|rule| naming.name(*rule))
                .collect::<Vec<_>>()
                .join(" -> ")
        };
        let name = naming.name(rule);
        if self.is_static(&path) {
            return Some(format!("rule {name} is recursive: {}", show(&path)));
        }
        if let Some(path) = self.path(rule, lookup, true) {
            return Some(format!("rule {name} is recursive: {}", show(&path)));
        }
        let cause = explain(&path, &self.links, naming);
        Some(format!(
            "rule {name} may be recursive: {}{cause}",
            show(&path)
        ))
    }

    fn is_static(&self, path: &[usize]) -> bool {
        let pairs = path.iter().zip(path.iter().skip(1));
        pairs
            .into_iter()
            .all(|(from, to)| self.links.cause(*from, *to).is_none())
    }

    /// The shortest path from a rule to itself. If `only_static`, it follows only references that certainly refer to the rules.
    fn path(
        &mut self,
        rule: usize,
        lookup: &mut Lookup<'_>,
        only_static: bool,
    ) -> Option<Vec<usize>> {
        let mut before: HashMap<usize, usize> = HashMap::new();
        let mut queue = VecDeque::from([rule]);
        while let Some(from) = queue.pop_front() {
            let links = self.links.of(from, lookup)?;
            for link in links.iter() {
                self.links.step(1)?;
                if only_static && link.cause.is_some() {
                    continue;
                }
                if link.to == rule {
                    return Some(walk_back(from, rule, &before));
                }
                before.entry(link.to).or_insert_with(|| {
                    queue.push_back(link.to);
                    from
                });
            }
        }
        None
    }
}

fn walk_back(last: usize, rule: usize, before: &HashMap<usize, usize>) -> Vec<usize> {
    let mut path = vec![rule];
    let mut at = last;
    while at != rule {
        path.push(at);
        match before.get(&at) {
            Some(from) => at = *from,
            None => break,
        }
    }
    path.push(rule);
    path.reverse();
    path
}
