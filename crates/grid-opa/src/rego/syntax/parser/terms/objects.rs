//! Objects and their comprehensions.

use crate::rego::syntax::ast::{Term, TermKind};
use crate::rego::syntax::order;
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::parser::limits::Height;
use crate::rego::syntax::parser::terms::collections::comprehension;
use crate::rego::syntax::token::Token;

impl Parser<'_> {
    /// An object after its first key.
    pub(crate) fn object(&mut self, key: Term, may_be_comprehension: bool) -> Option<TermKind> {
        let mut height = Height::default();
        height.add(self.limits.height);
        self.scan();
        let offset = self.now.span.start;
        let value = self.term()?;
        let height_of_value = self.limits.height;
        height.add(height_of_value);
        if may_be_comprehension {
            match self.now.token {
                Token::RBrace | Token::Comma => return self.object_of(key, value, height),
                Token::Or => {
                    if let Some(body) = self.comprehension_body(Token::RBrace, &mut height) {
                        self.grow(height)?;
                        let inner = comprehension(Some(key), value, body);
                        return Some(TermKind::ObjectComprehension(inner));
                    }
                }
                _ => {}
            }
        }
        self.rejoin(offset);
        self.limits.height = height_of_value;
        let value = self.infix_behind(value, offset, false);
        height.add(self.limits.height);
        if !matches!(self.now.token, Token::RBrace | Token::Comma) {
            self.illegal("non-terminated object");
            return None;
        }
        self.object_of(key, value, height)
    }

    /// An object after its first field.
    fn object_of(&mut self, key: Term, value: Term, mut height: Height) -> Option<TermKind> {
        let mut fields = vec![(key, value)];
        if self.now.token == Token::Comma {
            self.scan();
            self.fields(&mut fields, &mut height)?;
        }
        self.grow(height)?;
        // As in OPA, duplicate keys stay.
        order::sort_fields(&mut fields);
        Some(TermKind::Object(fields))
    }

    fn fields(&mut self, fields: &mut Vec<(Term, Term)>, height: &mut Height) -> Option<()> {
        if self.now.token == Token::RBrace {
            return Some(());
        }
        let remembered = self.remembered();
        loop {
            let key = self.infix(false)?;
            height.add(self.limits.height);
            if self.now.token != Token::Colon {
                self.illegal("expected \":\"");
                return None;
            }
            self.scan();
            let value = self.infix(false)?;
            height.add(self.limits.height);
            self.forget(remembered);
            fields.push((key, value));
            if !self.list_continues(Token::RBrace)? {
                return Some(());
            }
        }
    }
}
