//! The dependencies between rules on cycles, and the references that cause them.

use crate::rego::compile::graph::{Lookup, Reference, is_constant, references};
use crate::rego::syntax::ast::{Name, Rule, Term};
use crate::rego::syntax::order::compare;
use crate::rego::syntax::vars::{Skip, Vars};
use std::collections::HashMap;
use std::rc::Rc;

/// A dependency.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    pub(super) to: usize,
    /// The number of the reference that may lead there. `None` if some reference certainly does.
    pub(super) cause: Option<usize>,
}

/// The references of a rule, and its dependencies on rules of the same cycle.
pub(super) struct Analysis<'m> {
    pub(super) rule: &'m Rule,
    pub(super) references: Vec<Reference<'m>>,
    pub(super) bound: Bound,
    links: Rc<[Link]>,
}

/// The references of rules from `data`, by rule number.
type References<'s> = &'s dyn Fn(usize) -> Option<Vec<Term>>;

/// The analyses of rules, computed on demand.
pub(super) struct Links<'s, 'm> {
    rules: &'s [Option<&'m Rule>],
    cycles: &'s [Option<usize>],
    reference: References<'s>,
    /// The references computed so far.
    known: HashMap<usize, Option<Rc<[Term]>>>,
    analyses: HashMap<usize, Analysis<'m>>,
    /// The remaining steps from rule to rule.
    pub(super) steps: usize,
}

impl<'s, 'm> Links<'s, 'm> {
    pub(super) fn new(
        rules: &'s [Option<&'m Rule>],
        cycles: &'s [Option<usize>],
        reference: References<'s>,
        steps: usize,
    ) -> Self {
        Self {
            rules,
            cycles,
            reference,
            known: HashMap::new(),
            analyses: HashMap::new(),
            steps,
        }
    }

    /// Fails after too many steps.
    pub(super) fn step(&mut self, steps: usize) -> Option<()> {
        let left = self.steps.checked_sub(steps);
        self.steps = left.unwrap_or_default();
        left.map(|_| ())
    }

    fn target(&mut self, rule: usize) -> Option<Rc<[Term]>> {
        let reference = self.reference;
        self.known
            .entry(rule)
            .or_insert_with(|| reference(rule).map(Rc::from))
            .clone()
    }

    pub(super) fn of(&mut self, rule: usize, lookup: &mut Lookup<'_>) -> Option<Rc<[Link]>> {
        if let Some(analysis) = self.analyses.get(&rule) {
            return Some(analysis.links.clone());
        }
        let syntax = self.rules.get(rule).copied().flatten()?;
        let analysis = self.analyze(rule, syntax, lookup)?;
        let links = analysis.links.clone();
        self.analyses.insert(rule, analysis);
        Some(links)
    }

    pub(super) fn analysis(&self, rule: usize) -> Option<&Analysis<'m>> {
        self.analyses.get(&rule)
    }

    /// The reference of an uncertain dependency.
    pub(super) fn cause(&self, from: usize, to: usize) -> Option<&Reference<'m>> {
        let analysis = self.analyses.get(&from)?;
        let link = analysis
            .links
            .binary_search_by_key(&to, |link| link.to)
            .ok()?;
        analysis.references.get(analysis.links.get(link)?.cause?)
    }

    fn analyze(
        &mut self,
        rule: usize,
        syntax: &'m Rule,
        lookup: &mut Lookup<'_>,
    ) -> Option<Analysis<'m>> {
        let references = references(syntax);
        let bound = Bound::of(syntax);
        let mut links: HashMap<usize, Option<usize>> = HashMap::new();
        for (number, reference) in references.iter().enumerate() {
            let selecting = selecting(reference);
            let targets = self.targets(rule, reference, lookup);
            self.step(targets.len())?;
            for to in targets {
                let surely = !reference.dynamic
                    || self.target(to).is_some_and(|target| {
                        selects(&selecting, &target, &bound, reference.at).surely()
                    });
                let cause = links.entry(to).or_insert(Some(number));
                if surely {
                    *cause = None;
                }
            }
        }
        let mut links: Vec<Link> = links
            .into_iter()
            .map(|(to, cause)| Link { to, cause })
            .collect();
        links.sort_unstable_by_key(|link| link.to);
        Some(Analysis {
            rule: syntax,
            references,
            bound,
            links: links.into(),
        })
    }

    /// The rules of the same cycle that a reference may refer to.
    fn targets(
        &self,
        rule: usize,
        reference: &Reference<'_>,
        lookup: &mut Lookup<'_>,
    ) -> Vec<usize> {
        let mut found = Vec::new();
        for expanded in &reference.expanded {
            lookup.find(expanded, &mut found);
        }
        let mut targets = Vec::new();
        while let Some(node) = found.pop() {
            match node
                .checked_sub(lookup.count())
                .and_then(|group| lookup.groups().get(group))
            {
                Some(members) => found.extend(members),
                None => targets.push(node),
            }
        }
        let cycle = self.cycles.get(rule);
        targets.retain(|target| self.cycles.get(*target) == cycle);
        targets.sort_unstable();
        targets.dedup();
        targets
    }
}

/// The terms that select the rules of a reference: its expansion if there is just one, otherwise its own terms.
pub(super) fn selecting<'m>(reference: &Reference<'m>) -> Vec<&'m Term> {
    match reference.expanded.as_slice() {
        [only] => only.clone(),
        _ => reference.terms.iter().collect(),
    }
}

/// Where the variables of a rule may have values.
pub(super) struct Bound {
    /// The first expression that contains a variable, counted from 1. 0 is the head.
    first: HashMap<Name, usize>,
}

impl Bound {
    fn of(rule: &Rule) -> Self {
        let mut first = HashMap::new();
        let mut head = Vars::new(Skip::default());
        head.terms(
            rule.head
                .args
                .iter()
                .flatten()
                .chain(&rule.head.key)
                .chain(&rule.head.value),
        );
        for name in head.found {
            first.insert(name, 0);
        }
        for (number, expr) in rule.body.iter().enumerate() {
            let mut vars = Vars::new(Skip::default());
            vars.expr(expr);
            for name in vars.found {
                first.entry(name).or_insert(number + 1);
            }
        }
        Self { first }
    }

    fn has(&self, name: &Name, at: usize) -> bool {
        self.first.get(name).is_some_and(|first| *first <= at)
    }
}

/// Whether a reference selects a rule.
pub(super) struct Selection {
    fits: bool,
    /// The numbers of the parts that must equal the parts of the rule's reference.
    pub(super) parts: Vec<usize>,
}

impl Selection {
    fn surely(&self) -> bool {
        self.fits && self.parts.is_empty()
    }
}

/// A variable without a value that occurs once matches any value.
pub(super) fn selects(reference: &[&Term], target: &[Term], bound: &Bound, at: usize) -> Selection {
    let mut parts = Vec::new();
    for (place, (part, expected)) in reference.iter().zip(target).enumerate().skip(1) {
        if !is_constant(expected) {
            continue;
        }
        if let Some(name) = part.as_var()
            && !bound.has(name, at)
            && reference
                .iter()
                .filter(|other| other.as_var() == Some(name))
                .count()
                == 1
        {
            continue;
        }
        if !is_constant(part) {
            parts.push(place);
        } else if compare(part, expected).is_ne() {
            return Selection { fits: false, parts };
        }
    }
    Selection { fits: true, parts }
}
