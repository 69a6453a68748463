//! Modifiers: checks what they replace, and binds values that must be evaluated. `f(x) with input as data.y` becomes `v = data.y; f(x) with
//! input as v`.

use crate::rego::compile::else_chain::change_chain;
use crate::rego::compile::rewrite::comprehension_terms::{requires_evaluation, sort};
use crate::rego::compile::rewrite::equality::capture;
use crate::rego::compile::tree::{Key, RuleTree};
use crate::rego::compile::{Compiler, Locals};
use crate::rego::syntax::ast::{Body, Expr, ExprKind, Term, TermKind};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::text;
use crate::rego::syntax::visit::{VisitorMut, change_expr, change_inner, change_term};
use crate::rego::types::Declaration;
use std::collections::HashMap;
use std::mem;

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

/// The possible targets of modifiers.
pub(crate) struct Targets<'t> {
    tree: &'t RuleTree,
    unsafe_builtins: &'t [&'t str],
}

impl<'t> Targets<'t> {
    pub(crate) const fn new(tree: &'t RuleTree, unsafe_builtins: &'t [&'t str]) -> Self {
        Self {
            tree,
            unsafe_builtins,
        }
    }

    /// Checks a modifier. Returns whether its value must be evaluated first.
    fn validate(&self, target: &mut Term, value: &mut Term) -> Result<bool, Fault> {
        if value
            .as_var()
            .is_some_and(|name| self.tree.builtin(name).is_some())
        {
            refer(value);
        }
        let replaces_builtin = self.is_builtin(target)?;
        if let Some(path) = document(target, "data") {
            if self.replaces_function(path, target.span)? && self.is_function_value(value)? {
                return Ok(false);
            }
            if self.names_function(value) {
                return Ok(false);
            }
        } else if document(target, "input").is_none() {
            if !replaces_builtin {
                let message =
                    "with keyword target must reference existing input, data, or a function";
                return Err(Fault::new(Code::Type, message, target.span));
            }
            refer(target);
            self.validate_builtin(target)?;
            if self.is_function_value(value)? {
                return Ok(false);
            }
        }
        Ok(requires_evaluation(value))
    }

    fn is_builtin(&self, term: &Term) -> Result<bool, Fault> {
        if !matches!(term.kind, TermKind::Ref(_) | TermKind::Var(_)) {
            return Ok(false);
        }
        let name = text::of_term(term);
        if self.unsafe_builtins.contains(&name.as_str()) {
            return Err(refused(
                &format!("target must not be unsafe: {name:?}"),
                term.span,
            ));
        }
        Ok(self.tree.builtin(&name).is_some())
    }

    /// Whether there are functions at a path below `data`. No rule may be above it.
    fn replaces_function(&self, path: &[Term], span: Span) -> Result<bool, Fault> {
        let Some((last, before)) = path.split_last() else {
            return Ok(false);
        };
        let child = |node: &'t RuleTree, part| Key::of(part).and_then(|key| node.child(&key));
        let mut node = self.tree;
        for part in before {
            let Some(next) = child(node, part) else {
                break;
            };
            if !next.rules.is_empty() {
                let message = "with keyword cannot partially replace virtual document(s)";
                return Err(Fault::new(Code::Compile, message, span));
            }
            node = next;
        }
        Ok(child(node, last).is_some_and(is_function))
    }

    /// Whether a value names a function.
    fn names_function(&self, value: &Term) -> bool {
        match &value.kind {
            TermKind::Ref(terms) => self.tree.find_ref(terms).is_some_and(is_function),
            _ => false,
        }
    }

    /// Whether the value that replaces a function is a function or a document below `data`.
    fn is_function_value(&self, value: &Term) -> Result<bool, Fault> {
        match &value.kind {
            TermKind::Ref(terms) if self.tree.find_ref(terms).is_some() => Ok(true),
            _ => self.is_builtin(value),
        }
    }

    fn validate_builtin(&self, target: &Term) -> Result<(), Fault> {
        let name = text::of_term(target);
        let refuse = |what: &str| Err(refused(what, target.span));
        let builtin = self.tree.builtin(&name);
        match name.as_str() {
            "eq" | "rego.metadata.chain" | "rego.metadata.rule" => {
                refuse(&format!("replacement of {name:?} invalid"))
            }
            name if name.starts_with("internal.") => refuse(&format!(
                "replacement of internal function {name:?} invalid"
            )),
            _ if builtin.is_some_and(|builtin| builtin.relation) => {
                refuse("target must not be a relation")
            }
            _ if builtin.is_some_and(Declaration::is_void) => {
                refuse("target must not be a void function")
            }
            _ => Ok(()),
        }
    }
}

/// Whether there are functions at a node.
const fn is_function(node: &RuleTree) -> bool {
    node.params > 0
}

fn refused(what: &str, span: Span) -> Fault {
    let message = format!("with keyword replacing built-in function: {what}");
    Fault::new(Code::Compile, message, span)
}

/// Turns a variable with the name of a builtin into a reference.
fn refer(term: &mut Term) {
    if let TermKind::Var(name) = &term.kind {
        let name = Term::var(name, Span::default());
        term.kind = TermKind::Ref(vec![name]);
    }
}

/// The path below a document, if a reference begins with that document.
fn document<'t>(term: &'t Term, name: &str) -> Option<&'t [Term]> {
    let TermKind::Ref(terms) = &term.kind else {
        return None;
    };
    let (head, path) = terms.split_first()?;
    head.as_var()
        .is_some_and(|head| **head == *name)
        .then_some(path)
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
