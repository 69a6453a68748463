//! Calls of unsafe and deprecated builtins.

use crate::rego::compile::else_chain::chain;
use crate::rego::compile::{Compiler, builtins};
use crate::rego::syntax::ast::{Expr, Module, Version};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::text;
use crate::rego::syntax::visit::{Visitor, walk_body, walk_head};

/// OPA's stage `CheckUnsafeBuiltins`.
pub(crate) fn run_unsafe(compiler: &mut Compiler<'_>) {
    let names = compiler.settings.unsafe_builtins;
    if names.is_empty() {
        return;
    }
    let mut calls = Calls::to_unsafe(names);
    for module in &compiler.modules {
        calls.module(module);
    }
    let faults = calls.faults;
    compiler.tolerate_all(faults);
}

/// The same for the body of a query.
pub(crate) fn unsafe_in_body(body: &[Expr], names: &[&str]) -> Vec<Fault> {
    let mut calls = Calls::to_unsafe(names);
    walk_body(body, &mut calls);
    calls.faults
}

/// OPA's stage `CheckDeprecatedBuiltins`. A deprecated builtin is an error in Rego v1 and in strict mode.
pub(crate) fn run_deprecated(compiler: &mut Compiler<'_>) {
    let mut calls = Calls::to_deprecated();
    for module in &compiler.modules {
        if compiler.settings.strict || module.version > Version::V0 {
            calls.module(module);
        }
    }
    let faults = calls.faults;
    compiler.tolerate_all(faults);
}

/// The same for the body of a query. OPA checks queries in strict mode only.
pub(crate) fn deprecated_in_body(body: &[Expr]) -> Vec<Fault> {
    let mut calls = Calls::to_deprecated();
    walk_body(body, &mut calls);
    calls.faults
}

struct Calls<'n> {
    is_refused: Box<dyn Fn(&str) -> bool + 'n>,
    what: &'static str,
    faults: Vec<Fault>,
}

impl<'n> Calls<'n> {
    fn to_unsafe(names: &'n [&'n str]) -> Self {
        Self {
            is_refused: Box::new(|name| names.contains(&name)),
            what: "unsafe",
            faults: Vec::new(),
        }
    }

    fn to_deprecated() -> Self {
        Self {
            is_refused: Box::new(builtins::is_deprecated),
            what: "deprecated",
            faults: Vec::new(),
        }
    }

    fn module(&mut self, module: &Module) {
        for rule in module.rules.iter().flat_map(chain) {
            walk_head(&rule.head, self);
            walk_body(&rule.body, self);
        }
    }
}

impl Visitor for Calls<'_> {
    fn expr(&mut self, expr: &Expr) -> bool {
        if let Some((operator, _)) = expr.as_call() {
            let name = text::of_operator(operator);
            if (self.is_refused)(&name) {
                let message = format!(
                    "{} built-in function calls in expression: {name}",
                    self.what
                );
                self.faults.push(Fault::new(Code::Type, message, expr.span));
            }
        }
        true
    }
}
