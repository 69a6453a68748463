//! How deep the core may recurse for a set of policies: rules evaluate the rules that they use, one inside the other.
//!
//! What a rule uses is read from its names, so a variable that is called like a rule counts as a use of it. That only makes the
//! chain longer than it is.

use crate::outline::Outline;
use crate::set::Module;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use std::collections::{BTreeMap, BTreeSet};

/// A rule of a loaded source, all clauses of that source together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Link {
    /// The levels of its deepest clause.
    pub(crate) levels: u32,
    /// Paths below `data` that it uses.
    pub(crate) uses: BTreeSet<Vec<String>>,
}

/// The longest chain of a set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Chain {
    pub(crate) levels: u32,
    /// The path of the rule that it begins at.
    pub(crate) from: String,
}

/// The rules of a source with what they use.
pub(crate) fn links_of(outline: &Outline<'_>, package: &[String]) -> BTreeMap<String, Link> {
    let owned = |parts: &[&str]| {
        parts
            .iter()
            .map(|part| (*part).to_owned())
            .collect::<Vec<_>>()
    };
    let path_of = |name: &[&str]| match name {
        ["data", below @ ..] => Some(owned(below)),
        [first, below @ ..] => match outline.aliases.get(first).map(Vec::as_slice) {
            Some(["data", imported @ ..]) => Some(owned(&[imported, below].concat())),
            Some(_) => None,
            None => Some([package, &owned(&[first])].concat()),
        },
        [] => None,
    };
    let mut links: BTreeMap<String, Link> = BTreeMap::new();
    for rule in &outline.rules {
        let link = links.entry(rule.root.to_owned()).or_default();
        link.levels = link.levels.max(rule.levels);
        link.uses
            .extend(rule.names.iter().filter_map(|name| path_of(name)));
    }
    links
}

/// Finds the longest chain of rules, each counted with its levels.
pub(crate) fn longest(modules: &BTreeMap<String, Module>) -> Chain {
    let graph = graph_of(modules);
    let mut sums: BTreeMap<NodeIndex, u32> = BTreeMap::new();
    let mut longest = Chain::default();
    // Components come after all that they lead to. No rule is evaluated inside itself, so a chain passes each member once at most.
    for members in kosaraju_scc(&graph) {
        let own = members
            .iter()
            .filter_map(|&member| graph.node_weight(member));
        let own = own.fold(0_u32, |sum, node| sum.saturating_add(node.levels));
        let next = members.iter().flat_map(|&member| graph.neighbors(member));
        let behind = next.filter_map(|node| sums.get(&node)).max().copied();
        let sum = own.saturating_add(behind.unwrap_or(0));
        sums.extend(members.iter().map(|&member| (member, sum)));
        if sum > longest.levels {
            let named = members.iter().find_map(|&member| graph.node_weight(member));
            longest = Chain {
                levels: sum,
                from: named.map(|node| node.path.join(".")).unwrap_or_default(),
            };
        }
    }
    longest
}

struct Node {
    path: Vec<String>,
    levels: u32,
}

/// Rules and what they lead to. A path that is no rule's leads to all rules below it, over a node of its own.
fn graph_of(modules: &BTreeMap<String, Module>) -> DiGraph<Node, ()> {
    let mut rules: BTreeMap<Vec<String>, (u32, BTreeSet<Vec<String>>)> = BTreeMap::new();
    for module in modules.values() {
        for (root, link) in &module.links {
            let path = [module.package.as_slice(), std::slice::from_ref(root)].concat();
            let (levels, uses) = rules.entry(path).or_default();
            *levels = link.levels.max(*levels);
            uses.extend(link.uses.iter().cloned());
        }
    }
    let mut graph = DiGraph::new();
    let nodes: BTreeMap<&[String], NodeIndex> = rules
        .iter()
        .map(|(path, (levels, _))| {
            (
                path.as_slice(),
                graph.add_node(Node {
                    path: path.clone(),
                    levels: *levels,
                }),
            )
        })
        .collect();
    let mut prefixes: BTreeMap<&[String], NodeIndex> = BTreeMap::new();
    for (path, (_, uses)) in &rules {
        let Some(&from) = nodes.get(path.as_slice()) else {
            continue;
        };
        for used in uses {
            // The rule, or the one in whose value the path lies.
            let rule = (1..=used.len()).find_map(|length| nodes.get(used.get(..length)?));
            let to = rule.copied().unwrap_or_else(|| {
                *prefixes.entry(used).or_insert_with(|| {
                    let prefix = graph.add_node(Node {
                        path: used.clone(),
                        levels: 0,
                    });
                    for (_, &below) in nodes
                        .range(used.as_slice()..)
                        .take_while(|(path, _)| path.starts_with(used))
                    {
                        graph.add_edge(prefix, below, ());
                    }
                    prefix
                })
            });
            graph.add_edge(from, to, ());
        }
    }
    graph
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(package: &str, rules: &[(&str, u32, &[&str])]) -> Module {
        let path = |text: &str| {
            text.split('.')
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let links = rules.iter().map(|(root, levels, uses)| {
            (
                (*root).to_owned(),
                Link {
                    levels: *levels,
                    uses: uses.iter().map(|text| path(text)).collect(),
                },
            )
        });
        Module {
            package: path(package),
            links: links.collect(),
            ..Module::default()
        }
    }

    fn levels(modules: &[Module]) -> u32 {
        let named = modules
            .iter()
            .enumerate()
            .map(|(at, module)| (at.to_string(), module.clone()));
        longest(&named.collect()).levels
    }

    #[test]
    fn a_chain_is_as_long_as_its_longest_way() {
        assert_eq!(levels(&[]), 0);
        assert_eq!(
            levels(&[module(
                "a",
                &[("x", 2, &["a.y"]), ("y", 3, &["a.z.field"]), ("z", 4, &[])]
            )]),
            9
        );
        assert_eq!(
            levels(&[
                module("a", &[("x", 2, &["a.y", "b.z"]), ("y", 3, &[])]),
                module("b", &[("z", 9, &[])])
            ]),
            11
        );
    }

    #[test]
    fn a_path_above_rules_leads_to_all_of_them() {
        let below = module("a.b", &[("x", 5, &[]), ("y", 7, &[])]);
        assert_eq!(
            levels(&[module("c", &[("all", 1, &["a"])]), below.clone()]),
            8
        );
        assert_eq!(
            levels(&[module("c", &[("all", 1, &[""])]), below.clone()]),
            8
        );
        assert_eq!(levels(&[module("c", &[("all", 1, &["a.bc"])]), below]), 7);
    }

    #[test]
    fn a_circle_is_passed_once() {
        assert_eq!(
            levels(&[module(
                "a",
                &[("x", 2, &["a.y"]), ("y", 3, &["a.x", "a.z"]), ("z", 4, &[])]
            )]),
            9
        );
    }
}
