//! References and comprehensions inside terms are bound first. `f(data.x) = 1` becomes `v = data.x; f(v) = 1`, so each is evaluated once,
//! before the term that contains it.

use crate::rego::compile::else_chain::change_chain;
use crate::rego::compile::rewrite::lift::{Modifiers, lift};
use crate::rego::compile::safety::outputs::is_global;
use crate::rego::compile::{Compiler, Locals};
use crate::rego::syntax::ast::{Body, Expr, ExprKind, Term, TermKind, With};
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::order;
use std::mem;

/// OPA's stage `RewriteDynamicTerms`.
pub(crate) fn run(compiler: &mut Compiler<'_>) {
    let Compiler {
        modules, locals, ..
    } = compiler;
    let mut hoist = Hoist {
        locals,
        modifiers: Modifiers::new(),
    };
    for rule in modules.iter_mut().flat_map(|module| &mut module.rules) {
        change_chain(rule, |rule| hoist.body(&mut rule.body));
    }
    let checked = hoist.modifiers.check();
    compiler.fault_all(checked.err());
}

/// The same for the body of a query.
pub(crate) fn in_body(body: &mut Body, locals: &mut Locals) -> Result<(), Fault> {
    let mut hoist = Hoist {
        locals,
        modifiers: Modifiers::new(),
    };
    hoist.body(body);
    hoist.modifiers.check()
}

struct Hoist<'l> {
    locals: &'l mut Locals,
    modifiers: Modifiers,
}

/// The output body for the equalities, and the modifiers that apply to them.
struct Target<'t> {
    out: &'t mut Body,
    with: &'t [With],
}

impl Hoist<'_> {
    fn body(&mut self, body: &mut Body) {
        let mut out = Vec::with_capacity(body.len());
        for mut expr in mem::take(body) {
            self.expr(&mut expr, &mut out);
            out.push(expr);
        }
        *body = out;
    }

    fn expr(&mut self, expr: &mut Expr, out: &mut Body) {
        let equality = expr
            .as_call()
            .is_some_and(|(operator, _)| is_global(operator, "eq"));
        let mut target = Target {
            out,
            with: &expr.with,
        };
        match &mut expr.kind {
            ExprKind::Call(terms) if equality => {
                if let [_, left, right] = terms.as_mut_slice() {
                    self.side(left, &mut target);
                    self.side(right, &mut target);
                }
            }
            ExprKind::Call(terms) => self.terms(terms.iter_mut().skip(1), &mut target),
            ExprKind::Term(term) => self.side(term, &mut target),
            ExprKind::Every(every) => {
                self.term(&mut every.domain, &mut target);
                self.body(&mut every.body);
            }
            ExprKind::Not(not) => self.body(&mut not.body),
            ExprKind::And(logical) | ExprKind::Or(logical) => {
                self.body(&mut logical.lhs);
                self.body(&mut logical.rhs);
            }
            ExprKind::Some(_) => {}
        }
    }

    /// A term that does not need a variable itself.
    fn side(&mut self, term: &mut Term, target: &mut Target<'_>) {
        match &mut term.kind {
            TermKind::Ref(terms) => self.terms(terms.iter_mut().skip(1), target),
            TermKind::ArrayComprehension(inner)
            | TermKind::SetComprehension(inner)
            | TermKind::ObjectComprehension(inner) => self.body(&mut inner.body),
            _ => self.term(term, target),
        }
    }

    fn terms<'t>(&mut self, terms: impl Iterator<Item = &'t mut Term>, target: &mut Target<'_>) {
        for term in terms {
            self.term(term, target);
        }
    }

    fn term(&mut self, term: &mut Term, target: &mut Target<'_>) {
        match &mut term.kind {
            TermKind::Ref(terms) => {
                self.terms(terms.iter_mut().skip(1), target);
                self.bind(term, target);
            }
            TermKind::ArrayComprehension(inner)
            | TermKind::SetComprehension(inner)
            | TermKind::ObjectComprehension(inner) => {
                self.body(&mut inner.body);
                self.bind(term, target);
            }
            TermKind::Array(items) => self.terms(items.iter_mut(), target),
            TermKind::Set(items) => {
                self.terms(items.iter_mut(), target);
                order::sort_set(items);
            }
            TermKind::Object(fields) => {
                self.terms(
                    fields.iter_mut().flat_map(|(key, value)| [key, value]),
                    target,
                );
                order::sort_object(fields);
            }
            TermKind::Null
            | TermKind::Bool(_)
            | TermKind::Number(_)
            | TermKind::String(_)
            | TermKind::Var(_)
            | TermKind::Call(_)
            | TermKind::Template(_) => {}
        }
    }

    fn bind(&mut self, term: &mut Term, target: &mut Target<'_>) {
        let mut bound = lift(term, self.locals);
        self.modifiers.share(&mut bound, target.with);
        target.out.push(bound);
    }
}

#[cfg(test)]
mod tests {
    use crate::rego::compile::sample::bodies;

    #[test]
    fn references_are_bound_before_their_expressions() {
        let rules =
            "f(x, y) := x\np if { f(data.x, [y | y = data.z[input.i]]) = 1 with input as data.y }";
        assert_eq!(
            bodies("RewriteDynamicTerms", rules)[1],
            "__local3__ = data.y; __local4__ = data.x with input as __local3__; \
             __local6__ = [y | __local5__ = input.i; y = data.z[__local5__]] with input as __local3__; \
             data.t.f(__local4__, __local6__, __local2__) with input as __local3__; \
             __local2__ = 1 with input as __local3__"
        );
    }
}
