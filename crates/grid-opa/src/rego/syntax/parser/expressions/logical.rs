//! Chains of `and` and `or`. `and` binds tighter.

use crate::rego::syntax::ast::{Body, Expr, ExprKind, Logical};
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::parser::expressions::operands::Operand;
use crate::rego::syntax::parser::limits::Height;
use crate::rego::syntax::span::Span;
use crate::rego::syntax::text;
use crate::rego::syntax::token::{Keywords, Token};

impl Parser<'_> {
    /// Whether `and` or `or` is a keyword.
    pub(crate) const fn logical_keywords(&self) -> bool {
        self.keywords.meets(Keywords::AND) || self.keywords.meets(Keywords::OR)
    }

    const fn at_logical(&self) -> bool {
        matches!(self.now.token, Token::LogicalAnd | Token::LogicalOr)
    }

    /// `{ body } and ...` at the start of an expression. `None` if the braces are not an operand; the parser is then before them.
    pub(crate) fn leading_block(&mut self) -> Option<Option<Expr>> {
        let saved = self.now;
        let at = self.now.span;
        let tail = self.cut_cache(at.start);
        let remembered = self.remembered();
        self.scan();
        if let Some(body) = self.body(Token::RBrace) {
            let height = self.limits.height;
            self.scan();
            if self.at_logical() {
                // Now the braces are certainly an operand, not the body of a rule.
                if self.is_ambiguous_union(&body) {
                    self.error_ambiguous_union(at, &body, "");
                    return Some(None);
                }
                return Some(self.fold_logical_tail(Operand {
                    body,
                    explicit: true,
                    span: at,
                    height,
                }));
            }
        }
        self.restore(saved);
        self.cache.truncate(remembered);
        self.join_cache(tail);
        None
    }

    /// The suffixes of an operand: more operands, and modifiers.
    pub(crate) fn fold_logical_tail(&mut self, operand: Operand) -> Option<Expr> {
        let mut expr = if self.at_logical() {
            self.or_chain(operand)?
        } else {
            self.limits.height = operand.height;
            operand.body.into_iter().next()?
        };
        self.attach_withs(&mut expr)?;
        Some(expr)
    }

    /// All operands after the first one.
    pub(crate) fn or_chain(&mut self, first: Operand) -> Option<Expr> {
        self.nested(|parser| {
            let mut left = first;
            if parser.now.token == Token::LogicalAnd {
                left = parser.and_chain(left)?;
            }
            while parser.now.token == Token::LogicalOr {
                parser.scan();
                let mut right = parser.operand("or")?;
                if parser.now.token == Token::LogicalAnd {
                    right = parser.and_chain(right)?;
                }
                left = parser.join(left, right, Token::LogicalOr)?;
            }
            parser.limits.height = left.height;
            left.body.into_iter().next()
        })
    }

    fn and_chain(&mut self, first: Operand) -> Option<Operand> {
        self.nested(|parser| {
            let mut left = first;
            while parser.now.token == Token::LogicalAnd {
                parser.scan();
                let right = parser.operand("and")?;
                left = parser.join(left, right, Token::LogicalAnd)?;
            }
            Some(left)
        })
    }

    fn join(&mut self, left: Operand, right: Operand, operator: Token) -> Option<Operand> {
        self.check_void_calls(&left.body, operator);
        self.check_void_calls(&right.body, operator);
        let mut height = Height::default();
        height.add(left.height.max(right.height));
        self.grow(height)?;
        let span = self.extended(left.span);
        let logical = Box::new(Logical {
            lhs: left.body,
            rhs: right.body,
            explicit_lhs: left.explicit,
            explicit_rhs: right.explicit,
            span,
        });
        let kind = if operator == Token::LogicalAnd {
            ExprKind::And(logical)
        } else {
            ExprKind::Or(logical)
        };
        Some(Operand::implicit(
            Expr::new(kind, span),
            span,
            self.limits.height,
        ))
    }

    /// An operand that only prints cannot fail.
    fn check_void_calls(&mut self, body: &Body, operator: Token) {
        if let Some((name, span)) = void_calls(body) {
            self.hint(format!(
                "`{name}` produces no value and always succeeds, so the operand can never fail; move it out of the operand, or add an expression that can fail"
            ));
            let operator = operator.name();
            self.error(
                span,
                format!("operand of `{operator}` cannot consist only of calls to `{name}`"),
            );
        }
    }

    #[cold]
    pub(crate) fn error_with_on_operand(&mut self, at: Span) {
        let operator = self.now.token.name();
        self.hint(format!(
            "Wrap the operand in `(...)` or `{{...}}` to scope, or move `with` after the `{operator}` expression to apply it to the whole expression"
        ));
        self.error(
            at,
            format!("`with` modifier is not allowed on operand of `{operator}`"),
        );
    }
}

/// The first builtin without a result, if the body calls no other functions.
fn void_calls(body: &Body) -> Option<(&'static str, Span)> {
    let mut first = None;
    for expr in body {
        let ExprKind::Call(terms) = &expr.kind else {
            return None;
        };
        if expr.negated {
            return None;
        }
        let name = match text::of_operator(terms.first()?).as_str() {
            "print" => "print",
            "internal.print" => "internal.print",
            "internal.test_case" => "internal.test_case",
            _ => return None,
        };
        first.get_or_insert((name, expr.span));
    }
    first
}
