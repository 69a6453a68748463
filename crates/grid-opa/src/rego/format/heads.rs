//! The heads of rules.

use super::comments::{Comments, Fail, Written};
use super::writer::Writer;
use crate::rego::syntax::ast::{Head, TermKind};
use crate::rego::syntax::text;

impl Writer<'_> {
    pub(super) fn head(
        &mut self,
        head: &Head,
        is_default: bool,
        is_constant: bool,
        is_else: bool,
        comments: &Comments,
    ) -> Written {
        let is_item = head.key.is_some() && head.value.is_none();
        let reference = head.reference.as_slice();
        let mut comments = comments.clone();
        match reference {
            [name, key] if !self.flags.ref_heads => {
                let row = i64::from(key.span.row);
                let has_comment = comments
                    .left()
                    .first()
                    .is_some_and(|first| self.row_of(*first) == row);
                if has_comment {
                    let place = self.place(head.span);
                    return self.unformatted(place, &comments).map_err(Fail::lost);
                }
                self.put(&text::of_term(name));
                self.put("[");
                self.put(&text::of_term(key));
                self.put("]");
            }
            _ => comments = self.reference(reference, &comments).map_err(Fail::lost)?,
        }
        if let Some(args) = head.args.as_ref().filter(|args| !args.is_empty()) {
            self.put("(");
            let place = self.place(head.span);
            let close = place.closing_row(None, b'(', b')');
            let written = self.list(args.iter().collect(), place, close, &comments, false);
            self.put(")");
            comments = written?;
        }
        if let Some(key) = head.key.as_ref().filter(|_| is_item) {
            if self.flags.contains {
                self.put(" contains ");
                comments = self.term(key, &comments)?;
            } else {
                self.put("[");
                comments = self.term(key, &comments)?;
                self.put("]");
            }
        }
        let Some(value) = &head.value else {
            return Ok(comments);
        };
        let is_true = value.kind == TermKind::Bool(true);
        if head.key.is_none() && is_true && !is_constant && !is_default {
            return Ok(comments);
        }
        let must_have_value =
            self.flags.v1 && is_constant && head.key.is_none() && head.args.is_none();
        // A generated value has the place of its head.
        if head.span == value.span && !is_else && is_true && !must_have_value {
            return Ok(comments);
        }
        self.put(if head.assign || self.flags.v1 {
            " := "
        } else {
            " = "
        });
        self.term(value, &comments)
    }
}
