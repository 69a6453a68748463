//! Bodies and expressions.

use super::comments::{Comments, Fail, Written};
use super::places::{Place, feeds};
use super::writer::Writer;
use crate::rego::syntax::ast::{Every, Expr, ExprKind, Not, Term, TermKind, With};

impl<'s> Writer<'s> {
    /// Expressions on lines of their own. Empty lines of the source between them become one.
    pub(super) fn body(&mut self, body: &[Expr], comments: Comments) -> Written {
        let Some(first) = body.first() else {
            return Ok(comments);
        };
        let mut comments = self.insert_comments(&comments, first.span.row.into())?;
        let mut last_row = None;
        for expr in body {
            let place = self.place(expr.span);
            if last_row.is_some_and(|last| place.row > last + 1) {
                self.blank_line();
            }
            last_row = Some(place.row + feeds(place.text));
            self.start_line();
            let written = self.expr(expr, &comments);
            comments = self.tolerated(written);
            self.end_line();
        }
        Ok(comments)
    }

    pub(super) fn expr(&mut self, expr: &Expr, comments: &Comments) -> Written {
        self.in_time()?;
        let in_parentheses = self
            .paren_expr
            .take_if(|marked| std::ptr::eq(*marked, expr))
            .is_some();
        let mut comments = self.insert_comments(comments, expr.span.row.into())?;
        if !self.inline {
            self.start_line();
        }
        let negates_logical = expr.negated && is_logical(expr);
        if expr.negated {
            self.put(if negates_logical { "not (" } else { "not " });
        }
        if in_parentheses {
            self.put("(");
        }
        comments = match &expr.kind {
            ExprKind::Some(terms) => self.some(terms, expr, &comments).map_err(Fail::lost)?,
            ExprKind::Every(every) => self.every(every, expr, &comments).map_err(Fail::lost)?,
            ExprKind::Not(not) => self.not(not, expr, &comments).map_err(Fail::lost)?,
            ExprKind::And(_) | ExprKind::Or(_) => {
                self.logical(expr, &comments).map_err(Fail::lost)?
            }
            ExprKind::Call(terms) => self.expr_call(terms, &comments)?,
            ExprKind::Term(term) => self.term(term, &comments)?,
        };
        if in_parentheses {
            self.put(")");
        }
        if negates_logical {
            self.put(")");
        }
        self.withs(expr, comments)
    }

    // Modifiers stay on their lines.
    fn withs(&mut self, expr: &Expr, mut comments: Comments) -> Written {
        let mut withs = expr.with.as_slice();
        let Some((first, others)) = withs.split_first() else {
            return Ok(comments);
        };
        let mut last_row = terms_end_row(self.place(expr.span), self.place(first.span));
        if i64::from(first.span.row) == last_row {
            comments = self.with(first, &comments, false)?;
            withs = others;
        }
        let level = self.level;
        for with in withs {
            let row = i64::from(with.span.row);
            let is_below = row > last_row;
            if is_below {
                self.level = level + 1;
                self.end_line();
                self.start_line();
                last_row = row;
            }
            let written = self.with(with, &comments, is_below);
            comments = match written {
                Ok(comments) => comments,
                Err(fail) => {
                    self.level = level;
                    return Err(fail);
                }
            };
        }
        self.level = level;
        Ok(comments)
    }

    fn with(&mut self, with: &With, comments: &Comments, begins_line: bool) -> Written {
        let comments = self
            .insert_comments(comments, with.span.row.into())
            .map_err(Fail::lost)?;
        self.put(if begins_line { "with " } else { " with " });
        let comments = self.term(&with.target, &comments).map_err(Fail::lost)?;
        self.put(" as ");
        self.term(&with.value, &comments).or_else(|fail| {
            // The value stays as it is in the source.
            if fail.is_comment() {
                Ok(fail.comments)
            } else {
                Err(fail)
            }
        })
    }

    fn some(&mut self, terms: &[Term], expr: &Expr, comments: &Comments) -> Written {
        let mut row = i64::from(expr.span.row);
        let mut comments = self.insert_comments(comments, row)?;
        self.put("some ");
        for (number, term) in terms.iter().enumerate() {
            match &term.kind {
                TermKind::Call(call) => {
                    let operands = call.get(1..).unwrap_or_default();
                    comments = self.membership(operands, false, &comments)?;
                }
                _ => {
                    let at = i64::from(term.span.row);
                    if at > row {
                        self.end_line();
                        self.start_line();
                        self.put("\t");
                        row = at;
                    } else if number > 0 {
                        self.put(" ");
                    }
                    comments = self.term(term, &comments)?;
                    if number + 1 < terms.len() {
                        self.put(",");
                    }
                }
            }
        }
        Ok(comments)
    }

    fn every(&mut self, every: &Every, expr: &Expr, comments: &Comments) -> Written {
        let place = self.place(expr.span);
        let mut comments = self.insert_comments(comments, place.row)?;
        self.put("every ");
        if let Some(key) = &every.key {
            comments = self.term(key, &comments)?;
            self.put(", ");
        }
        comments = self.term(&every.value, &comments)?;
        self.put(" in ");
        comments = self.term(&every.domain, &comments)?;
        self.put(" {");
        comments = self
            .block((b'{', b'}'), &every.body, place, place, &comments)
            .or_else(left_of_comment)?;
        if let [only] = every.body.as_slice()
            && only.span.row == every.span.row
        {
            self.put(" ");
        }
        self.put("}");
        Ok(comments)
    }

    fn not(&mut self, not: &Not, expr: &Expr, comments: &Comments) -> Written {
        let place = self.place(expr.span);
        let mut comments = self.insert_comments(comments, place.row)?;
        self.put("not ");
        let (Some(first), Some(last)) = (not.body.first(), not.body.last()) else {
            return Ok(comments);
        };
        if not.explicit || not.body.len() > 1 {
            if super::parentheses::is_union(first) {
                self.paren_expr = Some(first);
            }
            self.put("{");
            comments = self
                .block((b'{', b'}'), &not.body, place, place, &comments)
                .or_else(left_of_comment)?;
            if i64::from(last.span.row) == place.row {
                self.put(" ");
            }
            self.put("}");
            return Ok(comments);
        }
        let parentheses = super::parentheses::negation_needs(first);
        self.put(if parentheses { "(" } else { "" });
        comments = self.expr(first, &comments).or_else(left_of_comment)?;
        self.put(if parentheses { ")" } else { "" });
        Ok(comments)
    }

    /// A body between brackets: on one line, or on lines of its own if the source has any.
    pub(super) fn block(
        &mut self,
        brackets: (u8, u8),
        body: &[Expr],
        before: Place<'s>,
        around: Place<'s>,
        comments: &Comments,
    ) -> Written {
        let lines = self.lines(body.iter().collect(), before.row);
        let first_row = body.first().map_or(0, |expr| i64::from(expr.span.row));
        let close = around.closing_row(None, brackets.0, brackets.1);
        if first_row > before.row || lines.len() > 1 {
            self.end_line();
            self.level += 1;
            let written = self
                .body(body, comments.clone())
                .and_then(|comments| self.insert_comments(&comments, close).map_err(Fail::lost));
            if let Err(fail) = self.down() {
                self.note(&fail.cause);
            }
            self.start_line();
            return written;
        }
        self.put(" ");
        let mut comments = comments.clone();
        // OPA sorts the expressions by place; within a line they are in order.
        for (number, expr) in body.iter().enumerate() {
            if number > 0 {
                self.put("; ");
            }
            comments = self.expr(expr, &comments)?;
        }
        self.insert_comments(&comments, close).map_err(Fail::lost)
    }
}

/// The comments that are left after a part that stays as it is.
pub(super) fn left_of_comment(fail: Fail) -> Written {
    if fail.is_comment() {
        Ok(fail.comments)
    } else {
        Err(fail)
    }
}

pub(super) const fn is_logical(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::And(_) | ExprKind::Or(_))
}

// The row where the terms of an expression end, before its modifiers.
fn terms_end_row(place: Place<'_>, first_with: Place<'_>) -> i64 {
    let before = first_with.start.checked_sub(place.start);
    let text = before
        .filter(|length| *length > 0)
        .and_then(|length| place.text.get(..length as usize))
        .unwrap_or(place.text);
    place.row + feeds(text.trim_end_matches([' ', '\t', '\r', '\n']))
}
