//! Chains of `and` and `or`.

use super::comments::{Comments, Written};
use super::exprs::{is_logical, left_of_comment};
use super::parentheses::{is_union, operand_needs};
use super::places::{Place, feeds};
use super::writer::Writer;
use crate::rego::syntax::ast::{Expr, ExprKind, Logical};

/// One operand of a chain.
pub(super) struct Operand<'e, 's> {
    pub(super) body: &'e [Expr],
    /// The place of its opening brace, if it has braces.
    brace: Option<Place<'s>>,
    pub(super) parentheses: bool,
}

/// One operator, with its right operand.
struct Step<'e, 's> {
    operator: &'static str,
    right: Operand<'e, 's>,
    /// The row where everything to the left ends.
    left_end_row: i64,
}

impl Operand<'_, '_> {
    pub(super) const fn is_explicit(&self) -> bool {
        self.brace.is_some()
    }
}

impl<'s> Writer<'s> {
    pub(super) fn logical(&mut self, expr: &Expr, comments: &Comments) -> Written {
        let (first, steps) = self.chain(expr);
        let mut comments = self.operand(&first, comments).or_else(left_of_comment)?;
        let level = self.level;
        for step in &steps {
            self.put(" ");
            self.put(step.operator);
            let begins = match step.right.brace {
                Some(brace) => brace.row,
                None => step
                    .right
                    .body
                    .first()
                    .map_or(0, |expr| i64::from(expr.span.row)),
            };
            if begins > step.left_end_row {
                self.level = level + 1;
                self.end_line();
                self.start_line();
            } else {
                self.put(" ");
            }
            comments = self
                .operand(&step.right, &comments)
                .or_else(left_of_comment)?;
        }
        self.level = level;
        Ok(comments)
    }

    fn operand(&mut self, operand: &Operand<'_, 's>, comments: &Comments) -> Written {
        let (Some(first), Some(last)) = (operand.body.first(), operand.body.last()) else {
            self.put("{}");
            return Ok(comments.clone());
        };
        let Some(brace) = operand.brace else {
            self.put(if operand.parentheses { "(" } else { "" });
            let written = self.expr(first, comments);
            self.put(if operand.parentheses { ")" } else { "" });
            return written;
        };
        if is_union(first) {
            self.paren_expr = Some(first);
        }
        self.put("{");
        let comments = self
            .block((b'{', b'}'), operand.body, brace, brace, comments)
            .or_else(left_of_comment)?;
        if i64::from(last.span.row) == brace.row {
            self.put(" ");
        }
        self.put("}");
        Ok(comments)
    }

    // The operands of a chain: `a and b and c` is one chain, since operators are left-associative.
    fn chain<'e>(&self, expr: &'e Expr) -> (Operand<'e, 's>, Vec<Step<'e, 's>>) {
        let mut steps = Vec::new();
        let mut expr = expr;
        loop {
            let Some((operator, logical)) = parts(expr) else {
                let first = Operand {
                    body: std::slice::from_ref(expr),
                    brace: None,
                    parentheses: false,
                };
                steps.reverse();
                return (first, steps);
            };
            let node = self.place(expr.span);
            let right = self.operand_of(&logical.rhs, logical.explicit_rhs, operator, true, node);
            let nested = match logical.lhs.as_slice() {
                [left] if !logical.explicit_lhs && is_logical(left) => {
                    Some(left).filter(|left| !operand_needs(left, operator, false))
                }
                _ => None,
            };
            if let Some(left) = nested {
                steps.push(Step {
                    operator,
                    right,
                    left_end_row: self.end_row(&logical.lhs),
                });
                expr = left;
                continue;
            }
            let first = self.operand_of(&logical.lhs, logical.explicit_lhs, operator, false, node);
            let closing = first
                .brace
                .map_or(0, |brace| brace.closing_row(None, b'{', b'}'));
            let left_end_row = if closing > 0 {
                closing
            } else {
                self.end_row(&logical.lhs)
            };
            steps.push(Step {
                operator,
                right,
                left_end_row,
            });
            steps.reverse();
            return (first, steps);
        }
    }

    fn operand_of<'e>(
        &self,
        body: &'e [Expr],
        explicit: bool,
        operator: &str,
        is_right: bool,
        node: Place<'s>,
    ) -> Operand<'e, 's> {
        match body {
            [expr] if !explicit => Operand {
                body,
                brace: None,
                parentheses: operand_needs(expr, operator, is_right),
            },
            body => Operand {
                body,
                brace: Some(self.brace(node, body)),
                parentheses: false,
            },
        }
    }

    // The place of the brace before a body, inside the place of its operator.
    fn brace(&self, node: Place<'s>, body: &[Expr]) -> Place<'s> {
        let begin = body.first().map_or(0, |expr| expr.span.start);
        let length = begin.saturating_sub(node.start) as usize;
        let before = node.text.get(..length).unwrap_or(node.text);
        let Some(at) = before.rfind('{') else {
            return node;
        };
        Place {
            row: node.row + feeds(before.get(..at).unwrap_or_default()),
            start: node.start.saturating_add(u32::try_from(at).unwrap_or(0)),
            text: node.text.get(at..).unwrap_or_default(),
        }
    }

    fn end_row(&self, body: &[Expr]) -> i64 {
        body.last().map_or(0, |expr| {
            let place = self.place(expr.span);
            place.row + feeds(place.text.trim_end_matches([' ', '\t', '\r', '\n']))
        })
    }

    /// The first operand of a chain, if it is written without brackets.
    pub(super) fn leading_operand<'e>(&self, expr: &'e Expr) -> Option<&'e Expr> {
        let (first, _) = self.chain(expr);
        let bare = !first.is_explicit() && !first.parentheses;
        first.body.first().filter(|_| bare)
    }
}

fn parts(expr: &Expr) -> Option<(&'static str, &Logical)> {
    match &expr.kind {
        ExprKind::And(logical) => Some(("and", logical)),
        ExprKind::Or(logical) => Some(("or", logical)),
        _ => None,
    }
}
