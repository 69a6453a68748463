//! Rules and their `else` branches.

use super::comments::{Comments, Fail, Written};
use super::parentheses::is_set_term;
use super::writer::Writer;
use crate::rego::syntax::ast::{Expr, ExprKind, Head, Rule, Term, TermKind};

impl Writer<'_> {
    pub(super) fn rules(&mut self, rules: &[&Rule], mut comments: Comments) -> Written {
        for (number, rule) in rules.iter().enumerate() {
            self.in_time()?;
            let inserted = self.insert_comments(&comments, rule.span.row.into());
            comments = self.tolerated(inserted);
            let written = self.rule(rule, &rule.head, false, comments);
            comments = self.tolerated(written);
            let next = rules.get(number + 1).filter(|next| {
                self.is_groupable(rule)
                    && self.is_groupable(next)
                    && next.span.row == rule.span.row + 1
            });
            if next.is_none() {
                self.blank_line();
            }
        }
        Ok(comments)
    }

    // The comments that are left, also after an error.
    pub(super) fn tolerated(&mut self, written: Written) -> Comments {
        written.unwrap_or_else(|fail| {
            self.note(&fail.cause);
            fail.comments
        })
    }

    /// Whether a rule takes one line, so that no empty line need follow.
    fn is_groupable(&self, rule: &Rule) -> bool {
        rule.body.len() <= 1
            && !rule.is_default
            && rule.otherwise.is_none()
            && !rule.body.first().is_some_and(is_set_term)
            && self.uses_if(&rule.head)
    }

    // Items of sets take `if` only behind `contains`.
    fn uses_if(&self, head: &Head) -> bool {
        self.flags.ifs && (self.flags.contains || head.value.is_some())
    }

    /// `head` is that of the rule, or for an `else` another one.
    fn rule(&mut self, rule: &Rule, head: &Head, is_else: bool, comments: Comments) -> Written {
        if !is_else {
            self.start_line();
        }
        if rule.is_default {
            self.put("default ");
        }
        // `a := 1 if true` is written `a := 1`.
        let is_constant = is_true(&rule.body) && rule.otherwise.is_none();
        self.comment_on_last_line = is_constant;
        let written = self.head(head, rule.is_default, is_constant, is_else, &comments);
        let mut comment_inside = false;
        let mut comments = match written {
            Ok(comments) => comments,
            Err(fail) if fail.is_comment() => {
                comment_inside = true;
                fail.comments
            }
            Err(fail) => return Err(fail.lost()),
        };
        if rule.body.is_empty() || is_constant {
            self.end_line();
            return Ok(comments);
        }
        self.comment_on_last_line = true;
        let uses_if = self.uses_if(head);
        if uses_if {
            self.put(" if");
            if let [expr] = rule.body.as_slice()
                && i64::from(expr.span.row) == self.place(head.span).end_row()
                && !is_set_term(expr)
            {
                self.put(" ");
                comments = self.expr(expr, &comments).or_else(|fail| {
                    if fail.is_comment() {
                        Ok(fail.comments)
                    } else {
                        Err(fail.lost())
                    }
                })?;
                self.end_line();
                return match &rule.otherwise {
                    Some(otherwise) => self.otherwise(rule, otherwise, comments),
                    None => Ok(comments),
                };
            }
        }
        if comment_inside && !comments.left().is_empty() {
            self.put(" { ");
        } else {
            self.put(" {");
            self.end_line();
        }
        if uses_if
            && !is_else
            && let Some(first) = rule.body.first()
        {
            self.mark_leading_union(first);
        }
        self.level += 1;
        comments = self.body(&rule.body, comments).or_else(|fail| {
            if fail.is_comment() {
                Ok(fail.comments)
            } else {
                Err(fail.lost())
            }
        })?;
        let skip = if head.args.as_ref().is_some_and(|args| !args.is_empty()) {
            Some((b'(', b')'))
        } else if head.key.is_some() {
            Some((b'[', b']'))
        } else {
            None
        };
        let close = self.place(rule.span).closing_row(skip, b'{', b'}');
        comments = self.insert_comments(&comments, close).map_err(Fail::lost)?;
        self.down()?;
        self.start_line();
        self.put("}");
        match &rule.otherwise {
            Some(otherwise) => self
                .otherwise(rule, otherwise, comments)
                .map_err(Fail::lost),
            None => Ok(comments),
        }
    }

    /// `else` stays on the line of the closing brace if it is there in the source.
    fn otherwise(&mut self, rule: &Rule, otherwise: &Rule, comments: Comments) -> Written {
        let place = self.place(rule.span);
        let row = i64::from(otherwise.span.row) - place.row;
        let line = usize::try_from(row)
            .ok()
            .filter(|row| *row > 0)
            .and_then(|row| place.text.split('\n').nth(row));
        let was_inline = line.is_some_and(|line| !line.trim().starts_with("else"));
        let at = i64::from(otherwise.head.span.row);
        let comment_above = comments
            .left()
            .first()
            .is_some_and(|first| self.row_of(*first) < at)
            || self.before_end.is_some();
        if was_inline && !comment_above {
            self.put(" ");
        } else {
            self.blank_line();
            self.start_line();
        }
        let comments = self.insert_comments(&comments, at).map_err(Fail::lost)?;
        if comment_above && !was_inline {
            self.start_line();
        }
        let span = otherwise.head.span;
        let mut head = Head {
            reference: vec![Term::var("else", span)],
            args: None,
            ..otherwise.head.clone()
        };
        if let Some(value) = &mut head.value {
            value.span = span;
        }
        self.rule(otherwise, &head, true, comments)
    }
}

// Whether a body is just `true`.
pub(super) fn is_true(body: &[Expr]) -> bool {
    match body {
        [expr] => {
            !expr.negated
                && expr.with.is_empty()
                && matches!(&expr.kind, ExprKind::Term(term) if term.kind == TermKind::Bool(true))
        }
        _ => false,
    }
}
