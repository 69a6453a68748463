//! Rules without bodies, which are first read as queries.

use crate::rego::syntax::ast::{Body, ExprKind, Head, Rule, Term, TermKind};
use crate::rego::syntax::parser::statements::builtin_names::is_builtin;
use crate::rego::syntax::parser::statements::rules::true_body;
use crate::rego::syntax::parser::terms::{kind_name, parts_of};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::text;

/// The rule that a body declares, or the reason why it declares none.
pub(crate) fn rule_of(mut body: Body) -> Result<Rule, String> {
    let expr = body.pop().filter(|_| body.is_empty());
    let expr = expr.ok_or("multiple expressions cannot be used for rule head")?;
    if !expr.with.is_empty() {
        return Err("expressions using with keyword cannot be used for rule head".to_owned());
    }
    if expr.negated {
        return Err("negated expressions cannot be used for rule head".to_owned());
    }
    match expr.kind {
        ExprKind::Some(_) => Err("'some' declarations cannot be used for rule head".to_owned()),
        ExprKind::Term(term) => of_term(*term),
        ExprKind::Call(terms) => of_call(terms, expr.span),
        ExprKind::Every(_) | ExprKind::Not(_) | ExprKind::And(_) | ExprKind::Or(_) => {
            Err("expression cannot be used for rule head".to_owned())
        }
    }
}

/// `p[x]` is an item of a set, `p.q.r` a rule with the value true.
fn of_term(term: Term) -> Result<Rule, String> {
    let kind = kind_name(&term);
    let span = term.span;
    let TermKind::Ref(mut parts) = term.kind else {
        return Err(format!("{kind} cannot be used for rule name"));
    };
    if parts.len() < 2 {
        return Err("refs cannot be used for rule head".to_owned());
    }
    check_name(&parts)?;
    let mut head;
    if parts.len() == 2 {
        let key = parts.pop();
        head = head_of(parts, span);
        head.key = key;
    } else {
        head = head_of(parts, span);
        head.value = Some(Term::new(TermKind::Bool(true), span));
        head.generated_value = true;
    }
    Ok(rule(head, span, span))
}

fn of_call(terms: Vec<Term>, span: Span) -> Result<Rule, String> {
    let mut terms = terms.into_iter();
    let operator = terms
        .next()
        .ok_or("expression cannot be used for rule head")?;
    match parts_of(&operator) {
        [name]
            if name
                .as_var()
                .is_some_and(|name| matches!(&**name, "eq" | "assign")) =>
        {
            let is_assignment = name.as_var().is_some_and(|name| &**name == "assign");
            let (Some(left), Some(right)) = (terms.next(), terms.next()) else {
                return Err("assignment requires two operands".to_owned());
            };
            let mut rule = of_equation(left, right, span)?;
            rule.head.assign = is_assignment;
            Ok(rule)
        }
        _ => of_function(operator, terms.collect()),
    }
}

/// `f(x) = y`, `p[x] = y` or `p = y`.
fn of_equation(left: Term, right: Term, span: Span) -> Result<Rule, String> {
    let kind = kind_name(&left);
    let at_value = right.span;
    let mut head = match left.kind {
        TermKind::Call(mut terms) if begins_with_name(&terms) => {
            let args = terms.split_off(1);
            let operator = terms.pop().map(|operator| operator.kind);
            let Some(TermKind::Ref(parts)) = operator else {
                return Err("call cannot be used for rule name".to_owned());
            };
            let mut head = head_of(parts, span);
            head.args = Some(args).filter(|args| !args.is_empty());
            head
        }
        TermKind::Ref(parts) => {
            check_name(&parts)?;
            let key = parts.get(1).filter(|_| parts.len() == 2).cloned();
            let mut head = head_of(parts, span);
            head.key = key;
            head
        }
        TermKind::Var(_) => head_of(vec![left], span),
        _ => return Err(format!("{kind} cannot be used for rule name")),
    };
    head.value = Some(right);
    Ok(rule(head, span, at_value))
}

fn of_function(operator: Term, args: Vec<Term>) -> Result<Rule, String> {
    if is_builtin(&text::of_operator(&operator)) {
        return Err("rule name conflicts with built-in function".to_owned());
    }
    if args.is_empty() {
        return Err("rule argument list must take at least one argument".to_owned());
    }
    let span = operator.span;
    let TermKind::Ref(parts) = operator.kind else {
        return Err("expression cannot be used for rule head".to_owned());
    };
    check_name(&parts)?;
    let mut head = head_of(parts, span);
    head.args = Some(args);
    head.value = Some(Term::new(TermKind::Bool(true), span));
    Ok(rule(head, span, span))
}

fn begins_with_name(call: &[Term]) -> bool {
    call.first()
        .map(parts_of)
        .and_then(<[Term]>::first)
        .is_some_and(|head| head.as_var().is_some())
}

fn check_name(parts: &[Term]) -> Result<(), String> {
    if parts.first().is_some_and(|head| head.as_var().is_some()) {
        return Ok(());
    }
    Err(format!("invalid rule head: {}", text::of_ref(parts)))
}

const fn head_of(reference: Vec<Term>, span: Span) -> Head {
    Head {
        reference,
        args: None,
        key: None,
        value: None,
        assign: false,
        generated_value: false,
        span,
    }
}

fn rule(head: Head, span: Span, at_body: Span) -> Rule {
    Rule {
        head,
        body: true_body(at_body),
        otherwise: None,
        is_default: false,
        generated_body: true,
        span,
    }
}
