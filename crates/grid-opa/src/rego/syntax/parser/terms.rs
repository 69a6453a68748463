//! Terms without operators.

pub(super) mod collections;
pub(super) mod infix;
pub(super) mod numbers;
pub(super) mod objects;
pub(super) mod refs;
pub(super) mod strings;
pub(super) mod templates;

use crate::rego::syntax::ast::{Term, TermKind};
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::parser::limits::Height;
use crate::rego::syntax::span::Span;
use crate::rego::syntax::token::Token;

impl Parser<'_> {
    /// A term and its suffixes. Reports an error if there is no term.
    pub(super) fn term(&mut self) -> Option<Term> {
        if self.limits.stopped.is_some() {
            return None;
        }
        if let Some(known) = self.recall() {
            return known;
        }
        let before = self.now;
        self.logical_call();
        let term = self.start_of_term();
        self.remember(before, term.is_some());
        term
    }

    fn start_of_term(&mut self) -> Option<Term> {
        if self.now.token == Token::Sub {
            return self.negative();
        }
        let head = match self.now.token {
            Token::Null => Some(self.leaf(TermKind::Null)),
            Token::True => Some(self.leaf(TermKind::Bool(true))),
            Token::False => Some(self.leaf(TermKind::Bool(false))),
            Token::Dot | Token::Number => self.number(),
            Token::String => self.string(),
            Token::TemplatePart | Token::TemplateEnd => self.template(false),
            Token::RawTemplatePart | Token::RawTemplateEnd => self.template(true),
            // `contains` is a keyword only in the heads of rules.
            Token::Ident | Token::Contains => Some(self.variable()),
            Token::LBrack => self.nested(Self::array),
            Token::LBrace => self.nested(Self::set_or_object),
            Token::LParen => self.nested(Self::parenthesized),
            _ => {
                self.illegal_token();
                None
            }
        };
        self.finish_term(head?)
    }

    /// A term without parts, at the place of the token.
    pub(super) fn leaf(&mut self, kind: TermKind) -> Term {
        self.limits.height = 1;
        Term::new(kind, self.now.span)
    }

    pub(super) fn variable(&mut self) -> Term {
        let literal = self.literal();
        if literal == b"_" {
            return self.wildcard();
        }
        let name = String::from_utf8_lossy(literal);
        self.leaf(TermKind::Var(name.as_ref().into()))
    }

    /// A new variable for each `_`.
    pub(super) fn wildcard(&mut self) -> Term {
        let name = format!("${}", self.now.wildcards);
        self.now.wildcards += 1;
        self.leaf(TermKind::Var(name.into()))
    }

    fn parenthesized(&mut self) -> Option<Term> {
        let offset = self.now.span.start;
        self.scan();
        let mut term = self.infix(true)?;
        if self.now.token != Token::RParen {
            self.error(self.now.span, "non-terminated expression");
            return None;
        }
        // Only the text range includes the parentheses, for the name of a root document too.
        term.span = self.spanning(term.span, offset, self.now.token_end);
        let span = term.span;
        if let TermKind::Ref(parts) = &mut term.kind
            && let [root] = parts.as_mut_slice()
        {
            root.span = span;
        }
        Some(term)
    }

    /// A minus and a number, or a minus and a reference, which is zero minus the reference.
    fn negative(&mut self) -> Option<Term> {
        let at = self.now.span;
        let saved = self.now;
        self.scan();
        if !matches!(self.now.token, Token::Ident | Token::Contains) {
            self.restore(saved);
            let number = self.number()?;
            return self.finish_term(number);
        }
        let variable = self.variable();
        let operand = self.finish_term(variable)?;
        let mut height = Height::default();
        height.add(self.limits.height.max(2));
        let nowhere = self.nowhere();
        let operator = Term::new(TermKind::Ref(vec![Term::var("minus", nowhere)]), nowhere);
        let zero = Term::new(TermKind::Number("0".into()), at);
        let span = self.extended(at);
        self.grow(height)?;
        Some(Term::new(
            TermKind::Call(vec![operator, zero, operand]),
            span,
        ))
    }

    /// The place of generated terms.
    pub(super) fn nowhere(&self) -> Span {
        Span {
            file: self.options.file,
            ..Span::default()
        }
    }

    /// Turns `and` and `or` before a parenthesis into names of builtins.
    fn logical_call(&mut self) {
        if !matches!(self.now.token, Token::LogicalAnd | Token::LogicalOr) {
            return;
        }
        let saved = self.now;
        self.scan_space();
        let next = self.now.token;
        self.restore(saved);
        if next == Token::LParen {
            self.now.token = Token::Ident;
        }
    }
}

/// The parts of a reference; empty for any other term.
pub(super) fn parts_of(term: &Term) -> &[Term] {
    match &term.kind {
        TermKind::Ref(parts) => parts,
        _ => &[],
    }
}

/// The name of a kind of term in messages.
pub(super) const fn kind_name(term: &Term) -> &'static str {
    match &term.kind {
        TermKind::Null => "null",
        TermKind::Bool(_) => "boolean",
        TermKind::Number(_) => "number",
        TermKind::String(_) => "string",
        TermKind::Var(_) => "var",
        TermKind::Ref(_) => "ref",
        TermKind::Array(_) => "array",
        TermKind::Set(_) => "set",
        TermKind::Object(_) => "object",
        TermKind::Call(_) => "call",
        TermKind::ArrayComprehension(_) => "arraycomprehension",
        TermKind::SetComprehension(_) => "setcomprehension",
        TermKind::ObjectComprehension(_) => "objectcomprehension",
        TermKind::Template(_) => "templatestring",
    }
}
