//! RewriteTemplateStrings: templates become calls of `internal.template_string`.
//!
//! The operand contains the texts and one set per expression: the set contains the value, or is empty if the expression is undefined.

mod parts;

use crate::rego::compile::else_chain::{chain, change_chain};
use crate::rego::compile::safety::outputs::{Outputs, reserved};
use crate::rego::compile::safety::unify::VarSet;
use crate::rego::compile::tree::defined::Defined;
use crate::rego::compile::{Compiler, Locals, RuleTree};
use crate::rego::syntax::ast::{Comprehension, Expr, ExprKind, Module, Name, Rule, Term, TermKind};
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::vars::{Skip, Vars, of_term};
use crate::rego::syntax::visit::{
    Visitor, VisitorMut, change_body, change_head, change_term, walk_body, walk_head,
};
use std::collections::HashMap;

/// With this many errors, bodies with errors are not visited a second time.
const AGAIN: usize = 100;

pub(crate) fn run(compiler: &mut Compiler<'_>) {
    if !compiler.modules.iter().any(has_templates) {
        return;
    }
    let mut modules = std::mem::take(&mut compiler.modules);
    let defined = Defined::of(&modules, &compiler.tree);
    for rule in modules.iter_mut().flat_map(|module| &mut module.rules) {
        change_chain(rule, |rule| {
            if !rule_has_templates(rule) {
                return;
            }
            let mut args = Vars::new(Skip::default());
            args.found = reserved();
            args.terms(rule.head.args.iter().flatten());
            let mut templates = Templates::new(
                &compiler.tree,
                &defined,
                &mut compiler.locals,
                &compiler.rewritten,
                args.found,
            );
            templates.body(&mut rule.body);
            let faults = std::mem::take(&mut templates.faults);
            change_head(&mut rule.head, &mut templates);
            let more = templates.faults;
            compiler.fault_all(faults);
            compiler.fault_all(more);
        });
    }
    compiler.modules = modules;
}

/// Rewrites the templates in a query.
pub(crate) fn in_query(
    body: &mut [Expr],
    tree: &RuleTree,
    defined: &Defined,
    locals: &mut Locals,
    rewritten: &HashMap<Name, Name>,
) -> Vec<Fault> {
    let mut templates = Templates::new(tree, defined, locals, rewritten, reserved());
    templates.body(body);
    templates.faults
}

fn has_templates(module: &Module) -> bool {
    module.rules.iter().flat_map(chain).any(rule_has_templates)
}

fn rule_has_templates(rule: &Rule) -> bool {
    let mut find = Find(false);
    walk_head(&rule.head, &mut find);
    walk_body(&rule.body, &mut find);
    find.0
}

struct Find(bool);

impl Visitor for Find {
    fn expr(&mut self, _expr: &Expr) -> bool {
        !self.0
    }

    fn term(&mut self, term: &Term) -> bool {
        self.0 |= matches!(term.kind, TermKind::Template(_));
        !self.0
    }
}

struct Templates<'t> {
    tree: &'t RuleTree,
    defined: &'t Defined,
    locals: &'t mut Locals,
    rewritten: &'t HashMap<Name, Name>,
    /// The variables with values at this point.
    safe: VarSet,
    faults: Vec<Fault>,
}

impl<'t> Templates<'t> {
    const fn new(
        tree: &'t RuleTree,
        defined: &'t Defined,
        locals: &'t mut Locals,
        rewritten: &'t HashMap<Name, Name>,
        safe: VarSet,
    ) -> Self {
        Self {
            tree,
            defined,
            locals,
            rewritten,
            safe,
            faults: Vec::new(),
        }
    }

    /// Rewrites the templates in a body. Its variables stay safe; returns them.
    fn body(&mut self, body: &mut [Expr]) -> Vec<Name> {
        let mut outputs = Outputs::new(self.tree);
        let mut entered = Vec::new();
        for expr in &*body {
            let found = outputs.of_expr(expr, &self.safe);
            entered.extend(self.enter(found));
        }
        change_body(body, self);
        entered
    }

    fn enter(&mut self, names: impl IntoIterator<Item = Name>) -> Vec<Name> {
        names
            .into_iter()
            .filter(|name| self.safe.insert(name.clone()))
            .collect()
    }

    fn leave(&mut self, entered: Vec<Name>) {
        for name in entered {
            self.safe.remove(&name);
        }
    }

    /// The body of a comprehension, then its head if that is a template. As in OPA, a template inside a larger head term does not see the
    /// variables of the body.
    fn comprehension(&mut self, inner: &mut Comprehension) {
        let before = self.faults.len();
        let entered = self.body(&mut inner.body);
        for term in inner.key.iter_mut().chain([&mut inner.term]) {
            self.template(term);
        }
        self.leave(entered);
        for term in inner.key.iter_mut().chain([&mut inner.term]) {
            change_term(term, self);
        }
        self.visit_again(&mut inner.body, before);
    }

    /// OPA visits inner bodies twice, the second time as parts of the outer body, so it reports their errors twice.
    fn visit_again(&mut self, body: &mut [Expr], before: usize) {
        if self.faults.len() > before && self.faults.len() < AGAIN {
            change_body(body, self);
        }
    }
}

impl VisitorMut for Templates<'_> {
    fn expr(&mut self, expr: &mut Expr) -> bool {
        let ExprKind::Every(every) = &mut expr.kind else {
            return true;
        };
        let before = self.faults.len();
        self.template(&mut every.domain);
        let named = every.key.iter().chain([&every.value]);
        let named: Vec<Name> = named
            .flat_map(|term| of_term(term, Skip::default()))
            .collect();
        let named = self.enter(named);
        let entered = self.body(&mut every.body);
        self.leave(entered);
        self.leave(named);
        change_term(&mut every.domain, self);
        self.visit_again(&mut every.body, before);
        for with in &mut expr.with {
            change_term(&mut with.target, self);
            change_term(&mut with.value, self);
        }
        false
    }

    fn term(&mut self, term: &mut Term) -> bool {
        self.template(term);
        match &mut term.kind {
            TermKind::ArrayComprehension(inner)
            | TermKind::SetComprehension(inner)
            | TermKind::ObjectComprehension(inner) => {
                self.comprehension(inner);
                false
            }
            _ => true,
        }
    }
}
