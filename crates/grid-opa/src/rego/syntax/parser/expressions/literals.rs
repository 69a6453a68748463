//! Bodies and their expressions.

use crate::rego::syntax::ast::{Body, Expr, ExprKind, Term, TermKind};
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::parser::expressions::operands::{Operand, negation_of};
use crate::rego::syntax::parser::limits::Height;
use crate::rego::syntax::parser::terms::parts_of;
use crate::rego::syntax::span::Span;
use crate::rego::syntax::token::Token;

impl Parser<'_> {
    /// The expressions up to a closing bracket.
    pub(crate) fn body(&mut self, end: Token) -> Option<Body> {
        self.nested(|parser| parser.query(false, end))
    }

    /// One or more expressions. A query ends if no semicolon follows; other bodies also continue after a line break.
    pub(crate) fn query(&mut self, needs_semicolon: bool, end: Token) -> Option<Body> {
        if self.now.token == end {
            self.error(self.now.span, "found empty body");
            return None;
        }
        let mut height = Height::default();
        let mut body = Body::new();
        let mut remembered = None;
        loop {
            body.push(self.literal_expr()?);
            height.add(self.limits.height);
            if body.len() == 1 {
                remembered = Some(self.remembered());
            } else if let Some(remembered) = remembered {
                self.forget(remembered);
            }
            if self.now.token == Token::Semicolon {
                self.scan();
                continue;
            }
            if self.now.token == end || needs_semicolon {
                self.grow(height)?;
                return Some(body);
            }
            if !self.now.skipped_newline {
                self.not_continued(end, body, height.get());
                return None;
            }
        }
    }

    /// Reports text after an expression on the same line.
    #[cold]
    #[inline(never)]
    fn not_continued(&mut self, end: Token, mut body: Body, height: u32) {
        if !self.has_errors() {
            self.hint_infix_keyword();
            self.illegal(format!("expected \\n or ; or {}", end.name()));
        }
        // It may actually be a list of terms.
        if let Some(expr) = body.pop().filter(|_| body.is_empty()) {
            self.give_back_expr(expr, height);
        }
    }

    /// Gives back the terms of an expression that its reader drops.
    pub(crate) fn give_back_expr(&mut self, expr: Expr, height: u32) {
        let height = height.saturating_sub(1);
        match expr.kind {
            ExprKind::Term(term) => self.give_back(*term, height),
            ExprKind::Call(terms) => {
                for term in terms.into_iter().skip(1) {
                    self.give_back(term, height);
                }
            }
            _ => {}
        }
    }

    /// An expression of a body.
    pub(crate) fn literal_expr(&mut self) -> Option<Expr> {
        let at = self.now.span;
        let mut expr = self.any_expr()?;
        let span = self.extended(at);
        expr.span = span;
        if let ExprKind::Not(not) = &mut expr.kind
            && !not.explicit
        {
            for inner in &mut not.body {
                inner.span = span;
            }
        }
        Some(expr)
    }

    fn any_expr(&mut self) -> Option<Expr> {
        if self.logical_keywords() {
            if self.now.token == Token::LBrace
                && let Some(outcome) = self.leading_block()
            {
                return outcome;
            }
            if self.now.token == Token::LParen
                && let Some(outcome) = self.group(false, "")
            {
                let operand = outcome?;
                return self.fold_logical_tail(operand);
            }
        }
        if self.keyword_begins_reference() {
            return self.plain_expr(None);
        }
        let negated_at = self.negation();
        if let Some(at) = negated_at
            && self.not_bodies
            && self.now.token == Token::LBrace
        {
            let operand = self.not_body(at)?;
            return self.fold_logical_tail(operand);
        }
        match self.now.token {
            Token::Some if negated_at.is_some() => {
                self.illegal("illegal negation of 'some'");
                None
            }
            Token::Some => self.some(),
            Token::Every if negated_at.is_some() => {
                self.illegal("illegal negation of 'every'");
                None
            }
            Token::Every => self.every(),
            _ => self.plain_expr(negated_at),
        }
    }

    /// A `not`, including the move to the next token.
    pub(crate) fn negation(&mut self) -> Option<Span> {
        if self.now.token != Token::Not {
            return None;
        }
        let saved = self.now;
        self.scan_space();
        let next = self.now.token;
        self.restore(saved);
        if matches!(next, Token::Dot | Token::LBrack) {
            return None;
        }
        let at = self.now.span;
        self.scan();
        Some(at)
    }

    /// An expression without a leading keyword other than `not`, and its suffixes.
    fn plain_expr(&mut self, negated_at: Option<Span>) -> Option<Expr> {
        let start = self.now;
        if let Some(at) = negated_at
            && self.not_bodies
            && self.now.token == Token::LParen
            && let Some(outcome) = self.group(true, "not ")
        {
            let operand = self.negated_group(at, outcome?)?;
            return self.fold_logical_tail(operand);
        }
        let mut expr = self.simple_expr()?;
        let mut height = Height::default();
        height.add(self.limits.height);
        let mut with_at = None;
        if self.now.token == Token::With {
            with_at = Some(self.now.span);
            expr.with = self.withs(&mut height)?;
        }
        self.hint_every(&expr, start);
        self.limits.height = height.get();
        let mut placed = false;
        match negated_at {
            Some(at) if self.not_bodies => {
                let span = self.extended(at);
                let with = std::mem::take(&mut expr.with);
                expr = negation_of(vec![expr], false, span);
                expr.with = with;
                placed = true;
                self.grow(height)?;
            }
            negated_at => expr.negated = negated_at.is_some(),
        }
        if !matches!(self.now.token, Token::LogicalAnd | Token::LogicalOr) {
            return Some(expr);
        }
        if let Some(at) = with_at {
            self.error_with_on_operand(at);
            return None;
        }
        if !placed {
            expr.span = self.extended(start.span);
        }
        if negated_at.is_none() && expr.span.text(self.text).starts_with('{') {
            if is_empty_object(&expr) {
                self.error(expr.span, "found empty body");
            } else {
                self.error_brace_led_operand(expr.span, expr.span, self.now.token.name());
            }
            return None;
        }
        let span = expr.span;
        let height = self.limits.height;
        self.fold_logical_tail(Operand::implicit(expr, span, height))
    }

    /// Terms with operators, including `=` and `:=`. The place is not set.
    pub(crate) fn simple_expr(&mut self) -> Option<Expr> {
        let left = self.infix(true)?;
        let nowhere = self.nowhere();
        if matches!(self.now.token, Token::Assign | Token::Unify) {
            let mut height = Height::default();
            height.add(self.limits.height.max(2));
            let operator = self.operator();
            let right = self.infix(true)?;
            height.add(self.limits.height);
            self.grow(height)?;
            return Some(Expr::new(
                ExprKind::Call(vec![operator, left, right]),
                nowhere,
            ));
        }
        Some(match left.kind {
            // A call is an expression, not a term of one.
            TermKind::Call(terms) => Expr::new(ExprKind::Call(terms), nowhere),
            _ => {
                self.limits.height += 1;
                Expr::new(ExprKind::Term(Box::new(left)), nowhere)
            }
        })
    }

    pub(crate) const fn is_v0(&self) -> bool {
        use crate::rego::syntax::ast::Version;
        matches!(self.options.version, Version::V0 | Version::V0CompatV1)
    }
}

/// The number of operands of a call of `in`: `Some(2)` for `x in xs`, `Some(3)` for `k, v in xs`. Both can also be written as calls with
/// other numbers of operands.
pub(crate) fn membership(term: &Term) -> Option<usize> {
    let TermKind::Call(terms) = &term.kind else {
        return None;
    };
    let [package, name] = parts_of(terms.first()?) else {
        return None;
    };
    let is_internal = package.as_var().is_some_and(|name| &**name == "internal");
    match name.as_string().filter(|_| is_internal).map(AsRef::as_ref) {
        Some("member_2") => Some(2),
        Some("member_3") => Some(3),
        _ => None,
    }
}

fn is_empty_object(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Term(term) if expr.with.is_empty() => {
            matches!(&term.kind, TermKind::Object(fields) if fields.is_empty())
        }
        _ => false,
    }
}
