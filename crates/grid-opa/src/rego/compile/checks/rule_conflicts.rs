//! Rules that conflict: rules of different kinds or with different parameters at one path, rules below a rule that defines the whole
//! document, several default rules, and rules at the path of a data document or a package.

use crate::rego::compile::Compiler;
use crate::rego::compile::names::originals::{Originals, full_reference, place};
use crate::rego::compile::tree::walk::{children, nodes, nodes_below};
use crate::rego::compile::tree::{Key, RuleTree};
use crate::rego::syntax::ast::{Module, Rule, Term};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::order;
use crate::rego::syntax::span::Span;
use crate::rego::syntax::text;
use crate::sorting::sort_by;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};

/// OPA's stage `CheckRuleConflicts`.
pub(crate) fn run(compiler: &mut Compiler<'_>) {
    let conflicts = Conflicts {
        compiler,
        originals: Originals::new(&compiler.rewritten),
    };
    let mut faults: Vec<Fault> = nodes(&compiler.tree)
        .filter_map(|node| conflicts.at(node))
        .collect();
    if let Some(exists) = compiler.settings.data_exists {
        conflicts.with_data(exists, &mut faults);
    }
    conflicts.with_packages(&mut faults);
    compiler.fault_all(faults);
}

struct Conflicts<'c, 's> {
    compiler: &'c Compiler<'s>,
    originals: Originals<'c>,
}

/// A rule and its module.
type Placed<'c> = (&'c Module, &'c Rule);

/// The kinds of the rules at one path.
#[derive(Default)]
struct Kinds {
    single: bool,
    /// Partial sets at this path; `object` is for partial sets whose reference continues after this path.
    set: bool,
    object: bool,
    /// Rules that define the complete value at this path.
    complete: bool,
    partial: bool,
    params: BTreeSet<usize>,
}

impl Kinds {
    fn add(&mut self, rule: &Rule) {
        let ground = is_ground(rule);
        let single = rule.head.value.is_some();
        self.single |= single;
        self.set |= !single && ground;
        self.object |= !single && !ground;
        self.complete |= single && ground;
        self.partial |= !(single && ground);
        self.params.insert(params(rule));
    }

    fn conflict(&self) -> bool {
        let multi = self.set || self.object;
        (self.single && multi)
            || self.params.len() > 1
            || (self.complete && self.partial)
            || (self.set && self.object)
    }
}

fn is_ground(rule: &Rule) -> bool {
    rule.head
        .reference
        .iter()
        .skip(1)
        .all(|term| Key::of(term).is_some())
}

fn params(rule: &Rule) -> usize {
    rule.head.args.as_ref().map_or(0, Vec::len)
}

impl<'c> Conflicts<'c, '_> {
    fn rules(&self, node: &RuleTree) -> Vec<Placed<'c>> {
        let modules = &self.compiler.modules;
        let placed =
            |id: &crate::rego::compile::RuleId| Some((modules.get(id.module)?, id.of(modules)?));
        node.rules.iter().filter_map(placed).collect()
    }

    fn place(&self, span: Span) -> String {
        place(span, &self.compiler.names, &self.compiler.texts)
    }

    fn at(&self, node: &RuleTree) -> Option<Fault> {
        let rules = self.rules(node);
        let (first, last) = (rules.first()?.1, rules.last()?);
        let name = || self.originals.text_of_ref(&full_reference(last.0, last.1));
        let refuse = |message| Some(Fault::new(Code::Type, message, first.span));
        let below = self.below(node, &rules);
        if !below.is_empty() {
            let below = self.list(below);
            return refuse(format!("rule {} conflicts with:\n{below}", name()));
        }
        let mut kinds = Kinds::default();
        for (_, rule) in &rules {
            kinds.add(rule);
        }
        if kinds.conflict() {
            return refuse(format!("conflicting rules {} found", name()));
        }
        let defaults: Vec<&Placed<'_>> = rules.iter().filter(|(_, rule)| rule.is_default).collect();
        let [(module, _), _, ..] = defaults.as_slice() else {
            return None;
        };
        let places: Vec<String> = defaults
            .iter()
            .map(|(_, rule)| self.place(rule.span))
            .collect();
        let message = format!(
            "multiple default rules {} found at {}",
            name(),
            places.join(", ")
        );
        Some(Fault::new(Code::Type, message, module.package.span))
    }

    /// The conflicting rules below a path: all rules if a rule at the path defines its complete value, functions if a rule at the path has
    /// variables in its reference.
    fn below(&self, node: &RuleTree, rules: &[Placed<'c>]) -> Vec<(Vec<Term>, &'c Rule)> {
        if node.children.is_empty() {
            return Vec::new();
        }
        let collect = |fits: fn(&Rule) -> bool| {
            let rules = nodes_below(node).flat_map(|node| self.rules(node));
            let fitting = rules.filter(|(_, rule)| fits(rule));
            fitting
                .map(|(module, rule)| (full_reference(module, rule), rule))
                .collect()
        };
        let mut found: Vec<(Vec<Term>, &Rule)> = Vec::new();
        if rules.iter().any(|(_, rule)| is_ground(rule)) {
            found = collect(|_| true);
        }
        if found.is_empty() && rules.iter().any(|(_, rule)| !is_ground(rule)) {
            found = collect(|rule| params(rule) > 0);
        }
        sort_by(&mut found, |(a, _), (b, _)| compare(a, b));
        found
    }

    /// Lists rules in the order of their references. Omits a rule if its reference begins with that of the last listed rule.
    fn list(&self, rules: Vec<(Vec<Term>, &Rule)>) -> String {
        let mut kept: Option<Vec<Term>> = None;
        let mut lines = Vec::new();
        for (reference, rule) in rules {
            if kept
                .as_ref()
                .is_some_and(|kept| begins_with(&reference, kept))
            {
                continue;
            }
            let name = self.originals.text_of_ref(&reference);
            lines.push(format!("  rule {name} at {}", self.place(rule.span)));
            kept = Some(reference);
        }
        lines.join("\n")
    }

    /// Rules at the path of a data document.
    fn with_data(&self, exists: &dyn Fn(&[&str]) -> bool, faults: &mut Vec<Fault>) {
        let mut stack: Vec<(usize, &RuleTree, Option<&Key>)> = vec![(0, &self.compiler.tree, None)];
        let mut path: Vec<&str> = Vec::new();
        while let Some((depth, node, key)) = stack.pop() {
            path.truncate(depth.saturating_sub(1));
            match key {
                Some(Key::String(name)) => path.push(name),
                Some(_) => continue,
                None => {}
            }
            if let Some((_, rule)) = self.rules(node).first()
                && exists(&path)
            {
                let message = format!("conflicting rule for data path {} found", path.join("/"));
                faults.push(Fault::new(Code::Compile, message, rule.span));
                continue;
            }
            let children = children(node).into_iter().rev();
            stack.extend(children.map(|(key, child)| (depth + 1, child, Some(key))));
        }
    }

    /// Rules at the path of a package.
    fn with_packages(&self, faults: &mut Vec<Fault>) {
        let mut packages: HashMap<Vec<&str>, Vec<&Module>> = HashMap::new();
        for module in &self.compiler.modules {
            packages
                .entry(strings(&module.package.path))
                .or_default()
                .push(module);
        }
        for module in &self.compiler.modules {
            for rule in module.rules.iter().filter(|rule| is_ground(rule)) {
                let reference = full_reference(module, rule);
                let path = strings(&reference);
                if path.len() + 1 != reference.len() {
                    continue;
                }
                for other in packages.get(&path).into_iter().flatten() {
                    let package = other.package.path.get(1..).unwrap_or_default();
                    let message = format!(
                        "package {} conflicts with rule {} defined at {}",
                        text::of_ref(package),
                        text::of_ref(&rule.head.reference),
                        self.place(rule.span),
                    );
                    faults.push(Fault::new(Code::Type, message, module.package.span));
                }
            }
        }
    }
}

/// The strings after the first part of a reference.
fn strings(reference: &[Term]) -> Vec<&str> {
    reference
        .iter()
        .skip(1)
        .filter_map(|term| term.as_string().map(AsRef::as_ref))
        .collect()
}

fn compare(a: &[Term], b: &[Term]) -> Ordering {
    let differing = a
        .iter()
        .zip(b)
        .map(|(a, b)| order::compare(a, b))
        .find(|order| order.is_ne());
    differing.unwrap_or_else(|| a.len().cmp(&b.len()))
}

fn begins_with(reference: &[Term], with: &[Term]) -> bool {
    let mut pairs = reference.iter().zip(with);
    reference.len() >= with.len() && pairs.all(|(a, b)| order::compare(a, b).is_eq())
}

#[cfg(test)]
mod tests {
    use crate::rego::compile::sample::faults;

    #[test]
    fn conflicts_are_reported() {
        for (rules, expected) in [
            (
                "p := 1\np.q := 2\np.r.s := 3",
                "2:1 rule data.t.p conflicts with:\n  rule data.t.p.q at a.rego:3\n  rule data.t.p.r.s at a.rego:4",
            ),
            ("p := 1\np(x) := x", "2:1 conflicting rules data.t.p found"),
            (
                "p contains 1\np[x].y := x if x := 1",
                "2:1 conflicting rules data.t.p[x].y found",
            ),
            (
                "default q := 1\ndefault q := 2",
                "1:1 multiple default rules data.t.q found at a.rego:2, a.rego:3",
            ),
            (
                "taken := 1",
                "2:1 conflicting rule for data path t/taken found",
            ),
        ] {
            assert_eq!(faults(rules), [expected]);
        }
        assert!(faults("p[x] := 1 if x := \"a\"\np.q := 2").is_empty());
    }
}
