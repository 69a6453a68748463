//! Items of collections and operands of calls, on the lines where the source has them.

use super::comments::{Comments, Fail, Written};
use super::parentheses::is_union_call;
use super::places::Place;
use super::writer::Writer;
use crate::rego::syntax::ast::{Expr, Term};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::visit::{Visitor, walk_expr, walk_term};

/// A part that is on a line.
pub(super) trait Item: Copy {
    fn span(self) -> Span;
    fn walk(self, on: &mut dyn Visitor);
}

impl Item for &Term {
    fn span(self) -> Span {
        self.span
    }
    fn walk(self, on: &mut dyn Visitor) {
        walk_term(self, on);
    }
}

impl Item for &Expr {
    fn span(self) -> Span {
        self.span
    }
    fn walk(self, on: &mut dyn Visitor) {
        walk_expr(self, on);
    }
}

impl Item for (&Term, &Term) {
    fn span(self) -> Span {
        self.0.span
    }
    fn walk(self, on: &mut dyn Visitor) {
        walk_term(self.0, on);
        walk_term(self.1, on);
    }
}

/// Looks for terms without a place in the source.
#[derive(Default)]
struct Generated(bool);

impl Visitor for Generated {
    fn term(&mut self, term: &Term) -> bool {
        self.0 |= term.span.row == 0
            || term
                .as_var()
                .is_some_and(|name| name.starts_with("__local"));
        !self.0
    }
}

impl<'s> Writer<'s> {
    /// Divides items into lines by their places. Items with generated terms stay together.
    pub(super) fn lines<I: Item>(&self, mut items: Vec<I>, row: i64) -> Vec<Vec<I>> {
        let mut generated = Generated::default();
        for item in &items {
            item.walk(&mut generated);
        }
        if generated.0 {
            return vec![items];
        }
        items.sort_by_key(|item| (item.span().row, item.span().column));
        let mut lines = Vec::new();
        let mut line = Vec::new();
        let mut last = row;
        for (number, item) in items.into_iter().enumerate() {
            let row = self.place(item.span()).row;
            if row > last && number > 0 {
                lines.push(std::mem::take(&mut line));
            }
            last = row;
            line.push(item);
        }
        lines.push(line);
        lines
    }

    /// Terms between commas. `unions_in_parentheses`: `|` would begin a comprehension.
    pub(super) fn list(
        &mut self,
        terms: Vec<&Term>,
        place: Place<'s>,
        close: i64,
        comments: &Comments,
        unions_in_parentheses: bool,
    ) -> Written {
        self.items(terms, place, close, comments, |writer, term, comments| {
            let parentheses = is_union_call(term)
                && (unions_in_parentheses || writer.place(term.span).text.starts_with('('));
            writer.put(if parentheses { "(" } else { "" });
            let written = writer.term(term, comments);
            writer.put(if parentheses { ")" } else { "" });
            written
        })
    }

    /// Items between commas, each written by `write`.
    pub(super) fn items<I: Item>(
        &mut self,
        items: Vec<I>,
        place: Place<'s>,
        close: i64,
        comments: &Comments,
        mut write: impl FnMut(&mut Self, I, &Comments) -> Written,
    ) -> Written {
        let first = items.first().map(|item| self.place(item.span()).text);
        let lines = self.lines(items, place.row);
        let mut comments = comments.clone();
        let mut several = lines.len() > 1;
        if !several {
            let inside = comments.above(close, self.notes);
            let before = comments.above(place.row + 1, self.notes);
            if inside > before {
                return Err(Fail::comment(comments));
            }
            // The first of them by place.
            let first = lines
                .first()
                .and_then(|line| line.first())
                .map(|item| self.place(item.span()).text)
                .or(first);
            let above = first.and_then(|first| place.text.get(..place.text.find(first)?));
            several = above.is_some_and(|above| above.find('\n').is_some_and(|at| at > 0));
        }
        if several {
            self.start_sequence();
        }
        let count = lines.len();
        for (number, line) in lines.into_iter().enumerate() {
            for (place, item) in line.into_iter().enumerate() {
                if place > 0 {
                    self.put(", ");
                }
                comments = write(self, item, &comments).map_err(Fail::lost)?;
            }
            if number + 1 < count {
                self.put(",");
                self.end_line();
                self.start_line();
            }
        }
        if several {
            self.put(",");
            self.end_line();
            comments = self.insert_comments(&comments, close).map_err(Fail::lost)?;
            self.down()?;
            self.start_line();
        }
        Ok(comments)
    }
}
