//! Modifiers: checks what they replace, and binds values that must be evaluated. `f(x) with input as data.y` becomes `v = data.y; f(x) with
//! input as v`.

mod targets;

use crate::rego::compile::else_chain::change_chain;
use crate::rego::compile::rewrite::comprehension_terms::sort;
use crate::rego::compile::rewrite::equality::capture;
use crate::rego::compile::{Compiler, Locals};
use crate::rego::syntax::ast::{Body, Expr, ExprKind, Term, TermKind};
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::span::Span;
use crate::rego::syntax::visit::{VisitorMut, change_expr, change_inner, change_term};
use std::collections::HashMap;
use std::mem;

pub(crate) use targets::Targets;

/// OPA's stage `RewriteWithValues`.
pub(crate) fn run(compiler: &mut Compiler<'_>) {
    let mut modules = mem::take(&mut compiler.modules);
    let targets = Targets::new(&compiler.tree, compiler.settings.unsafe_builtins);
    let mut bodies = Bodies {
        targets,
        locals: &mut compiler.locals,
        faults: Vec::new(),
    };
    for rule in modules.iter_mut().flat_map(|module| &mut module.rules) {
        change_chain(rule, |rule| bodies.body(&mut rule.body));
    }
    let faults = bodies.faults;
    compiler.modules = modules;
    compiler.fault_all(faults);
}

/// The same for the body of a query. As in OPA, its inner bodies stay unchanged.
pub(crate) fn in_body(
    body: &mut Body,
    targets: &Targets<'_>,
    locals: &mut Locals,
) -> Result<(), Fault> {
    let mut out = Vec::with_capacity(body.len());
    let mut shared = HashMap::new();
    for mut expr in mem::take(body) {
        rewrite(&mut expr, targets, locals, &mut shared, &mut out)?;
        out.push(expr);
    }
    *body = out;
    Ok(())
}

/// The bodies of rules, and their inner bodies.
struct Bodies<'t> {
    targets: Targets<'t>,
    locals: &'t mut Locals,
    faults: Vec<Fault>,
}

impl Bodies<'_> {
    fn body(&mut self, body: &mut Body) {
        match in_body(body, &self.targets, self.locals) {
            Ok(()) => {
                for expr in body {
                    change_expr(expr, self);
                }
            }
            Err(fault) => self.faults.push(fault),
        }
    }
}

impl VisitorMut for Bodies<'_> {
    fn expr(&mut self, expr: &mut Expr) -> bool {
        match &mut expr.kind {
            ExprKind::Every(every) => self.body(&mut every.body),
            ExprKind::Not(not) => self.body(&mut not.body),
            ExprKind::And(logical) | ExprKind::Or(logical) => {
                self.body(&mut logical.lhs);
                self.body(&mut logical.rhs);
            }
            ExprKind::Term(_) | ExprKind::Call(_) | ExprKind::Some(_) => return true,
        }
        false
    }

    fn term(&mut self, term: &mut Term) -> bool {
        match &mut term.kind {
            TermKind::ArrayComprehension(inner)
            | TermKind::SetComprehension(inner)
            | TermKind::ObjectComprehension(inner) => {
                for term in inner.key.iter_mut().chain([&mut inner.term]) {
                    change_term(term, self);
                }
                self.body(&mut inner.body);
                false
            }
            TermKind::Set(_) | TermKind::Object(_) => {
                change_inner(term, self);
                sort(term);
                false
            }
            _ => true,
        }
    }
}

/// The place of a modifier.
type Place = (u32, u32, u32);

/// Expressions that were moved out of one another share modifiers. The first expression binds the value, once for all.
fn rewrite(
    expr: &mut Expr,
    targets: &Targets<'_>,
    locals: &mut Locals,
    shared: &mut HashMap<Place, Term>,
    out: &mut Body,
) -> Result<(), Fault> {
    for with in &mut expr.with {
        if !targets.validate(&mut with.target, &mut with.value)? {
            continue;
        }
        let place = place(with.span);
        let local = match shared.get(&place) {
            Some(local) => local.clone(),
            None => {
                let (local, bound) = capture(locals, with.value.clone());
                out.push(bound);
                shared.insert(place, local.clone());
                local
            }
        };
        with.value = local;
    }
    Ok(())
}

const fn place(span: Span) -> Place {
    (span.file, span.row, span.column)
}

#[cfg(test)]
mod tests {
    use crate::rego::compile::sample::{bodies, faults};

    #[test]
    fn values_are_bound_once_per_source_expression() {
        let rules = "f(x) := x\np if { f(f(1)) = 1 with input as data.y }";
        assert_eq!(
            bodies("RewriteWithValues", rules)[1],
            "__local3__ = data.y; data.t.f(1, __local1__) with input as __local3__; \
             data.t.f(__local1__, __local2__) with input as __local3__; \
             __local2__ = 1 with input as __local3__"
        );
        let mock = "f(x) := x\np if { f(1) with f as count }";
        assert_eq!(
            bodies("RewriteWithValues", mock)[1],
            "data.t.f(1) with data.t.f as count"
        );
    }

    #[test]
    fn invalid_targets_are_refused() {
        let builtin = "with keyword replacing built-in function: ";
        for (with, expected) in [
            (
                "q.x",
                "with keyword cannot partially replace virtual document(s)".to_owned(),
            ),
            (
                "x",
                "with keyword target must reference existing input, data, or a function".to_owned(),
            ),
            ("eq", format!("{builtin}replacement of \"eq\" invalid")),
            ("walk", format!("{builtin}target must not be a relation")),
            (
                "print",
                format!("{builtin}target must not be a void function"),
            ),
            (
                "http.send",
                format!("{builtin}target must not be unsafe: \"http.send\""),
            ),
        ] {
            let found = faults(&format!("q := 1\np if {{ true with {with} as 1 }}"));
            assert_eq!(found, [format!("3:18 {expected}")]);
        }
    }
}
