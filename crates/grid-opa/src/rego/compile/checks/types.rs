//! CheckTypes: OPA's static checks of modules and queries, in the form that the earlier stages produce.

use crate::rego::compile::graph::Graph;
use crate::rego::compile::safety::outputs::is_global;
use crate::rego::compile::tree::walk::nodes;
use crate::rego::compile::tree::{Key, RuleId, RuleTree};
use crate::rego::compile::{Compiled, Compiler, Settings};
use crate::rego::syntax::ast::{Body, Expr, ExprKind, Module, Name, Term, TermKind};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::visit::{Visitor, walk_body, walk_rule};
use crate::rego::types::{CheckInput, RuleId as Checked, Surroundings, check_body, check_modules};
use crate::sorting::gathered;
use std::collections::{BTreeSet, HashMap};

pub(crate) fn run(compiler: &mut Compiler<'_>) {
    let order: Vec<Checked> = compiler
        .graph
        .order()
        .iter()
        .filter_map(|number| compiler.graph.rules().get(*number))
        .filter(|branch| branch.branch == 0)
        .map(|branch| Checked {
            module: branch.id.module,
            rule: branch.id.rule,
        })
        .collect();
    let dependents = Dependents::of(&compiler.modules, &compiler.tree, &compiler.graph);
    let check = |subjects: &HashMap<Name, Term>| {
        let surroundings = Surroundings {
            builtins: compiler.settings.builtins,
            rewritten: &compiler.rewritten,
            subjects,
            dependents: &|target| dependents.find(target),
            end: compiler.settings.end,
        };
        check_modules(&CheckInput {
            modules: &compiler.modules,
            order: &order,
            surroundings,
        })
    };
    let (env, faults) = check(&HashMap::new());
    let faults = if faults.is_empty() {
        faults
    } else {
        // Only messages show the terms that variables replace, so these are looked up only after an error.
        let mut subjects = Subjects::default();
        for rule in compiler.modules.iter().flat_map(|module| &module.rules) {
            walk_rule(rule, &mut subjects);
        }
        check(&subjects.0).1
    };
    compiler.types = env;
    compiler.fault_all(limits_first(faults));
}

/// The type errors of a query.
pub(crate) fn in_query(
    base: &Compiled,
    settings: &Settings<'_>,
    rewritten: &HashMap<Name, Name>,
    body: &Body,
) -> Vec<Fault> {
    let check = |subjects: &HashMap<Name, Term>| {
        let surroundings = Surroundings {
            builtins: settings.builtins,
            rewritten,
            subjects,
            // The dependents of a document that a query replaces are not looked up; any rule can then have any type.
            dependents: &|target| {
                if is_below_data(target) {
                    all_references(&base.tree)
                } else {
                    Vec::new()
                }
            },
            end: settings.end,
        };
        check_body(&base.types, &surroundings, body)
    };
    let faults = check(&HashMap::new());
    if faults.is_empty() {
        return faults;
    }
    let mut subjects = Subjects::default();
    walk_body(body, &mut subjects);
    limits_first(check(&subjects.0))
}

/// After an early end, the type information is incomplete, so only the limit is reported.
fn limits_first(faults: Vec<Fault>) -> Vec<Fault> {
    let (limits, others): (Vec<Fault>, Vec<Fault>) = faults
        .into_iter()
        .partition(|fault| fault.code == Code::Limit);
    if limits.is_empty() { others } else { limits }
}

/// The terms that the compiler replaced by variables, by variable.
#[derive(Default)]
struct Subjects(HashMap<Name, Term>);

impl Visitor for Subjects {
    fn expr(&mut self, expr: &Expr) -> bool {
        if let ExprKind::Call(terms) = &expr.kind
            && expr.generated
        {
            self.call(terms, expr);
        }
        true
    }
}

impl Subjects {
    fn call(&mut self, terms: &[Term], expr: &Expr) {
        let Some((operator, operands)) = terms.split_first() else {
            return;
        };
        let is_equality = is_global(operator, "eq");
        match operands {
            [left, right] if is_equality => {
                if let Some(name) = left.as_var() {
                    self.0.insert(name.clone(), right.clone());
                }
            }
            [before @ .., last] => {
                if let Some(name) = last.as_var() {
                    let mut call = vec![operator.clone()];
                    call.extend(before.iter().cloned());
                    let kind = TermKind::Call(call);
                    self.0.insert(name.clone(), Term::new(kind, expr.span));
                }
            }
            [] => {}
        }
    }
}

/// Finds the rules that depend on a document.
struct Dependents<'t> {
    tree: &'t RuleTree,
    /// The branches of each rule.
    branches: HashMap<RuleId, Vec<usize>>,
    /// The rules that use each rule directly.
    users: Vec<Vec<usize>>,
    /// The constant prefix of each branch's reference.
    references: Vec<Vec<Term>>,
}

impl<'t> Dependents<'t> {
    fn of(modules: &[Module], tree: &'t RuleTree, graph: &Graph) -> Self {
        let mut branches: HashMap<RuleId, Vec<usize>> = HashMap::new();
        let mut references = Vec::with_capacity(graph.rules().len());
        for (number, branch) in graph.rules().iter().enumerate() {
            branches.entry(branch.id).or_default().push(number);
            references.push(reference_of(modules, branch.id));
        }
        let mut users = vec![Vec::new(); graph.edges().len()];
        for (from, edges) in graph.edges().iter().enumerate() {
            for to in edges {
                if let Some(users) = users.get_mut(*to) {
                    users.push(from);
                }
            }
        }
        Self {
            tree,
            branches,
            users,
            references,
        }
    }

    /// The references of the rules that a reference can lead to, and of all rules that depend on them.
    fn find(&self, target: &[Term]) -> Vec<Vec<Term>> {
        let mut waiting: Vec<usize> = self
            .reached(target)
            .into_iter()
            .filter_map(|id| self.branches.get(&id))
            .flatten()
            .copied()
            .collect();
        let mut found: BTreeSet<usize> = gathered(waiting.iter().copied());
        while let Some(number) = waiting.pop() {
            for &user in self.users.get(number).into_iter().flatten() {
                if found.insert(user) {
                    waiting.push(user);
                }
            }
        }
        found
            .into_iter()
            .filter_map(|number| self.references.get(number).cloned())
            .collect()
    }

    // The rules at the nodes along a reference, and at and below its end.
    fn reached(&self, target: &[Term]) -> Vec<RuleId> {
        let mut ids = Vec::new();
        if !is_below_data(target) {
            return ids;
        }
        let mut node = self.tree;
        for term in target.iter().skip(1) {
            let child = Key::of(term).and_then(|key| node.child(&key));
            match child {
                Some(child) => {
                    ids.extend(&child.rules);
                    node = child;
                }
                None if Key::of(term).is_some() => return ids,
                None => break,
            }
        }
        for below in nodes(node) {
            ids.extend(&below.rules);
        }
        ids
    }
}

/// Only references below `data` lead to rules; `input` and builtins do not.
fn is_below_data(target: &[Term]) -> bool {
    let head = target.first().and_then(Term::as_var);
    head.is_some_and(|head| **head == *"data")
}

fn all_references(tree: &RuleTree) -> Vec<Vec<Term>> {
    let mut found = Vec::new();
    let mut waiting = vec![(vec![Term::var("data", Span::default())], tree)];
    while let Some((path, node)) = waiting.pop() {
        for (key, child) in &node.children {
            let mut below = path.clone();
            below.push(key.to_term());
            waiting.push((below, child));
        }
        if !node.rules.is_empty() {
            found.push(path);
        }
    }
    found
}

fn reference_of(modules: &[Module], id: RuleId) -> Vec<Term> {
    let (Some(module), Some(rule)) = (modules.get(id.module), id.of(modules)) else {
        return Vec::new();
    };
    let mut reference = module.package.path.clone();
    for (number, term) in rule.head.reference.iter().enumerate() {
        match (number, term.as_var()) {
            (0, Some(name)) => reference.push(Term::string(name, term.span)),
            _ if Key::of(term).is_some() => reference.push(term.clone()),
            _ => break,
        }
    }
    reference
}
