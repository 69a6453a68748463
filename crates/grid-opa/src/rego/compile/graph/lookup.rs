//! The rules that a reference may refer to.

mod matching;

use crate::rego::compile::graph::constant::is_constant;
use crate::rego::compile::graph::keyed_rules::Kind;
use crate::rego::compile::tree::walk::{children, nodes};
use crate::rego::compile::tree::{Key, RuleId, RuleTree};
use crate::rego::syntax::ast::{Module, Term};
use crate::rego::syntax::fault::{Code, Fault};
use std::collections::HashMap;
use std::ptr;
use std::rc::Rc;

/// Up to this number of edges, a listing is always copied into the edges of a rule.
const FEW: usize = 16;
/// Up to this number, a listing is copied while `SPARE` allows it.
const SOME: usize = 1024;
/// The total number of edges that such copies may add.
const SPARE: usize = 2_000_000;
/// The limit of steps through the tree and of reference comparisons. Only hostile policies need more.
const WORK: usize = 50_000_000;

/// The numbers of rules, by module and position.
pub(super) struct Numbers {
    /// For each module, the first branch of each rule, counted in source order, and the end.
    pub(super) first: Vec<Vec<usize>>,
    /// The numbers of the branches, in that order.
    pub(super) places: Vec<usize>,
}

impl Numbers {
    /// The numbers of a rule and its `else` branches.
    fn of(&self, id: RuleId) -> &[usize] {
        let bounds = self
            .first
            .get(id.module)
            .and_then(|rules| rules.get(id.rule..id.rule + 2));
        match bounds {
            Some(&[start, end]) => self.places.get(start..end).unwrap_or_default(),
            _ => &[],
        }
    }
}

/// The rules that a reference leads to.
#[derive(Clone)]
enum Listing {
    /// Numbers of rules and of groups.
    Members(Rc<[usize]>),
    /// The number of a group.
    Group(usize),
}

impl Listing {
    /// Whether it is always copied.
    fn is_short(&self) -> bool {
        match self {
            Self::Members(members) => members.len() <= FEW,
            Self::Group(_) => true,
        }
    }

    fn becomes(&mut self, group: Option<usize>) {
        if let Some(group) = group {
            *self = Self::Group(group);
        }
    }
}

/// A node of the tree.
type Address = *const RuleTree;

/// Finds the rules of references and creates the groups of the graph.
pub(crate) struct Lookup<'m> {
    modules: &'m [Module],
    tree: &'m RuleTree,
    numbers: Numbers,
    /// The members of the groups. The numbers of groups follow those of rules.
    groups: Vec<Vec<usize>>,
    /// The groups of all rules at and below a node.
    subtrees: HashMap<Address, usize>,
    /// The same rules as listings.
    listed: HashMap<Address, Listing>,
    /// The kinds of nodes with many rules.
    many: HashMap<Address, Rc<Kind>>,
    /// The listings of nodes whose rules are all alike.
    alike: HashMap<Address, Listing>,
    /// The listings of references that have variables or lead to many rules.
    patterns: HashMap<Vec<Option<Key>>, Listing>,
    spare: usize,
    work: usize,
}

impl<'m> Lookup<'m> {
    pub(super) fn new(modules: &'m [Module], tree: &'m RuleTree, numbers: Numbers) -> Self {
        Self {
            modules,
            tree,
            numbers,
            groups: Vec::new(),
            subtrees: HashMap::new(),
            listed: HashMap::new(),
            many: HashMap::new(),
            alike: HashMap::new(),
            patterns: HashMap::new(),
            spare: SPARE,
            work: WORK,
        }
    }

    /// The number of rules.
    pub(crate) fn count(&self) -> usize {
        self.numbers.places.len()
    }

    /// The numbers of a rule and its `else` branches.
    pub(crate) fn numbers(&self, id: RuleId) -> &[usize] {
        self.numbers.of(id)
    }

    /// The members of the groups.
    pub(crate) fn groups(&self) -> &[Vec<usize>] {
        &self.groups
    }

    /// An error if the work limit was reached. The graph is then incomplete.
    pub(crate) fn exceeded(&self) -> Option<Fault> {
        let span = self.modules.first()?.package.span;
        let message = "the references of the rules may refer to too many rules";
        (self.work == 0).then(|| Fault::new(Code::Limit, message, span))
    }

    /// Appends the numbers of the rules that a reference from `data` may refer to, and of groups of them.
    pub(crate) fn find(&mut self, reference: &[&Term], out: &mut Vec<usize>) {
        let parts = reference.iter().skip(1);
        let scalar = |term: &&Term| Key::of(term).is_some();
        let mut searched = None;
        if parts.clone().all(scalar) {
            let listing = self.search(reference);
            if listing.is_short() {
                self.include(listing, out);
                return;
            }
            searched = Some(listing);
        }
        let cached = parts.clone().all(|term| scalar(term) || !is_constant(term));
        let pattern: Vec<Option<Key>> = parts.map(|term| Key::of(term)).collect();
        let listing = match self.patterns.get(&pattern) {
            Some(listing) if cached => listing.clone(),
            _ => {
                let listing = searched.unwrap_or_else(|| self.search(reference));
                if cached {
                    self.patterns.insert(pattern.clone(), listing.clone());
                }
                listing
            }
        };
        let group = self.include(listing, out);
        if let Some(kept) = self.patterns.get_mut(&pattern).filter(|_| cached) {
            kept.becomes(group);
        }
    }

    /// Adds a listing to the edges. Returns the group that a long listing became, for the caller to cache.
    fn include(&mut self, listing: Listing, out: &mut Vec<usize>) -> Option<usize> {
        let members = match listing {
            Listing::Group(group) => {
                out.push(group);
                return None;
            }
            Listing::Members(members) => members,
        };
        let count = members.len();
        if count <= FEW || (count <= SOME && count <= self.spare) {
            self.spare = self.spare.saturating_sub(count);
            out.extend(members.iter().copied());
            return None;
        }
        let group = self.group(members.to_vec());
        out.push(group);
        Some(group)
    }

    fn group(&mut self, members: Vec<usize>) -> usize {
        self.groups.push(members);
        self.count() + self.groups.len() - 1
    }

    fn search(&mut self, reference: &[&Term]) -> Listing {
        let mut found = Vec::new();
        let mut stack: Vec<(&RuleTree, usize)> = vec![(self.tree, 1)];
        while let Some((node, at)) = stack.pop() {
            if !self.step(1) {
                break;
            }
            let Some(part) = reference.get(at) else {
                if stack.is_empty() && found.is_empty() {
                    return self.list(node);
                }
                match self.list(node) {
                    Listing::Members(members) => found.extend(members.iter().copied()),
                    Listing::Group(group) => found.push(group),
                }
                continue;
            };
            let next = match is_constant(part) {
                true => Key::of(part)
                    .and_then(|key| node.child(&key))
                    .into_iter()
                    .collect(),
                false => children(node)
                    .into_iter()
                    .map(|(_, child)| child)
                    .collect::<Vec<_>>(),
            };
            for child in next {
                self.rules_at(child, reference, at + 1, &mut found);
                stack.push((child, at + 1));
            }
        }
        found.sort_unstable();
        found.dedup();
        Listing::Members(found.into())
    }

    /// All rules at and below a node.
    fn list(&mut self, node: &RuleTree) -> Listing {
        let address = ptr::from_ref(node);
        if let Some(listing) = self.listed.get(&address) {
            return listing.clone();
        }
        let mut found = Vec::new();
        for node in nodes(node) {
            for id in &node.rules {
                found.extend(self.numbers.of(*id));
            }
            if found.len() > SOME || !self.step(1 + node.rules.len()) {
                break;
            }
        }
        let listing = match found.len() > SOME {
            true => Listing::Group(self.subtree(node)),
            false => {
                found.sort_unstable();
                Listing::Members(found.into())
            }
        };
        self.listed.insert(address, listing.clone());
        listing
    }

    /// The group of the rules at a node and of the groups below it.
    fn subtree(&mut self, node: &RuleTree) -> usize {
        let (root, _) = self.reserve(node);
        let mut stack = vec![(root, node)];
        while let Some((group, node)) = stack.pop() {
            let mut members: Vec<usize> = Vec::new();
            for id in &node.rules {
                members.extend(self.numbers.of(*id));
            }
            for (_, child) in children(node) {
                let (group, new) = self.reserve(child);
                members.push(group);
                if new {
                    stack.push((group, child));
                }
            }
            members.sort_unstable();
            let count = self.count();
            if let Some(slot) = self.groups.get_mut(group - count) {
                *slot = members;
            }
        }
        root
    }

    /// The number of the group of a node, and whether it is new.
    fn reserve(&mut self, node: &RuleTree) -> (usize, bool) {
        let address = ptr::from_ref(node);
        if let Some(group) = self.subtrees.get(&address) {
            return (*group, false);
        }
        let group = self.group(Vec::new());
        self.subtrees.insert(address, group);
        (group, true)
    }

    fn step(&mut self, steps: usize) -> bool {
        self.work = self.work.saturating_sub(steps);
        self.work > 0
    }
}
