//! Arrays and sets, their comprehensions, and lists of terms.
//!
//! `[a | b, c]` begins like a comprehension, and OPA reads it as one. If the body fails at a comma, OPA backtracks and reads a list of
//! terms. `{a | b}` is always a comprehension.

use crate::rego::syntax::ast::{Body, Comprehension, Term, TermKind};
use crate::rego::syntax::order;
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::parser::limits::Height;
use crate::rego::syntax::token::Token;

impl Parser<'_> {
    pub(crate) fn array(&mut self) -> Option<Term> {
        let at = self.now.span;
        let kind = self.array_kind()?;
        let span = self.spanning(at, at.start, self.now.token_end);
        Some(Term::new(kind, span))
    }

    fn array_kind(&mut self) -> Option<TermKind> {
        self.scan();
        if self.now.token == Token::RBrack {
            self.limits.height = 1;
            return Some(TermKind::Array(Vec::new()));
        }
        let may_be_comprehension = !self.leading_comma();
        let offset = self.now.span.start;
        let head = self.term()?;
        let mut height = Height::default();
        height.add(self.limits.height);
        let terms = match self.now.token {
            Token::RBrack => vec![head],
            Token::Comma => {
                self.scan();
                self.term_list(Token::RBrack, vec![head], &mut height)?
            }
            Token::Or if may_be_comprehension => {
                let height_of_head = self.limits.height;
                if let Some(body) = self.comprehension_body(Token::RBrack, &mut height) {
                    self.grow(height)?;
                    return Some(TermKind::ArrayComprehension(comprehension(
                        None, head, body,
                    )));
                }
                if self.now.token != Token::Comma {
                    return None;
                }
                self.limits.height = height_of_head;
                self.list_behind(head, offset, Token::RBrack, &mut height)?
            }
            _ => self.list_behind(head, offset, Token::RBrack, &mut height)?,
        };
        self.grow(height)?;
        Some(TermKind::Array(terms))
    }

    /// The body after the `|` of a comprehension.
    pub(crate) fn comprehension_body(&mut self, end: Token, height: &mut Height) -> Option<Body> {
        self.scan();
        let body = self.body(end)?;
        height.add(self.limits.height);
        Some(body)
    }

    /// OPA allows a comma before the first term and ignores it.
    pub(crate) fn leading_comma(&mut self) -> bool {
        let found = self.now.token == Token::Comma;
        if found {
            self.scan();
        }
        found
    }

    /// A list of terms. The first term of its first item is already read.
    fn list_behind(
        &mut self,
        head: Term,
        offset: u32,
        end: Token,
        height: &mut Height,
    ) -> Option<Vec<Term>> {
        let height_of_head = self.limits.height;
        self.rejoin(offset);
        self.limits.height = height_of_head;
        let first = self.infix_behind(head, offset, false);
        height.add(self.limits.height);
        let mut terms = vec![first];
        if self.list_continues(end)? {
            terms = self.term_list(end, terms, height)?;
        }
        Some(terms)
    }

    /// The rest of a list of terms, up to its end.
    pub(crate) fn term_list(
        &mut self,
        end: Token,
        mut terms: Vec<Term>,
        height: &mut Height,
    ) -> Option<Vec<Term>> {
        if self.now.token == end {
            return Some(terms);
        }
        let remembered = self.remembered();
        loop {
            terms.push(self.infix(false)?);
            height.add(self.limits.height);
            self.forget(remembered);
            if !self.list_continues(end)? {
                return Some(terms);
            }
        }
    }

    /// Whether another item follows an item.
    pub(crate) fn list_continues(&mut self, end: Token) -> Option<bool> {
        if self.now.token == end {
            return Some(false);
        }
        if self.now.token == Token::Comma {
            self.scan();
            return Some(self.now.token != end);
        }
        self.illegal(format!("expected \",\" or \"{}\"", end.name()));
        None
    }

    pub(crate) fn set_or_object(&mut self) -> Option<Term> {
        let at = self.now.span;
        let kind = self.set_or_object_kind()?;
        let span = self.spanning(at, at.start, self.now.token_end);
        Some(Term::new(kind, span))
    }

    fn set_or_object_kind(&mut self) -> Option<TermKind> {
        self.scan();
        if self.now.token == Token::RBrace {
            self.limits.height = 1;
            return Some(TermKind::Object(Vec::new()));
        }
        let may_be_comprehension = !self.leading_comma();
        let offset = self.now.span.start;
        let head = self.term()?;
        match self.now.token {
            Token::Or if may_be_comprehension => return self.set_or_comprehension(head, offset),
            Token::RBrace | Token::Comma => return self.set(head),
            Token::Colon => return self.object(head, may_be_comprehension),
            _ => {}
        }
        let height_of_head = self.limits.height;
        self.rejoin(offset);
        self.limits.height = height_of_head;
        let head = self.infix_behind(head, offset, false);
        match self.now.token {
            Token::RBrace | Token::Comma => self.set(head),
            // It may still be a comprehension: `{a + 1: b | ...}`.
            Token::Colon => self.object(head, may_be_comprehension),
            _ => {
                self.illegal("non-terminated set");
                None
            }
        }
    }

    /// A set after its first item.
    fn set(&mut self, first: Term) -> Option<TermKind> {
        let mut height = Height::default();
        height.add(self.limits.height);
        let mut terms = vec![first];
        if self.now.token == Token::Comma {
            self.scan();
            terms = self.term_list(Token::RBrace, terms, &mut height)?;
        }
        self.set_of(terms, height)
    }

    fn set_of(&mut self, mut terms: Vec<Term>, height: Height) -> Option<TermKind> {
        self.grow(height)?;
        order::sort_set(&mut terms);
        Some(TermKind::Set(terms))
    }

    fn set_or_comprehension(&mut self, head: Term, offset: u32) -> Option<TermKind> {
        let mut height = Height::default();
        let height_of_head = self.limits.height;
        height.add(height_of_head);
        if let Some(body) = self.comprehension_body(Token::RBrace, &mut height) {
            self.grow(height)?;
            return Some(TermKind::SetComprehension(comprehension(None, head, body)));
        }
        if self.now.token != Token::Comma {
            return None;
        }
        self.limits.height = height_of_head;
        let terms = self.list_behind(head, offset, Token::RBrace, &mut height)?;
        self.set_of(terms, height)
    }
}

pub(crate) fn comprehension(key: Option<Term>, term: Term, body: Body) -> Box<Comprehension> {
    Box::new(Comprehension { key, term, body })
}
