//! Parentheses around `and`, `or` and `not`.

use crate::rego::syntax::ast::{Body, ExprKind};
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::parser::expressions::operands::Operand;
use crate::rego::syntax::parser::state::State;
use crate::rego::syntax::span::Span;
use crate::rego::syntax::token::Token;

impl Parser<'_> {
    /// A group of operands. `is_operand` says whether the group is itself an operand; `prefix` is the text before it. Returns `None` if the
    /// parentheses belong to a term; the parser is then before them.
    pub(crate) fn group(&mut self, is_operand: bool, prefix: &str) -> Option<Option<Operand>> {
        if self.enter().is_none() {
            return Some(None);
        }
        let outcome = self.group_inside(is_operand, prefix);
        self.leave();
        outcome
    }

    fn group_inside(&mut self, is_operand: bool, prefix: &str) -> Option<Option<Operand>> {
        let saved = self.now;
        let open = self.now.span;
        self.scan();
        if self.now.token == Token::RParen {
            if is_operand {
                self.error(open, "empty parenthesized group");
                return Some(None);
            }
            self.restore(saved);
            return None;
        }
        let Some(first) = self.operand("") else {
            self.restore(saved);
            return None;
        };
        match self.now.token {
            Token::LogicalAnd | Token::LogicalOr => Some(self.chain_in_group(first, open)),
            Token::With if !first.explicit && first.body.len() == 1 => {
                self.modified_operand(first, is_operand, open, saved)
            }
            _ if first.explicit => self.block_in_parentheses(first, open, saved, prefix),
            _ if is_logical(&first.body) || is_negated(&first.body) => {
                Some(self.close_group().map(|()| Operand {
                    span: self.extended(open),
                    explicit: false,
                    ..first
                }))
            }
            // A single operand, such as `(a == b)`, is not a group.
            _ => {
                self.drop_operand(first);
                self.restore(saved);
                None
            }
        }
    }

    /// The terms of an operand will be read again in another way.
    fn drop_operand(&mut self, operand: Operand) {
        let height = operand.height;
        for expr in operand.body {
            self.give_back_expr(expr, height);
        }
    }

    fn close_group(&mut self) -> Option<()> {
        if self.now.token != Token::RParen {
            self.error(self.now.span, "expected ) to close parenthesized group");
            return None;
        }
        self.scan();
        Some(())
    }

    fn chain_in_group(&mut self, first: Operand, open: Span) -> Option<Operand> {
        let mut expr = self.or_chain(first)?;
        // The modifiers apply to the whole group.
        self.attach_withs(&mut expr)?;
        let height = self.limits.height;
        self.close_group()?;
        Some(Operand::implicit(expr, self.extended(open), height))
    }

    /// `(a with x as y)`.
    fn modified_operand(
        &mut self,
        mut first: Operand,
        is_operand: bool,
        open: Span,
        saved: State,
    ) -> Option<Option<Operand>> {
        let with_at = self.now.span;
        self.limits.height = first.height;
        let modified = first
            .body
            .first_mut()
            .and_then(|expr| self.attach_withs(expr));
        if modified.is_none() {
            return Some(None);
        }
        first.height = self.limits.height;
        if matches!(self.now.token, Token::LogicalAnd | Token::LogicalOr) {
            self.error_with_on_operand(with_at);
            return Some(None);
        }
        if self.close_group().is_none() {
            return Some(None);
        }
        if is_operand || matches!(self.now.token, Token::LogicalAnd | Token::LogicalOr) {
            return Some(Some(Operand {
                span: self.extended(open),
                ..first
            }));
        }
        self.restore(saved);
        None
    }

    /// `({...})`: parentheses contain values. Braces that are not a value are an error.
    fn block_in_parentheses(
        &mut self,
        block: Operand,
        open: Span,
        saved: State,
        prefix: &str,
    ) -> Option<Option<Operand>> {
        let braces = self.extended(block.span);
        self.drop_operand(block);
        self.restore(saved);
        self.scan();
        let value = self.term();
        self.restore(saved);
        if let Some(value) = value {
            let height = self.limits.height;
            self.give_back(value, height);
            return None;
        }
        let braces = braces.text(self.text);
        self.hint(format!(
            "drop the parens to keep the body: `{prefix}{braces}`"
        ));
        self.error(open, "`(...)` in an operand position cannot contain a body");
        Some(None)
    }
}

fn is_logical(body: &Body) -> bool {
    matches!(body.as_slice(), [expr] if matches!(expr.kind, ExprKind::And(_) | ExprKind::Or(_)))
}

fn is_negated(body: &Body) -> bool {
    matches!(body.as_slice(), [expr] if expr.negated || matches!(expr.kind, ExprKind::Not(_)))
}
