//! References and calls: the suffixes of a term that follow it without a space.

use crate::rego::syntax::ast::{Term, TermKind};
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::parser::limits::Height;
use crate::rego::syntax::parser::terms::{kind_name, parts_of};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::token::Token;

/// The next piece of a reference.
enum Next {
    Part(Term),
    Call,
    End,
}

impl Parser<'_> {
    /// The suffixes of a term. The current height must be that of the term.
    pub(crate) fn finish_term(&mut self, head: Term) -> Option<Term> {
        let offset = self.now.span.start;
        self.scan_space();
        match self.now.token {
            Token::LParen | Token::Dot | Token::LBrack => self.reference(head, offset),
            Token::Whitespace => {
                self.scan();
                Some(self.root_as_reference(head))
            }
            _ => Some(self.root_as_reference(head)),
        }
    }

    /// The suffixes of a rule name. Spaces are allowed before brackets here.
    pub(crate) fn finish_head(&mut self, head: Term) -> Option<Term> {
        let offset = self.now.span.start;
        self.scan_space();
        match self.now.token {
            Token::Add
            | Token::Sub
            | Token::Mul
            | Token::Quo
            | Token::Rem
            | Token::And
            | Token::Or
            | Token::Equal
            | Token::Neq
            | Token::Gt
            | Token::Gte
            | Token::Lt
            | Token::Lte => self.illegal_token(),
            Token::Whitespace => self.scan(),
            _ => {}
        }
        if matches!(self.now.token, Token::LParen | Token::Dot | Token::LBrack) {
            return self.reference(head, offset);
        }
        Some(self.root_as_reference(head))
    }

    /// `input` and `data` are references with one part.
    fn root_as_reference(&mut self, head: Term) -> Term {
        match head.as_var() {
            Some(name) if matches!(&**name, "input" | "data") => {
                self.limits.height = 2;
                let span = head.span;
                Term::new(TermKind::Ref(vec![head]), span)
            }
            _ => head,
        }
    }

    fn reference(&mut self, head: Term, offset: u32) -> Option<Term> {
        let at = head.span;
        let mut height = Height::default();
        height.add(self.limits.height);
        self.check_head(&head);
        let mut parts = vec![head];
        loop {
            match self.next_part()? {
                Next::Part(part) => {
                    height.add(self.limits.height);
                    parts.push(part);
                }
                Next::End => {
                    let span = self.spanning(at, offset, self.now.last_end);
                    if self.now.token == Token::Whitespace {
                        self.scan();
                    }
                    self.grow(height)?;
                    return Some(Term::new(TermKind::Ref(parts), span));
                }
                Next::Call => {
                    let end = self.now.span.start;
                    self.grow(height)?;
                    let operator = Term::new(
                        TermKind::Ref(std::mem::take(&mut parts)),
                        self.spanning(at, offset, end),
                    );
                    let mut call = self.call(operator, at, offset)?;
                    let continues = matches!(self.now.token, Token::Dot | Token::LBrack);
                    if self.now.token == Token::Whitespace {
                        self.scan();
                    }
                    if !continues {
                        call.span = self.spanning(at, offset, self.now.last_end);
                        return Some(call);
                    }
                    self.check_head(&call);
                    height = Height::default();
                    height.add(self.limits.height);
                    parts.push(call);
                }
            }
        }
    }

    /// Reads one part, including the move to the next token.
    fn next_part(&mut self) -> Option<Next> {
        match self.now.token {
            Token::Dot => {
                self.scan_space();
                if self.now.token != Token::Ident && !self.may_be_in_reference(self.now.token) {
                    self.illegal("expected identifier");
                    return None;
                }
                let name = String::from_utf8_lossy(self.literal());
                let part = Term::string(&name, self.now.span);
                self.limits.height = 1;
                self.scan_space();
                Some(Next::Part(part))
            }
            Token::LBrack => {
                let remembered = self.remembered();
                self.scan();
                let part = self.nested(|parser| parser.infix(true))?;
                self.forget(remembered);
                if self.now.token != Token::RBrack {
                    self.illegal("expected [");
                    return None;
                }
                self.scan_space();
                Some(Next::Part(part))
            }
            Token::LParen => Some(Next::Call),
            _ => Some(Next::End),
        }
    }

    fn check_head(&mut self, head: &Term) {
        let fits = matches!(
            head.kind,
            TermKind::Var(_)
                | TermKind::Array(_)
                | TermKind::Object(_)
                | TermKind::Set(_)
                | TermKind::ArrayComprehension(_)
                | TermKind::SetComprehension(_)
                | TermKind::ObjectComprehension(_)
                | TermKind::Call(_)
        );
        if !fits {
            let kind = kind_name(head);
            self.error(head.span, format!("illegal ref (head cannot be {kind})"));
        }
    }

    /// The operands of a call, up to its closing parenthesis. `set()` is the empty set.
    fn call(&mut self, operator: Term, at: Span, offset: u32) -> Option<Term> {
        let mut height = Height::default();
        height.add(self.limits.height);
        self.scan();
        if self.now.token == Token::RParen {
            let span = self.spanning(at, offset, self.now.token_end);
            self.scan_space();
            if is_set_constructor(&operator) {
                self.limits.height = 1;
                return Some(Term::new(TermKind::Set(Vec::new()), span));
            }
            self.grow(height)?;
            return Some(Term::new(TermKind::Call(vec![operator]), span));
        }
        let terms =
            self.nested(|parser| parser.term_list(Token::RParen, vec![operator], &mut height))?;
        let span = self.spanning(at, offset, self.now.token_end);
        self.scan_space();
        self.grow(height)?;
        Some(Term::new(TermKind::Call(terms), span))
    }
}

fn is_set_constructor(operator: &Term) -> bool {
    match parts_of(operator) {
        [head] => head.as_var().is_some_and(|name| &**name == "set"),
        _ => false,
    }
}
