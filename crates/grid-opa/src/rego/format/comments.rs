//! The comments of a source, in order, and the rest of them that is not yet written.

use crate::rego::syntax::ast::Module;
use std::rc::Rc;

/// A comment.
#[derive(Debug)]
pub(super) struct Note<'s> {
    pub(super) row: i64,
    /// With the `#`, without white space at its end.
    pub(super) text: String,
    /// The text in the source.
    pub(super) raw: &'s str,
    pub(super) is_metadata: bool,
}

/// The comments of a module in source order. A row has at most one.
pub(super) fn notes<'s>(module: &Module, source: &'s str) -> Vec<Note<'s>> {
    let mut notes: Vec<Note<'s>> = module
        .comments
        .iter()
        .map(|comment| Note {
            row: comment.span.row.into(),
            text: format!("#{}", comment.text.trim_end()),
            raw: comment.span.text(source),
            is_metadata: comment.span.column == 1 && comment.text.trim().starts_with("METADATA"),
        })
        .collect();
    notes.sort_by_key(|note| note.row);
    notes
}

/// Comments that are not yet written, as numbers of notes. A clone is cheap.
#[derive(Debug, Clone, Default)]
pub(super) struct Comments {
    numbers: Rc<[usize]>,
    from: usize,
}

impl Comments {
    pub(super) fn new(numbers: Vec<usize>) -> Self {
        Self {
            numbers: numbers.into(),
            from: 0,
        }
    }

    /// The numbers, in order.
    pub(super) fn left(&self) -> &[usize] {
        self.numbers.get(self.from..).unwrap_or_default()
    }

    /// These comments without the first `count`.
    pub(super) fn without(&self, count: usize) -> Self {
        Self {
            numbers: Rc::clone(&self.numbers),
            from: self.numbers.len().min(self.from + count),
        }
    }

    /// How many of the comments are above a row.
    pub(super) fn above(&self, row: i64, notes: &[Note<'_>]) -> usize {
        let is_above = |number: &usize| notes.get(*number).is_some_and(|note| note.row < row);
        self.left().partition_point(is_above)
    }
}

/// What is left to write, or why a part could not be written.
pub(super) type Written = Result<Comments, Fail>;

/// The reason why a part could not be written, with the comments that are left.
#[derive(Debug)]
pub(super) struct Fail {
    pub(super) comments: Comments,
    pub(super) cause: Cause,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// A line has two comments, or a comment is inside a single line. The term around it stays as it is in the source.
    Comment,
    Other(&'static str),
}

impl Fail {
    pub(super) const fn comment(comments: Comments) -> Self {
        Self {
            comments,
            cause: Cause::Comment,
        }
    }

    pub(super) fn other(message: &'static str) -> Self {
        Self {
            comments: Comments::default(),
            cause: Cause::Other(message),
        }
    }

    pub(super) fn is_comment(&self) -> bool {
        self.cause == Cause::Comment
    }

    /// The same without the comments that are left, as OPA drops them there.
    pub(super) fn lost(self) -> Self {
        Self {
            comments: Comments::default(),
            cause: self.cause,
        }
    }
}
