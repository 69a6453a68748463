//! The operands of `and`, `or` and `not`.

use crate::rego::syntax::ast::{Body, Expr, ExprKind, Not, Term, TermKind};
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::parser::limits::Height;
use crate::rego::syntax::parser::terms::{kind_name, parts_of};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::text;
use crate::rego::syntax::token::Token;

/// A parsed operand.
pub(crate) struct Operand {
    pub(crate) body: Body,
    /// Whether it has braces.
    pub(crate) explicit: bool,
    pub(crate) span: Span,
    pub(crate) height: u32,
}

impl Operand {
    pub(crate) fn implicit(expr: Expr, span: Span, height: u32) -> Self {
        Self {
            body: vec![expr],
            explicit: false,
            span,
            height,
        }
    }
}

/// The infix operators. All take two operands.
const INFIX: [&str; 16] = [
    "and",
    "assign",
    "div",
    "eq",
    "equal",
    "gt",
    "gte",
    "lt",
    "lte",
    "minus",
    "mul",
    "neq",
    "or",
    "plus",
    "rem",
    "internal.member_2",
];

impl Parser<'_> {
    /// An operand. `operator` is its operator, or empty if the reading may be undone.
    pub(crate) fn operand(&mut self, operator: &str) -> Option<Operand> {
        if self.now.token == Token::LBrace {
            return self.block_operand(operator);
        }
        let negated_at = self.negation();
        if let Some(at) = negated_at
            && self.not_bodies
            && self.now.token == Token::LBrace
        {
            return self.not_body(at);
        }
        if self.now.token == Token::LParen
            && self.logical_keywords()
            && (negated_at.is_none() || self.not_bodies)
        {
            let prefix = if negated_at.is_some() { "not " } else { "" };
            if let Some(outcome) = self.group(true, prefix) {
                let operand = outcome?;
                return match negated_at {
                    Some(at) => self.negated_group(at, operand),
                    None => Some(operand),
                };
            }
        }
        let at = self.now.span;
        let mut expr = self.simple_expr()?;
        expr.span = self.extended(at);
        let mut span = expr.span;
        if let Some(at) = negated_at {
            if self.not_bodies {
                span = self.extended(at);
                expr = negation_of(vec![expr], false, span);
                self.limits.height += 2;
            } else {
                expr.negated = true;
            }
        }
        Some(Operand::implicit(expr, span, self.limits.height))
    }

    fn block_operand(&mut self, operator: &str) -> Option<Operand> {
        let span = self.now.span;
        let saved = self.now;
        self.scan();
        let is_empty = self.now.token == Token::RBrace;
        let Some(body) = self.body(Token::RBrace) else {
            if is_empty || operator.is_empty() {
                return None;
            }
            // The braces may contain a value, and more may follow: `{1, 2} & input.s == set()`.
            let failed = self.now;
            self.restore(saved);
            if self.infix(true).is_some() {
                let operand = self.extended(span);
                self.error_brace_led_operand(span, operand, operator);
            } else {
                self.restore(failed);
            }
            return None;
        };
        let height = self.limits.height;
        self.scan();
        if self.is_ambiguous_union(&body) {
            // The operand is returned anyway: if the reading is undone, so is the error.
            self.error_ambiguous_union(span, &body, "");
        }
        Some(Operand {
            body,
            explicit: true,
            span,
            height,
        })
    }

    /// A body in braces after `not`.
    pub(crate) fn not_body(&mut self, at: Span) -> Option<Operand> {
        let brace = self.now.span;
        let saved = self.now;
        self.scan();
        let is_empty = self.now.token == Token::RBrace;
        let Some(body) = self.body(Token::RBrace) else {
            if !is_empty {
                let failed = self.now;
                self.restore(saved);
                match self.infix(true) {
                    Some(term) => {
                        let operand = self.extended(brace);
                        self.error_value_in_braces(brace, operand, &term);
                    }
                    None => self.restore(failed),
                }
            }
            return None;
        };
        let mut height = Height::default();
        height.add(self.limits.height);
        self.scan();
        if self.is_ambiguous_union(&body) {
            self.error_ambiguous_union(brace, &body, "not ");
            return None;
        }
        self.grow(height)?;
        let span = self.extended(at);
        let expr = negation_of(body, true, span);
        Some(Operand::implicit(expr, span, self.limits.height))
    }

    /// Negates a group.
    pub(crate) fn negated_group(&mut self, at: Span, group: Operand) -> Option<Operand> {
        let mut height = Height::default();
        height.add(group.height);
        self.grow(height)?;
        let span = self.extended(at);
        let expr = negation_of(group.body, group.explicit, span);
        Some(Operand::implicit(expr, span, self.limits.height))
    }

    /// Whether a body begins with `a | b`: `{a | b}` could also be a comprehension.
    pub(crate) fn is_ambiguous_union(&self, body: &Body) -> bool {
        let Some(first) = body.first() else {
            return false;
        };
        let ExprKind::Call(terms) = &first.kind else {
            return false;
        };
        let Some(operator) = terms.first() else {
            return false;
        };
        let is_or = match parts_of(operator) {
            [name] => name.as_var().is_some_and(|name| &**name == "or"),
            _ => false,
        };
        is_or
            && operator.span.text(self.text) == "|"
            && !first.span.text(self.text).trim().starts_with('(')
    }

    #[cold]
    pub(crate) fn error_ambiguous_union(&mut self, at: Span, body: &Body, prefix: &str) {
        let braces = self.extended(at);
        let all = braces.text(self.text);
        // Only the union gets parentheses, the other expressions stay.
        let mut union = all.to_owned();
        if let Some(first) = body.first()
            && let Some(before) = first.span.start.checked_sub(at.start).filter(|n| *n > 0)
        {
            let before = before as usize;
            let inner = first.span.text(self.text);
            if let (Some(head), Some(tail)) = (all.get(..before), all.get(before + inner.len()..)) {
                union = format!("{head}({inner}){tail}");
            }
        }
        self.hint(format!(
            "write `{prefix}({all})` for the comprehension, or `{prefix}{union}` for the set union"
        ));
        self.error(
            at,
            "ambiguous `{ ... | ... }` operand: read as a body holding a set-union expression, not as a comprehension",
        );
    }

    #[cold]
    pub(crate) fn error_brace_led_operand(&mut self, at: Span, operand: Span, operator: &str) {
        let operand = operand.text(self.text);
        self.hint(format!(
            "wrap the operand to keep the value: `({operand}) {operator} ...`"
        ));
        self.error(
            at,
            format!("operand of `{operator}` cannot begin with `{{` unless the braces hold a body"),
        );
    }

    #[cold]
    fn error_value_in_braces(&mut self, at: Span, operand: Span, term: &Term) {
        let operand = operand.text(self.text);
        self.hint(format!(
            "write `not ({operand})` to negate the value, or `not {{{operand}}}` for a body holding it"
        ));
        let kind = kind_name(brace_led(term));
        self.error(
            at,
            format!("`{{...}}` in an operand position must contain expression(s), got: {kind}"),
        );
    }
}

/// The term that the first brace of a term opens; the operators follow it.
fn brace_led(term: &Term) -> &Term {
    let mut term = term;
    while let TermKind::Call(terms) = &term.kind
        && let Some((operator, [first, others @ ..])) = terms.split_first()
    {
        let name = text::of_operator(operator);
        let fits = match others.len() {
            1 => INFIX.contains(&name.as_str()),
            2 => name == "internal.member_3",
            _ => false,
        };
        if !fits {
            break;
        }
        term = first;
    }
    term
}

/// The negation of a body.
pub(crate) fn negation_of(body: Body, explicit: bool, span: Span) -> Expr {
    let not = Not {
        body,
        explicit,
        span,
    };
    Expr::new(ExprKind::Not(Box::new(not)), span)
}
