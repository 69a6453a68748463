//! Checks of default rules, and the requirements of Rego v1 for rules.

use crate::rego::syntax::ast::{Expr, Head, Rule, Term, TermKind, Version};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::parser::statements::keywords::is_keyword_of;
use crate::rego::syntax::parser::statements::{HeadKeywords, WrittenRule};
use crate::rego::syntax::parser::terms::kind_name;
use crate::rego::syntax::span::Span;
use crate::rego::syntax::visit::{self, Visitor};

impl Parser<'_> {
    pub(crate) fn check_default_value(&mut self, head: &Head, at: Span) -> Option<()> {
        let Some(value) = &head.value else {
            self.error(at, "illegal default rule (must have a value)");
            return None;
        };
        let mut parts = NotConstant(Vec::new());
        visit::walk_term(value, &mut parts);
        for kind in &parts.0 {
            self.error(
                at,
                format!("illegal default rule (value cannot contain {kind})"),
            );
        }
        parts.0.is_empty().then_some(())
    }

    /// The parameters of a default function must be distinct variables.
    pub(crate) fn check_default_args(&mut self, head: &Head, at: Span) -> Option<()> {
        let mut known = Vec::new();
        let mut fits = true;
        for arg in head.args.iter().flatten() {
            let message = match arg.as_var() {
                Some(name) if known.contains(&name) => {
                    format!("illegal default rule (arguments cannot be repeated {name})")
                }
                Some(name) => {
                    known.push(name);
                    continue;
                }
                None => {
                    let kind = kind_name(arg);
                    format!("illegal default rule (arguments cannot contain {kind})")
                }
            };
            fits = false;
            self.error(at, message);
        }
        fits.then_some(())
    }
}

/// The kinds of the parts of a value that are not constant. The contents of comprehensions do not count.
struct NotConstant(Vec<&'static str>);

impl Visitor for NotConstant {
    fn expr(&mut self, _: &Expr) -> bool {
        true
    }

    fn term(&mut self, term: &Term) -> bool {
        match term.kind {
            TermKind::ArrayComprehension(_)
            | TermKind::SetComprehension(_)
            | TermKind::ObjectComprehension(_) => false,
            TermKind::Ref(_) | TermKind::Var(_) | TermKind::Call(_) => {
                self.0.push(kind_name(term));
                false
            }
            _ => true,
        }
    }
}

/// The errors of a rule and its `else` branches in Rego v1.
pub(crate) fn check_v1(written: &WrittenRule, faults: &mut Vec<Fault>) {
    let mut keywords = written.keywords.iter();
    let mut next = Some(&written.rule);
    while let Some(rule) = next {
        let keywords = keywords.next().copied().unwrap_or_default();
        check_rule(rule, keywords, faults);
        next = rule.otherwise.as_deref();
    }
}

fn check_rule(rule: &Rule, keywords: HeadKeywords, faults: &mut Vec<Fault>) {
    let mut refuse = |message: String| faults.push(Fault::new(Code::Parse, message, rule.span));
    let head = &rule.head;
    let kind = if head.args.is_some() {
        "function"
    } else {
        "rule"
    };
    if let [name] = head.reference.as_slice()
        && let Some(name) = name.as_var()
        && is_keyword_of(name, Version::V1)
    {
        refuse(format!("{name} keyword cannot be used for rule name"));
    }
    if rule.generated_body && head.generated_value {
        refuse(format!(
            "{kind} must have value assignment and/or body declaration"
        ));
    }
    if !rule.generated_body && !keywords.has_if && !rule.is_default {
        refuse(format!("`if` keyword is required before {kind} body"));
    }
    if head.value.is_none() && head.key.is_some() && !keywords.contains {
        refuse("`contains` keyword is required for partial set rules".to_owned());
    }
}
