//! `some` and `every`.

use crate::rego::syntax::ast::{Every, Expr, ExprKind, Term, TermKind};
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::parser::expressions::literals::membership;
use crate::rego::syntax::parser::limits::Height;
use crate::rego::syntax::token::Token;

impl Parser<'_> {
    /// `some x in xs`, or else `some x, y`.
    pub(crate) fn some(&mut self) -> Option<Expr> {
        let saved = self.now;
        self.scan();
        if let Some(term) = self.infix(true)
            && matches!(term.kind, TermKind::Call(_))
        {
            return self.some_in(term);
        }
        self.restore(saved);
        self.hint_some_in();
        let at = self.now.span;
        let mut names = Vec::new();
        loop {
            self.scan();
            if self.now.token != Token::Ident {
                self.illegal("expected var");
                return None;
            }
            names.push(self.variable());
            self.scan();
            if self.now.token != Token::Comma {
                break;
            }
        }
        self.limits.height = 2;
        Some(Expr::new(ExprKind::Some(names), at))
    }

    fn some_in(&mut self, term: Term) -> Option<Expr> {
        let Some(operands) = membership(&term) else {
            self.illegal("expected `x in xs` or `x, y in xs` expression");
            return None;
        };
        if operand_count(&term) != operands {
            self.illegal("illegal domain");
            return None;
        }
        let mut height = Height::default();
        height.add(self.limits.height);
        self.grow(height)?;
        let mut expr = Expr::new(ExprKind::Some(vec![term]), self.now.span);
        self.attach_withs(&mut expr)?;
        Some(expr)
    }

    pub(crate) fn every(&mut self) -> Option<Expr> {
        let at = self.now.span;
        self.scan();
        let term = self.infix(true)?;
        let mut height = Height::default();
        height.add(self.limits.height);
        let Some(operands) = membership(&term) else {
            self.illegal("expected `x[, y] in xs { ... }` expression");
            return None;
        };
        if operand_count(&term) != operands {
            self.illegal("illegal domain");
            return None;
        }
        let TermKind::Call(terms) = term.kind else {
            return None;
        };
        let mut terms = terms.into_iter().skip(1);
        let key = if operands == 3 { terms.next() } else { None };
        let (value, domain) = (terms.next()?, terms.next()?);
        if key.as_ref().is_some_and(|key| key.as_var().is_none()) {
            self.illegal("expected key to be a variable");
            return None;
        }
        if value.as_var().is_none() {
            self.illegal("expected value to be a variable");
            return None;
        }
        if self.now.token != Token::LBrace {
            self.illegal("missing body");
            return None;
        }
        self.scan();
        let body = self.body(Token::RBrace)?;
        height.add(self.limits.height);
        self.scan();
        self.grow(height)?;
        let every = Every {
            key,
            value,
            domain,
            body,
            span: at,
        };
        let mut expr = Expr::new(ExprKind::Every(Box::new(every)), at);
        self.attach_withs(&mut expr)?;
        Some(expr)
    }
}

const fn operand_count(term: &Term) -> usize {
    match &term.kind {
        TermKind::Call(terms) => terms.len() - 1,
        _ => 0,
    }
}
