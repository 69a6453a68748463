//! One template.

use crate::rego::compile::rewrite::equality::{equal, operator};
use crate::rego::compile::rewrite::template_strings::Templates;
use crate::rego::compile::safety::unify::SAFETY;
use crate::rego::syntax::ast::{
    Comprehension, Expr, ExprKind, Template, TemplatePart, Term, TermKind,
};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::text;
use crate::rego::syntax::vars::of_term;

impl Templates<'_> {
    /// Rewrites a term that is a template. After an error, the term stays.
    pub(super) fn template(&mut self, term: &mut Term) {
        let TermKind::Template(template) = &term.kind else {
            return;
        };
        let before = self.faults.len();
        let items = self.items(template, term.span);
        if self.faults.len() == before {
            let items = Term::new(TermKind::Array(items), Span::default());
            term.kind = TermKind::Call(vec![operator("internal.template_string"), items]);
        }
    }

    fn items(&mut self, template: &Template, span: Span) -> Vec<Term> {
        if template.parts.is_empty() {
            return vec![Term::string("", span)];
        }
        let mut items = Vec::with_capacity(template.parts.len());
        for part in &template.parts {
            match part {
                TemplatePart::Text(term) => items.push(term.clone()),
                TemplatePart::Expr(expr) => items.extend(self.item(expr)),
            }
        }
        items
    }

    fn item(&mut self, expr: &Expr) -> Option<Term> {
        let term = match &expr.kind {
            ExprKind::Call(terms) => {
                let builtin = terms
                    .first()
                    .and_then(|operator| self.tree.builtin(&text::of_operator(operator)));
                if let Some(builtin) = builtin.filter(|builtin| builtin.relation) {
                    let name = &builtin.name;
                    let message = format!(
                        "illegal call to relation built-in '{name}' that may cause multiple outputs"
                    );
                    self.refuse(message, Span::default());
                    return None;
                }
                Term::new(TermKind::Call(terms.clone()), Span::default())
            }
            ExprKind::Term(term) => (**term).clone(),
            kind => {
                let message = format!(
                    "unexpected template-string expression type: {}",
                    go_type(kind)
                );
                self.refuse(message, expr.span);
                return None;
            }
        };
        let always = match &term.kind {
            TermKind::Ref(reference) => self.defined.has(self.tree, reference),
            TermKind::Var(_) => true,
            _ => false,
        };
        if always {
            return Some(Term::new(TermKind::Set(vec![term]), Span::default()));
        }
        for name in of_term(&term, SAFETY)
            .iter()
            .filter(|name| !self.safe.contains(*name))
        {
            let name = self.rewritten.get(name).unwrap_or(name);
            let message = format!("var {} is undeclared", text::of_var(name));
            self.faults
                .push(Fault::new(Code::Compile, message, term.span));
        }
        let span = term.span;
        let local = Term::new(TermKind::Var(self.locals.fresh()), span);
        let mut bound = equal(local.clone(), term, span);
        bound.with.clone_from(&expr.with);
        let inner = Comprehension {
            key: None,
            term: local,
            body: vec![bound],
        };
        Some(Term::new(TermKind::SetComprehension(Box::new(inner)), span))
    }

    fn refuse(&mut self, message: String, span: Span) {
        self.faults.push(Fault::new(Code::Compile, message, span));
    }
}

/// OPA's name of an expression that is neither a term nor a call.
const fn go_type(kind: &ExprKind) -> &'static str {
    match kind {
        ExprKind::Term(_) => "*ast.Term",
        ExprKind::Call(_) => "[]*ast.Term",
        ExprKind::Some(_) => "*ast.SomeDecl",
        ExprKind::Every(_) => "*ast.Every",
        ExprKind::Not(_) => "*ast.Not",
        ExprKind::And(_) => "*ast.LogicalAnd",
        ExprKind::Or(_) => "*ast.LogicalOr",
    }
}
