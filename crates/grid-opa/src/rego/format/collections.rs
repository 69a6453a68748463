//! Arrays, sets, objects and comprehensions.

use super::comments::{Comments, Fail, Written};
use super::parentheses::is_union_call;
use super::places::Place;
use super::writer::Writer;
use crate::rego::syntax::ast::{Comprehension, Term, TermKind};

impl<'s> Writer<'s> {
    pub(super) fn collection(
        &mut self,
        term: &Term,
        place: Place<'s>,
        comments: &Comments,
    ) -> Written {
        let (square, curly) = ((b'[', b']'), (b'{', b'}'));
        match &term.kind {
            TermKind::Array(terms) => {
                let close = place.closing_row(None, b'[', b']');
                self.put("[");
                let written = self.list(terms.iter().collect(), place, close, comments, true);
                self.put("]");
                written.map_err(Fail::lost)
            }
            TermKind::Set(terms) if terms.is_empty() => {
                self.put("set()");
                let close = place.closing_row(None, b'(', b')');
                self.insert_comments(comments, close).map_err(Fail::lost)
            }
            TermKind::Set(terms) => {
                let close = place.closing_row(None, b'{', b'}');
                self.put("{");
                let written = self.list(terms.iter().collect(), place, close, comments, true);
                self.put("}");
                written
            }
            TermKind::Object(fields) => {
                self.put("{");
                let written = self.object(fields, place, comments);
                self.put("}");
                written
            }
            TermKind::ArrayComprehension(inner) => {
                self.put("[");
                let at = self.place(inner.term.span);
                let written = self.comprehension(square, inner, at, place, comments);
                self.put("]");
                written
            }
            TermKind::SetComprehension(inner) => {
                self.put("{");
                let at = self.place(inner.term.span);
                let written = self.comprehension(curly, inner, at, place, comments);
                self.put("}");
                written
            }
            TermKind::ObjectComprehension(inner) => {
                self.put("{");
                let written = self.object_comprehension(inner, place, comments);
                self.put("}");
                written
            }
            _ => Ok(comments.clone()),
        }
    }

    fn object(
        &mut self,
        fields: &[(Term, Term)],
        place: Place<'s>,
        comments: &Comments,
    ) -> Written {
        let close = place.closing_row(None, b'{', b'}');
        let fields = fields.iter().map(|(key, value)| (key, value)).collect();
        self.items(
            fields,
            place,
            close,
            comments,
            |writer, (key, value), comments| {
                let comments = writer
                    .in_union_parentheses(key, comments)
                    .map_err(Fail::lost)?;
                writer.put(": ");
                writer.in_union_parentheses(value, &comments)
            },
        )
    }

    fn in_union_parentheses(&mut self, term: &Term, comments: &Comments) -> Written {
        let parentheses = is_union_call(term);
        self.put(if parentheses { "(" } else { "" });
        let written = self.term(term, comments);
        self.put(if parentheses { ")" } else { "" });
        written
    }

    fn object_comprehension(
        &mut self,
        inner: &Comprehension,
        place: Place<'s>,
        comments: &Comments,
    ) -> Written {
        let Some(key) = &inner.key else {
            return Ok(comments.clone());
        };
        let comments = self
            .in_union_parentheses(key, comments)
            .map_err(Fail::lost)?;
        self.put(": ");
        // The value is never on the next line.
        let at = Place {
            row: place.row,
            ..self.place(inner.term.span)
        };
        self.comprehension((b'{', b'}'), inner, at, place, &comments)
    }

    // `at` is the place of the term.
    fn comprehension(
        &mut self,
        brackets: (u8, u8),
        inner: &Comprehension,
        at: Place<'s>,
        place: Place<'s>,
        comments: &Comments,
    ) -> Written {
        if at.row > place.row {
            self.end_line();
            self.start_line();
        }
        let term = &inner.term;
        let is_call = matches!(term.kind, TermKind::Call(_));
        let parentheses = is_call && (is_union_call(term) || at.text.starts_with('('));
        let comments = self
            .bare_term_at(term, at, parentheses, comments)
            .map_err(Fail::lost)?;
        self.put(" |");
        self.block(brackets, &inner.body, at, place, &comments)
    }
}
