//! Compares a source with its formatted text.

use super::imports::names;
use crate::rego::syntax::ast::{
    Expr, ExprKind, Head, Import, Module, Name, Rule, Template, TemplatePart, Term, TermKind,
};
use crate::rego::syntax::visit::{VisitorMut, change_rule};
use crate::rego::syntax::{order, text};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Whether two modules mean the same. Their imports may be in another order, and those of keywords may differ.
pub(super) fn means_the_same(a: &Module, b: &Module) -> bool {
    let (mut a, mut b) = (a.clone(), b.clone());
    super::prepare::name_wildcards(&mut a);
    normalize(&mut a);
    normalize(&mut b);
    same_terms(&a.package.path, &b.package.path)
        && same_imports(&a.imports, &b.imports)
        && a.rules.len() == b.rules.len()
        && a.rules.iter().zip(&b.rules).all(|(a, b)| same_rule(a, b))
}

/// Whether two modules have the same comments. Their places may differ.
pub(super) fn has_the_comments(a: &Module, b: &Module) -> bool {
    let texts = |module: &Module| {
        let mut texts: Vec<String> = module
            .comments
            .iter()
            .map(|comment| comment.text.trim_end().to_owned())
            .collect();
        texts.sort_unstable();
        texts
    };
    texts(a) == texts(b)
}

fn same_rule(a: &Rule, b: &Rule) -> bool {
    let otherwise = match (&a.otherwise, &b.otherwise) {
        (Some(a), Some(b)) => same_rule(a, b),
        (None, None) => true,
        _ => false,
    };
    otherwise
        && a.is_default == b.is_default
        && same_head(&a.head, &b.head)
        && order::compare_bodies(&a.body, &b.body).is_eq()
}

fn same_head(a: &Head, b: &Head) -> bool {
    let args = |head: &Head| head.args.clone().unwrap_or_default();
    same_terms(&a.reference, &b.reference)
        && same_terms(&args(a), &args(b))
        && same_terms(a.key.as_slice(), b.key.as_slice())
        && same_terms(a.value.as_slice(), b.value.as_slice())
}

fn same_terms(a: &[Term], b: &[Term]) -> bool {
    let same = |(a, b): (&Term, &Term)| order::compare(a, b).is_eq();
    a.len() == b.len() && a.iter().zip(b).all(same)
}

fn same_imports(a: &[Import], b: &[Import]) -> bool {
    let sorted = |imports: &[Import]| {
        let mut kept: Vec<Import> = imports
            .iter()
            .filter(|import| !is_directive(import))
            .cloned()
            .collect();
        kept.sort_by(compare_imports);
        kept
    };
    let (a, b) = (sorted(a), sorted(b));
    a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| compare_imports(a, b).is_eq())
}

// Whether an import changes the syntax and brings no name.
fn is_directive(import: &Import) -> bool {
    names(import)
        .first()
        .is_some_and(|name| matches!(&**name, "future" | "rego"))
}

fn compare_imports(a: &Import, b: &Import) -> Ordering {
    order::compare(&a.path, &b.path).then_with(|| a.alias.cmp(&b.alias))
}

/// Brings a tree into one form: wildcards are numbered by their first places, and parts that the formatter writes in another way with the
/// same meaning are equal.
#[derive(Default)]
struct Normal(BTreeMap<Name, usize>);

impl VisitorMut for Normal {
    fn expr(&mut self, expr: &mut Expr) -> bool {
        // `plus(x, y, z)` becomes `z = x + y`.
        if let ExprKind::Call(terms) = &mut expr.kind
            && terms.len() == 4
            && terms
                .first()
                .is_some_and(|operator| text::infix(operator).is_some())
            && let Some(result) = terms.pop()
        {
            let span = expr.span;
            let call = Term::new(TermKind::Call(std::mem::take(terms)), span);
            let operator = Term::new(TermKind::Ref(vec![Term::var("eq", span)]), span);
            *terms = vec![operator, result, call];
        }
        true
    }

    fn term(&mut self, term: &mut Term) -> bool {
        match &mut term.kind {
            TermKind::Var(name) if name.starts_with('$') => {
                let next = self.0.len();
                let number = *self.0.entry(name.clone()).or_insert(next);
                term.kind = TermKind::Var(format!("${number}").into());
            }
            TermKind::Template(template) => join_texts(template),
            _ => {}
        }
        true
    }
}

// `{"a"}` and `{1}` in a template become text.
fn join_texts(template: &mut Template) {
    let mut parts: Vec<TemplatePart> = Vec::new();
    for part in std::mem::take(&mut template.parts) {
        let TemplatePart::Text(term) = part else {
            parts.push(part);
            continue;
        };
        let text = match &term.kind {
            TermKind::String(text) => text.to_string(),
            _ => text::of_term(&term),
        };
        let before = match parts.last_mut() {
            Some(TemplatePart::Text(before)) => before,
            _ => {
                parts.push(TemplatePart::Text(Term::string(&text, term.span)));
                continue;
            }
        };
        let joined = before.as_string().map_or("", |text| text).to_owned() + &text;
        before.kind = TermKind::String(joined.into());
    }
    template.parts = parts;
}

fn normalize(module: &mut Module) {
    let mut normal = Normal::default();
    for rule in &mut module.rules {
        change_rule(rule, &mut normal);
        normalize_head(rule);
    }
}

// The key of `p[x] := y` is also in its reference.
fn normalize_head(rule: &mut Rule) {
    if rule.head.value.is_some() && rule.head.reference.len() > 1 {
        rule.head.key = None;
    }
    if let Some(rule) = &mut rule.otherwise {
        normalize_head(rule);
    }
}
