//! The modifiers `with target as value`.

use crate::rego::syntax::ast::{Expr, TermKind, With};
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::parser::limits::Height;
use crate::rego::syntax::token::Token;

impl Parser<'_> {
    /// All modifiers from this token on.
    pub(crate) fn withs(&mut self, height: &mut Height) -> Option<Vec<With>> {
        let mut withs = Vec::new();
        loop {
            let at = self.now.span;
            self.scan();
            if self.now.token != Token::Ident {
                self.illegal("expected ident");
                return None;
            }
            let target = self.term()?;
            height.add(self.limits.height + 1);
            if !matches!(target.kind, TermKind::Ref(_) | TermKind::Var(_)) {
                self.illegal("expected with target path");
            }
            if self.now.token != Token::As {
                self.illegal("expected as keyword");
                return None;
            }
            self.scan();
            let value = self.infix(true)?;
            height.add(self.limits.height + 1);
            withs.push(With {
                target,
                value,
                span: self.extended(at),
            });
            if self.now.token != Token::With {
                return Some(withs);
            }
        }
    }

    /// Adds the modifiers that follow an expression.
    pub(crate) fn attach_withs(&mut self, expr: &mut Expr) -> Option<()> {
        if self.now.token == Token::With {
            let mut height = Height::default();
            height.add(self.limits.height);
            expr.with = self.withs(&mut height)?;
            self.limits.height = height.get();
        }
        Some(())
    }
}
