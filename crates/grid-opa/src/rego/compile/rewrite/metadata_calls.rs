//! RewriteRegoMetadataCalls: the contents of annotations replace calls of `rego.metadata.rule` and `rego.metadata.chain`.
//!
//! For `p := rego.metadata.rule()`, the body begins with `__local0__ = {"scope": "rule", ...}`, and the variable replaces the call.

mod terms;

use crate::rego::compile::annotations::path_of;
use crate::rego::compile::else_chain::{chain, change_chain};
use crate::rego::compile::rewrite::equality::{append, capture, equal};
use crate::rego::compile::{Compiler, RuleId};
use crate::rego::syntax::ast::{Body, Expr, ExprKind, Rule, Term, TermKind};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::visit::{
    Visitor, VisitorMut, change_body, change_head, walk_body, walk_head,
};
use terms::Terms;

/// Which of the two functions is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Chain,
    Rule,
}

/// A value for each of the two functions.
#[derive(Debug, Clone, Copy, Default)]
struct Calls<T> {
    chain: Option<T>,
    rule: Option<T>,
}

impl<T> Calls<T> {
    const fn get(&self, call: Call) -> Option<&T> {
        match call {
            Call::Chain => self.chain.as_ref(),
            Call::Rule => self.rule.as_ref(),
        }
    }
}

pub(crate) fn run(compiler: &mut Compiler<'_>) {
    if !compiler.settings.annotations {
        return;
    }
    let mut modules = std::mem::take(&mut compiler.modules);
    let annotations = std::mem::take(&mut compiler.annotations);
    let mut terms = Terms::default();
    let mut faults = Vec::new();
    for (number, module) in modules.iter_mut().enumerate() {
        let found: Vec<(usize, Vec<Calls<Span>>)> = (0..)
            .zip(&module.rules)
            .map(|(rule, syntax)| (rule, calls(syntax)))
            .filter(|(_, calls)| {
                calls
                    .iter()
                    .any(|calls| calls.chain.or(calls.rule).is_some())
            })
            .collect();
        for (rule, calls) in found {
            let (path, package) = (path_of(module, Some(rule)), path_of(module, None));
            let Some(syntax) = module.rules.get_mut(rule) else {
                continue;
            };
            let id = RuleId {
                module: number,
                rule,
            };
            // Annotations apply to the rule itself, not to its `else` branches.
            let mut own = Some(id);
            let mut calls = calls.into_iter();
            change_chain(syntax, |branch| {
                let own = own.take();
                let calls = calls.next().unwrap_or_default();
                let chain = calls.chain.map(|span| {
                    let links = annotations.chain(own, &path, &package);
                    terms.of_chain(&links, &path, span)
                });
                let rule = calls.rule.map(|span| {
                    let attached = own.and_then(|id| annotations.of_rule(id));
                    terms.of_rule(attached, span)
                });
                let values = match (chain.transpose(), rule.transpose()) {
                    (Ok(chain), Ok(rule)) => Calls { chain, rule },
                    (Err(fault), _) | (_, Err(fault)) => return faults.push(fault),
                };
                rewrite(branch, values, compiler);
            });
        }
    }
    compiler.modules = modules;
    compiler.fault_all(faults);
}

/// The places of the first calls in a rule and in each of its `else` branches. As in OPA, the calls of a branch count for all branches
/// before it.
fn calls(rule: &Rule) -> Vec<Calls<Span>> {
    let mut all: Vec<Calls<Span>> = chain(rule)
        .map(|rule| {
            let mut calls = Calls::default();
            walk_head(&rule.head, &mut calls);
            walk_body(&rule.body, &mut calls);
            calls
        })
        .collect();
    let mut later = Calls::default();
    for calls in all.iter_mut().rev() {
        calls.chain = calls.chain.or(later.chain);
        calls.rule = calls.rule.or(later.rule);
        later = *calls;
    }
    all
}

impl Visitor for Calls<Span> {
    fn expr(&mut self, expr: &Expr) -> bool {
        let place = match call_of(expr) {
            Some(Call::Chain) => &mut self.chain,
            Some(Call::Rule) => &mut self.rule,
            None => return true,
        };
        place.get_or_insert(expr.span);
        true
    }
}

fn call_of(expr: &Expr) -> Option<Call> {
    let ExprKind::Call(terms) = &expr.kind else {
        return None;
    };
    let TermKind::Ref(operator) = &terms.first()?.kind else {
        return None;
    };
    let [root, family, name] = operator.as_slice() else {
        return None;
    };
    if &**root.as_var()? != "rego" || &**family.as_string()? != "metadata" {
        return None;
    }
    match &**name.as_string()? {
        "chain" => Some(Call::Chain),
        "rule" => Some(Call::Rule),
        _ => None,
    }
}

fn rewrite(rule: &mut Rule, values: Calls<Term>, compiler: &mut Compiler<'_>) {
    let Calls { chain, rule: own } = values;
    let mut body = Body::new();
    let mut bind = |term: Option<Term>| {
        term.map(|term| {
            let (local, bound) = capture(&mut compiler.locals, term);
            body.push(bound);
            local
        })
    };
    let mut locals = Calls {
        chain: bind(chain),
        rule: bind(own),
    };
    change_head(&mut rule.head, &mut locals);
    change_body(&mut rule.body, &mut locals);
    append(&mut body, std::mem::take(&mut rule.body));
    rule.body = body;
}

/// Replaces calls by variables. As in OPA, the `not` and the modifiers of a call are lost.
impl VisitorMut for Calls<Term> {
    fn expr(&mut self, expr: &mut Expr) -> bool {
        let Some(local) = call_of(expr).and_then(|call| self.get(call)) else {
            return true;
        };
        let span = expr.span;
        let result = match &mut expr.kind {
            ExprKind::Call(terms) if terms.len() > 1 => Some(terms.swap_remove(1)),
            _ => None,
        };
        *expr = match result {
            Some(result) => equal(result, local.clone(), span),
            None => Expr::new(ExprKind::Term(Box::new(local.clone())), span),
        };
        expr.generated = true;
        false
    }
}

#[cfg(test)]
mod tests {
    use crate::rego::compile::sample::{after, bodies};
    use crate::rego::syntax::annotations::{Annotation, Fields, Scope, Yaml};

    #[test]
    fn calls_become_variables_of_the_body() {
        let stage = "RewriteRegoMetadataCalls";
        let calls = "p if { not rego.metadata.rule(); every x in [rego.metadata.rule()] { x } }";
        for (rule, body) in [
            (
                "p := rego.metadata.chain()",
                "__local1__ = [{\"path\": [\"t\", \"p\"]}]; __local0__ = __local1__",
            ),
            ("p if rego.metadata.rule()", "__local0__ = {}; __local0__"),
            (
                "p if count([]) == 0",
                "count([], __local0__); equal(__local0__, 0)",
            ),
            (
                calls,
                "__local4__ = {}; __local4__; __local3__ = __local4__; __local2__ = [__local3__]; \
                 every __local0__, __local1__ in __local2__ { __local1__ }",
            ),
        ] {
            assert_eq!(bodies(stage, rule), [body], "{rule}");
        }
    }

    #[test]
    fn the_number_of_terms_is_limited() {
        let rules = "p := rego.metadata.chain()\nq := rego.metadata.chain()";
        let many = |count: usize| {
            after("RewriteExprTerms", rules, |compiler| {
                let list = Yaml::List(vec![Yaml::Null; count]);
                let span = compiler.modules[0].package.span;
                compiler.modules[0].annotations.push(Annotation {
                    scope: Scope::Package,
                    rule: None,
                    fields: Fields::from([("custom".to_owned(), list)]),
                    span,
                });
                crate::rego::compile::annotations::run(compiler);
                super::run(compiler);
                compiler
                    .faults
                    .iter()
                    .map(|fault| fault.message.clone())
                    .collect::<Vec<_>>()
            })
        };
        assert!(many(499_000).is_empty());
        let faults = many(500_001);
        assert_eq!(
            faults,
            ["calls of rego.metadata create more than 1000000 terms"]
        );
    }

    #[test]
    fn values_without_a_json_form_are_errors_when_called_for() {
        for (rules, value, count) in [
            ("p := rego.metadata.chain()", Yaml::Float(f64::NAN), 1),
            ("p := rego.metadata.chain()", Yaml::MixedMap(Vec::new()), 1),
            ("p := rego.metadata.rule()", Yaml::Float(f64::NAN), 0),
            ("p := 1", Yaml::Float(f64::NAN), 0),
        ] {
            let faults = after("RewriteExprTerms", rules, |compiler| {
                let span = compiler.modules[0].package.span;
                compiler.modules[0].annotations.push(Annotation {
                    scope: Scope::Subpackages,
                    rule: None,
                    fields: Fields::from([("custom".to_owned(), value)]),
                    span,
                });
                crate::rego::compile::annotations::run(compiler);
                super::run(compiler);
                compiler.faults.len()
            });
            assert_eq!(faults, count, "{rules}");
        }
    }
}
