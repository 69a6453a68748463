//! Calls, with infix operators for the builtins that have one.

use super::comments::{Comments, Fail, Written};
use super::writer::Writer;
use crate::rego::syntax::ast::{Term, TermKind};
use crate::rego::syntax::text;

/// The infix sign of an operator and the number of its operands.
pub(super) fn infix(operator: &Term) -> Option<(&'static str, usize)> {
    if let Some(sign) = text::infix(operator) {
        return Some((sign, 2));
    }
    match text::of_operator(operator).as_str() {
        "internal.member_2" => Some(("in", 2)),
        "internal.member_3" => Some(("in", 3)),
        _ => None,
    }
}

const ARITY: &str = "an operator has the wrong number of operands";

impl Writer<'_> {
    /// A call that is an expression.
    pub(super) fn expr_call(&mut self, terms: &[Term], comments: &Comments) -> Written {
        let Some((operator, operands)) = terms.split_first() else {
            return Ok(comments.clone());
        };
        match (infix(operator), operands) {
            (Some(("in", arity)), _) => {
                if operands.len() != arity {
                    return Err(Fail::other(ARITY));
                }
                self.membership(operands, false, comments)
            }
            (Some((sign, _)), [left, right]) => {
                let comments = self.term(left, comments).map_err(Fail::lost)?;
                self.sign(sign);
                self.term(right, &comments)
            }
            (Some((sign, _)), [left, right, result]) => {
                let comments = self.term(result, comments).map_err(Fail::lost)?;
                self.sign("=");
                let comments = self.term(left, &comments).map_err(Fail::lost)?;
                self.sign(sign);
                self.term(right, &comments).map_err(Fail::lost)
            }
            (Some(_), _) => Err(Fail::other(ARITY)),
            (None, _) => self.plain_call(operator, operands, comments),
        }
    }

    fn sign(&mut self, sign: &str) {
        self.put(" ");
        self.put(sign);
        self.put(" ");
    }

    fn plain_call(&mut self, operator: &Term, operands: &[Term], comments: &Comments) -> Written {
        let comments = match &operator.kind {
            TermKind::Ref(terms) => self.reference(terms, comments)?,
            _ => {
                self.put(&text::of_term(operator));
                comments.clone()
            }
        };
        self.put("(");
        let place = self.place(operator.span);
        let close = place.closing_row(None, b'(', b')');
        let written = self.list(operands.iter().collect(), place, close, &comments, false);
        self.put(")");
        written.map_err(Fail::lost)
    }

    /// A call that is a term. `parentheses` says whether an infix operator needs them.
    pub(super) fn call(
        &mut self,
        terms: &[Term],
        parentheses: bool,
        comments: &Comments,
    ) -> Written {
        let Some((operator, operands)) = terms.split_first() else {
            return Ok(comments.clone());
        };
        let Some((sign, arity)) = infix(operator) else {
            return self.plain_call(operator, operands, comments);
        };
        if operands.len() != arity {
            return Err(Fail::other(ARITY));
        }
        if sign == "in" {
            return self.membership(operands, true, comments);
        }
        let [left, right] = operands else {
            return Err(Fail::other(ARITY));
        };
        self.put(if parentheses { "(" } else { "" });
        let comments = self.bare_term(left, true, comments).map_err(Fail::lost)?;
        self.sign(sign);
        let comments = self.bare_term(right, true, &comments).map_err(Fail::lost)?;
        self.put(if parentheses { ")" } else { "" });
        Ok(comments)
    }

    /// `x in xs` and `k, v in xs`; the latter in parentheses if it is a term.
    pub(super) fn membership(
        &mut self,
        operands: &[Term],
        is_term: bool,
        comments: &Comments,
    ) -> Written {
        let parentheses = is_term && operands.len() == 3;
        self.put(if parentheses { "(" } else { "" });
        let written = self.member_operands(operands, comments);
        self.put(if parentheses { ")" } else { "" });
        written.map_err(Fail::lost)
    }

    fn member_operands(&mut self, operands: &[Term], comments: &Comments) -> Written {
        let mut comments = comments.clone();
        for (number, operand) in operands.iter().enumerate() {
            if number + 1 == operands.len() {
                self.put(" in ");
            } else if number > 0 {
                self.put(", ");
            }
            comments = self.bare_term(operand, true, &comments)?;
        }
        Ok(comments)
    }
}
