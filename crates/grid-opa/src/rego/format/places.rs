//! Places in the source, as the layout uses them.

use crate::rego::syntax::span::Span;

/// A place with its text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'s> {
    pub(super) row: i64,
    pub(super) start: u32,
    pub(super) text: &'s str,
}

impl<'s> Place<'s> {
    /// The place of a span. Generated terms, which have none, are in the first row.
    pub(super) fn of(span: Span, source: &'s str) -> Self {
        if span.row == 0 {
            return Self {
                row: 1,
                start: 0,
                text: "true",
            };
        }
        Self {
            row: span.row.into(),
            start: span.start,
            text: span.text(source),
        }
    }

    /// The row of its last character.
    pub(super) fn end_row(&self) -> i64 {
        self.row + feeds(self.text)
    }

    /// The row of the bracket that closes the first `open` of the text, after the first pair of `skip`; -1 if there is none. As in OPA,
    /// brackets in strings and comments count.
    pub(super) fn closing_row(&self, skip: Option<(u8, u8)>, open: u8, close: u8) -> i64 {
        let bytes = self.text.as_bytes();
        let (mut at, mut feeds) = match skip {
            Some((open, close)) => skipped(bytes, open, close),
            None => (0, 0),
        };
        while at < bytes.len() && bytes.get(at) != Some(&open) {
            at += 1;
        }
        let mut depth = 1;
        while depth > 0 {
            at += 1;
            let Some(&byte) = bytes.get(at) else {
                return -1;
            };
            if byte == open {
                depth += 1;
            } else if byte == close {
                depth -= 1;
            } else if byte == b'\n' {
                feeds += 1;
            }
        }
        self.row + feeds
    }
}

/// The number of line feeds.
pub(super) fn feeds(text: &str) -> i64 {
    i64::try_from(text.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(i64::MAX)
}

// The position of the bracket that closes the first one, and the line feeds between them.
fn skipped(bytes: &[u8], open: u8, close: u8) -> (usize, i64) {
    let mut at = bytes
        .iter()
        .position(|byte| *byte == open)
        .unwrap_or(bytes.len());
    let (mut depth, mut feeds) = (1, 0);
    while depth > 0 {
        at += 1;
        let Some(&byte) = bytes.get(at) else {
            break;
        };
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth -= 1;
        } else if byte == b'\n' {
            feeds += 1;
        }
    }
    (at, feeds)
}
