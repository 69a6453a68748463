//! Checks that called functions exist, and that calls have the right number of operands.

use crate::rego::compile::Compiler;
use crate::rego::compile::else_chain::chain;
use crate::rego::compile::names::originals::Originals;
use crate::rego::compile::safety::outputs::is_global;
use crate::rego::compile::tree::RuleTree;
use crate::rego::syntax::ast::{Expr, Term, TermKind};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::visit::{Visitor, walk_body, walk_head};
use crate::rego::types::{Builtins, Surroundings, TypeEnv, arity_fault};
use std::collections::HashMap;

/// OPA's stage `CheckUndefinedFuncs`.
pub(crate) fn run(compiler: &mut Compiler<'_>) {
    let originals = Originals::new(&compiler.rewritten);
    let builtins = compiler.settings.builtins;
    let mut calls = Calls {
        tree: &compiler.tree,
        originals,
        builtins,
        faults: Vec::new(),
    };
    for rule in compiler.modules.iter().flat_map(|module| &module.rules) {
        for rule in chain(rule) {
            walk_head(&rule.head, &mut calls);
            walk_body(&rule.body, &mut calls);
        }
    }
    let faults = calls.faults;
    compiler.fault_all(faults);
}

/// The same for the body of a query.
pub(crate) fn in_body(
    body: &[Expr],
    tree: &RuleTree,
    originals: Originals<'_>,
    builtins: &Builtins,
) -> Vec<Fault> {
    let mut calls = Calls {
        tree,
        originals,
        builtins,
        faults: Vec::new(),
    };
    walk_body(body, &mut calls);
    calls.faults
}

struct Calls<'t> {
    tree: &'t RuleTree,
    originals: Originals<'t>,
    builtins: &'t Builtins,
    faults: Vec<Fault>,
}

impl Visitor for Calls<'_> {
    fn expr(&mut self, expr: &Expr) -> bool {
        let Some((operator, operands)) = expr.as_call() else {
            return true;
        };
        let fault = match self.tree.arity(operator) {
            None => Some(self.undefined(operator, expr)),
            Some(arity) => self.mismatch(operator, operands, arity, expr),
        };
        let is_valid = fault.is_none();
        self.faults.extend(fault);
        is_valid
    }
}

impl Calls<'_> {
    fn undefined(&self, operator: &Term, expr: &Expr) -> Fault {
        let name = match &operator.kind {
            TermKind::Ref(reference) => self.originals.text_of_ref(reference),
            // A renamed variable is not a function name; OPA's message contains no name.
            _ => String::new(),
        };
        Fault::new(Code::Type, format!("undefined function {name}"), expr.span)
    }

    /// A result operand may follow the operands; the compiler itself adds one.
    fn mismatch(
        &self,
        operator: &Term,
        operands: &[Term],
        arity: usize,
        expr: &Expr,
    ) -> Option<Fault> {
        let given = operands.len();
        let fits = match expr.generated {
            true => is_global(operator, "eq") || given == arity + 1,
            false => given == arity || given == arity + 1,
        };
        if fits {
            return None;
        }
        if let Some(fault) = self.typed_mismatch(operator, operands, expr) {
            return Some(fault);
        }
        let given = given.saturating_sub(usize::from(expr.generated));
        let name = self.originals.text(operator);
        let plural = if given == 1 { "" } else { "s" };
        let message = format!("function {name} has arity {arity}, got {given} argument{plural}");
        Some(Fault::new(Code::Type, message, expr.span))
    }

    /// The same error for a builtin, whose types are known.
    fn typed_mismatch(&self, operator: &Term, operands: &[Term], expr: &Expr) -> Option<Fault> {
        let surroundings = Surroundings {
            builtins: self.builtins,
            rewritten: self.originals.rewritten(),
            subjects: &HashMap::new(),
            dependents: &|_| Vec::new(),
            end: None,
        };
        arity_fault(
            &TypeEnv::default(),
            &surroundings,
            operator,
            operands,
            expr.span,
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::rego::compile::sample::{after, faults};

    #[test]
    fn functions_and_numbers_of_operands_are_checked() {
        assert_eq!(faults("p if { g(1) }"), ["2:8 undefined function g"]);
        let rules = "f(x) := x\np if { f(1, 2, 3) }";
        assert_eq!(
            faults(rules),
            ["3:8 function data.t.f has arity 1, got 3 arguments"]
        );
        after("", "p if { count(1, 2, 3) }", |compiler| {
            assert_eq!(compiler.faults[0].message, "count: arity mismatch");
            assert_eq!(compiler.faults[0].details.len(), 2);
        });
    }
}
