//! CheckKeywordOverrides: `data` and `input` cannot be used as names.

use crate::rego::compile::Compiler;
use crate::rego::compile::else_chain::chain;
use crate::rego::compile::names::resolve::root_document;
use crate::rego::compile::safety::outputs::{RESERVED, is_global};
use crate::rego::syntax::ast::{Expr, ExprKind, Module, Name, Rule, Term, TermKind};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::visit::{Visitor, walk_body, walk_head};

pub(crate) fn run(compiler: &mut Compiler<'_>) {
    let strict = compiler.settings.strict;
    let modules = compiler
        .modules
        .iter()
        .filter(|module| strict || module.is_v1());
    let faults: Vec<Fault> = modules.flat_map(overrides).collect();
    compiler.tolerate_all(faults);
}

fn overrides(module: &Module) -> Vec<Fault> {
    let mut found = Overrides(Vec::new());
    for rule in &module.rules {
        found.rule(rule);
    }
    for rule in module.rules.iter().flat_map(chain) {
        walk_head(&rule.head, &mut found);
        walk_body(&rule.body, &mut found);
    }
    found.0
}

/// The assignments to `data` and `input` in a query.
pub(crate) fn in_query(body: &[Expr]) -> Vec<Fault> {
    let mut found = Overrides(Vec::new());
    walk_body(body, &mut found);
    found.0
}

struct Overrides(Vec<Fault>);

impl Overrides {
    fn rule(&mut self, rule: &Rule) {
        let name = rule.head.reference.first().and_then(Term::as_var);
        if let Some(name) = name.filter(|name| RESERVED.contains(&&***name)) {
            let message = format!("rules must not shadow {name} (use a different rule name)");
            self.0.push(Fault::new(Code::Compile, message, rule.span));
        }
        for arg in rule.head.args.iter().flatten() {
            if let TermKind::Ref(terms) = &arg.kind
                && let Some(name) = root_document(terms)
            {
                let message =
                    format!("args must not shadow {name} (use a different variable name)");
                self.0.push(Fault::new(Code::Compile, message, arg.span));
            }
        }
    }
}

impl Visitor for Overrides {
    fn expr(&mut self, expr: &Expr) -> bool {
        if let ExprKind::Call(terms) = &expr.kind
            && let [operator, assigned, ..] = terms.as_slice()
            && is_global(operator, "assign")
            && let Some(name) = name_of(assigned).filter(|name| RESERVED.contains(&&***name))
        {
            let message =
                format!("variables must not shadow {name} (use a different variable name)");
            self.0.push(Fault::new(Code::Compile, message, expr.span));
        }
        true
    }
}

/// The name of a term that is a variable, or a reference with only a name.
fn name_of(term: &Term) -> Option<&Name> {
    match &term.kind {
        TermKind::Var(name) => Some(name),
        TermKind::Ref(terms) => root_document(terms),
        _ => None,
    }
}
