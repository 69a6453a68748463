//! Writes lines with their indentation, and comments at the ends of lines.

use super::comments::{Cause, Comments, Fail, Note, Written};
use super::places::Place;
use super::prepare::Flags;
use crate::rego::syntax::ast::{Expr, Term};
use crate::rego::syntax::span::Span;
use std::time::Instant;

pub(super) struct Writer<'s> {
    pub(super) source: &'s str,
    pub(super) notes: &'s [Note<'s>],
    pub(super) flags: Flags,
    pub(super) out: String,
    pub(super) level: usize,
    /// Whether the current line has begun.
    pub(super) inline: bool,
    /// The comment at the end of the current line.
    pub(super) before_end: Option<usize>,
    /// Whether that comment waits for the line after the current one.
    delay: bool,
    /// Whether the last line of a text that stays as it is gets its comment at once: no body follows.
    pub(super) comment_on_last_line: bool,
    /// An expression and a term to be written in parentheses.
    pub(super) paren_expr: Option<*const Expr>,
    pub(super) paren_term: Option<*const Term>,
    failed: Option<&'static str>,
    end: Option<Instant>,
    steps: u32,
}

impl<'s> Writer<'s> {
    pub(super) fn new(
        source: &'s str,
        notes: &'s [Note<'s>],
        flags: Flags,
        end: Option<Instant>,
    ) -> Self {
        Self {
            source,
            notes,
            flags,
            out: String::with_capacity(source.len()),
            level: 0,
            inline: false,
            before_end: None,
            delay: false,
            comment_on_last_line: false,
            paren_expr: None,
            paren_term: None,
            failed: None,
            end,
            steps: 0,
        }
    }

    /// The text, or why it could not be written.
    pub(super) fn finish(mut self) -> Result<String, &'static str> {
        if let Some(message) = self.failed {
            return Err(message);
        }
        if self.out.ends_with('\n') {
            self.out.truncate(self.out.trim_end_matches('\n').len());
            self.out.push('\n');
        }
        Ok(self.out)
    }

    /// Records why the text cannot be written; unexpected comments are no such reason.
    pub(super) fn note(&mut self, cause: &Cause) {
        if let Cause::Other(message) = cause {
            self.failed.get_or_insert(message);
        }
    }

    /// Fails if the time is over.
    pub(super) fn in_time(&mut self) -> Result<(), Fail> {
        self.steps = self.steps.wrapping_add(1);
        if self.steps.is_multiple_of(256) && self.end.is_some_and(|end| Instant::now() > end) {
            self.failed.get_or_insert(super::TOO_LONG);
        }
        match self.failed {
            Some(message) if message == super::TOO_LONG => Err(Fail::other(message)),
            _ => Ok(()),
        }
    }

    pub(super) fn place(&self, span: Span) -> Place<'s> {
        Place::of(span, self.source)
    }

    pub(super) fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Begins a line with its indentation.
    pub(super) fn start_line(&mut self) {
        self.inline = true;
        for _ in 0..self.level {
            self.out.push('\t');
        }
    }

    /// Ends the line, after its comment.
    pub(super) fn end_line(&mut self) {
        self.inline = false;
        if !self.delay
            && let Some(number) = self.before_end.take()
        {
            self.out.push(' ');
            self.comment(number);
        }
        self.delay = false;
        self.out.push('\n');
    }

    /// An empty line; if a line has begun, it ends first.
    pub(super) fn blank_line(&mut self) {
        if self.inline {
            self.end_line();
        }
        self.out.push('\n');
    }

    pub(super) fn start_sequence(&mut self) {
        self.delay = true;
        self.end_line();
        self.level += 1;
        self.start_line();
    }

    pub(super) fn down(&mut self) -> Result<(), Fail> {
        self.level = self
            .level
            .checked_sub(1)
            .ok_or_else(|| Fail::other("negative indentation level"))?;
        Ok(())
    }

    pub(super) fn comment(&mut self, number: usize) {
        if let Some(note) = self.notes.get(number) {
            self.out.push_str(&note.text);
        }
    }

    fn comment_line(&mut self, number: usize) {
        if !self.inline {
            self.start_line();
        }
        self.comment(number);
        self.end_line();
    }

    pub(super) fn row_of(&self, number: usize) -> i64 {
        self.notes.get(number).map_or(0, |note| note.row)
    }

    /// Comments on lines of their own. An empty line separates them where the source has one, and before the next annotation.
    pub(super) fn comment_lines(&mut self, numbers: &[usize]) {
        let mut in_metadata = false;
        let mut before = None;
        for &number in numbers {
            let row = self.row_of(number);
            let is_metadata = self.notes.get(number).is_some_and(|note| note.is_metadata);
            if let Some(before) = before {
                if row - before > 1 {
                    self.blank_line();
                    in_metadata = false;
                } else if row - before == 1 && in_metadata && is_metadata {
                    self.blank_line();
                }
            }
            in_metadata |= is_metadata;
            self.comment_line(number);
            before = Some(row);
        }
    }

    /// Writes the comments above a row, and keeps the one in the row for the end of the line.
    pub(super) fn insert_comments(&mut self, comments: &Comments, row: i64) -> Written {
        let left = comments.left();
        if left.is_empty() {
            return Ok(Comments::default());
        }
        let above = comments.above(row, self.notes);
        let before = left.get(..above).unwrap_or_default();
        let at = left
            .get(above)
            .copied()
            .filter(|number| self.row_of(*number) == row);
        let rest = comments.without(above + usize::from(at.is_some()));
        if !before.is_empty() {
            self.comment_lines(before);
            if before
                .last()
                .is_some_and(|last| row - self.row_of(*last) > 1)
            {
                self.blank_line();
            }
        }
        self.before_line_end(at, rest)
    }

    // Keeps a comment for the end of the line.
    fn before_line_end(&mut self, at: Option<usize>, rest: Comments) -> Written {
        match (self.before_end, at) {
            (Some(_), None) => Ok(rest),
            (Some(_), Some(_)) => {
                self.before_end = None;
                Err(Fail::comment(rest))
            }
            (None, at) => {
                self.before_end = at;
                Ok(rest)
            }
        }
    }

    /// Writes the text of the source, which contains its comments.
    pub(super) fn unformatted(&mut self, place: Place<'s>, comments: &Comments) -> Written {
        if place.text.is_empty() {
            return Err(Fail::other("a comment is in a place without a text"));
        }
        let last_row = place.end_row();
        self.put(place.text);
        let inside = comments.above(last_row, self.notes);
        let rest = comments.without(inside);
        let on_last = rest
            .left()
            .first()
            .copied()
            .filter(|number| self.comment_on_last_line && self.row_of(*number) == last_row);
        let Some(number) = on_last else {
            return Ok(rest);
        };
        self.out.push(' ');
        if let Some(note) = self.notes.get(number) {
            self.out.push_str(note.raw);
        }
        Ok(rest.without(1))
    }
}
