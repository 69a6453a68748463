//! Each call becomes its own expression. A call inside a term moves before the expression; its last operand is a new variable, which
//! replaces the call in the term. The head of a reference becomes a variable too: `[1, 2][i]` becomes `x = [1, 2]`, `x[i]`.
//!
//! The expressions that define such variables are marked as generated. The replaced term is the right side of the equality, or the call.

use crate::rego::compile::else_chain::change_chain;
use crate::rego::compile::rewrite::equality::{append, equal};
use crate::rego::compile::rewrite::lift::{Modifiers, lift};
use crate::rego::compile::{Compiler, Locals};
use crate::rego::syntax::ast::{
    Body, Comprehension, Every, Expr, ExprKind, Head, Rule, Term, TermKind,
};
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::order;
use std::mem;

/// OPA's stage `RewriteExprTerms`.
pub(crate) fn run(compiler: &mut Compiler<'_>) {
    let Compiler {
        modules, locals, ..
    } = compiler;
    let mut expander = Expander {
        locals,
        modifiers: Modifiers::new(),
    };
    for rule in modules.iter_mut().flat_map(|module| &mut module.rules) {
        change_chain(rule, |rule| expander.rule(rule));
    }
    let checked = expander.modifiers.check();
    compiler.fault_all(checked.err());
}

/// The same for the body of a query.
pub(crate) fn in_body(body: &mut Body, locals: &mut Locals) -> Result<(), Fault> {
    let mut expander = Expander {
        locals,
        modifiers: Modifiers::new(),
    };
    expander.body(body);
    expander.modifiers.check()
}

struct Expander<'l> {
    locals: &'l mut Locals,
    modifiers: Modifiers,
}

impl Expander<'_> {
    fn rule(&mut self, rule: &mut Rule) {
        let Head {
            args, key, value, ..
        } = &mut rule.head;
        for term in args.iter_mut().flatten().chain(key).chain(value) {
            let mut support = Vec::new();
            self.term(term, &mut support);
            append(&mut rule.body, support);
        }
        self.body(&mut rule.body);
    }

    fn body(&mut self, body: &mut Body) {
        let mut expanded = Vec::with_capacity(body.len());
        for expr in mem::take(body) {
            self.expr(expr, &mut expanded);
        }
        *body = expanded;
    }

    fn expr(&mut self, mut expr: Expr, out: &mut Body) {
        for with in &mut expr.with {
            self.term(&mut with.value, out);
        }
        let first = out.len();
        match &mut expr.kind {
            ExprKind::Term(term) => self.term(term, out),
            ExprKind::Call(terms) => self.terms(terms.iter_mut().skip(1), out),
            ExprKind::Every(every) => self.every(every, out),
            ExprKind::Not(not) => self.body(&mut not.body),
            ExprKind::And(logical) | ExprKind::Or(logical) => {
                self.body(&mut logical.lhs);
                self.body(&mut logical.rhs);
            }
            ExprKind::Some(_) => {}
        }
        for part in out.iter_mut().skip(first) {
            self.modifiers.share(part, &expr.with);
        }
        out.push(expr);
    }

    fn every(&mut self, every: &mut Every, out: &mut Body) {
        let span = every.domain.span;
        let local = Term::new(TermKind::Var(self.locals.fresh()), span);
        let mut domain = mem::replace(&mut every.domain, local.clone());
        self.term(&mut domain, out);
        let mut bound = equal(local, domain, span);
        bound.generated = true;
        out.push(bound);
        self.body(&mut every.body);
    }

    fn terms<'t>(&mut self, terms: impl Iterator<Item = &'t mut Term>, out: &mut Body) {
        for term in terms {
            self.term(term, out);
        }
    }

    fn term(&mut self, term: &mut Term, out: &mut Body) {
        let span = term.span;
        match &mut term.kind {
            TermKind::Call(terms) => {
                self.terms(terms.iter_mut().skip(1), out);
                let mut terms = mem::take(terms);
                term.kind = TermKind::Var(self.locals.fresh());
                terms.push(term.clone());
                let mut call = Expr::new(ExprKind::Call(terms), span);
                call.generated = true;
                out.push(call);
            }
            TermKind::Ref(terms) => {
                self.terms(terms.iter_mut(), out);
                if let Some(head) = terms.first_mut() {
                    self.head(head, out);
                }
            }
            TermKind::Array(items) => self.terms(items.iter_mut(), out),
            TermKind::Set(items) => {
                self.terms(items.iter_mut(), out);
                order::sort_set(items);
            }
            TermKind::Object(fields) => {
                self.terms(fields.iter_mut().flat_map(|(key, value)| [key, value]), out);
                order::sort_object(fields);
            }
            TermKind::ArrayComprehension(inner)
            | TermKind::SetComprehension(inner)
            | TermKind::ObjectComprehension(inner) => self.comprehension(inner),
            TermKind::Null
            | TermKind::Bool(_)
            | TermKind::Number(_)
            | TermKind::String(_)
            | TermKind::Var(_)
            | TermKind::Template(_) => {}
        }
    }

    /// Replaces the head of a reference by a variable, unless it is one already.
    fn head(&mut self, head: &mut Term, out: &mut Body) {
        if matches!(
            head.kind,
            TermKind::Array(_)
                | TermKind::Object(_)
                | TermKind::Set(_)
                | TermKind::ArrayComprehension(_)
                | TermKind::SetComprehension(_)
                | TermKind::ObjectComprehension(_)
        ) {
            out.push(lift(head, self.locals));
        }
    }

    fn comprehension(&mut self, inner: &mut Comprehension) {
        let Comprehension { key, term, body } = inner;
        for term in key.iter_mut().chain([term]) {
            let mut support = Vec::new();
            self.term(term, &mut support);
            append(body, support);
        }
        self.body(body);
    }
}

#[cfg(test)]
mod tests {
    use crate::rego::compile::sample::bodies;

    #[test]
    fn calls_move_before_their_expressions() {
        for (rules, expected) in [
            (
                "p if { count(input.x) > 1 + 2 }",
                "count(input.x, __local0__); plus(1, 2, __local1__); gt(__local0__, __local1__)",
            ),
            ("p := count(input.x)", "count(input.x, __local0__)"),
            (
                "p if { [1, 2][input.x] }",
                "__local0__ = [1, 2]; __local0__[input.x]",
            ),
            (
                "p if { [count(x) | x = input.y] }",
                "[__local0__ | x = input.y; count(x, __local0__)]",
            ),
            (
                "p if { every x in count(1) { x } }",
                "count(1, __local3__); __local2__ = __local3__; every __local0__, __local1__ in __local2__ { __local1__ }",
            ),
        ] {
            let found = bodies("RewriteExprTerms", rules);
            assert_eq!(found, [expected], "{rules}");
        }
    }
}
