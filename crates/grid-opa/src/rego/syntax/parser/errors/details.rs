//! The lines below an error message: the source line and a caret.

use crate::rego::syntax::span::Span;

/// A text and where its lines start.
pub(crate) struct Lines<'s> {
    text: &'s str,
    starts: Vec<usize>,
}

impl<'s> Lines<'s> {
    pub(crate) fn of(text: &'s str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0)
            .chain(ends.map(|(at, _)| at + 1))
            .collect();
        Self { text, starts }
    }

    /// The line of a place, and a caret below it. White space before the place is skipped.
    pub(crate) fn details(&self, span: Span) -> Vec<String> {
        let bytes = self.text.as_bytes();
        let Some(last) = bytes.len().checked_sub(1) else {
            return Vec::new();
        };
        let byte = |at: usize| bytes.get(at).copied().unwrap_or(b' ');
        let mut at = self.offset_of(span).min(last);
        while at > 0 && is_space(byte(at)) {
            at -= 1;
        }
        let mut begin = at;
        while begin > 0 && !is_line_end(byte(begin)) {
            begin -= 1;
        }
        if is_line_end(byte(begin)) {
            begin += 1;
        }
        let mut end = at;
        while end <= last && !is_line_end(byte(end)) {
            end += 1;
        }
        let line = bytes.get(begin.min(end)..end).unwrap_or_default();
        let line = String::from_utf8_lossy(line);
        let trimmed = line.trim_start_matches('\t');
        let tabs = line.len() - trimmed.len();
        let indent = at.saturating_sub(begin).saturating_sub(tabs);
        vec![trimmed.to_owned(), format!("{}^", " ".repeat(indent))]
    }

    /// The offset of the row and column of a place. The text of a parenthesized term begins before that.
    fn offset_of(&self, span: Span) -> usize {
        let start = span.start as usize;
        let row = (span.row as usize).checked_sub(1);
        let line = row.and_then(|row| self.starts.get(row));
        let (Some(line), Some(column)) = (line, (span.column as usize).checked_sub(1)) else {
            return start;
        };
        if start >= self.text.len() {
            return start;
        }
        let rest = self.text.get(*line..).unwrap_or_default();
        let found = rest.char_indices().nth(column);
        found.map_or(start, |(at, _)| line + at)
    }
}

const fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// Go's `unicode.IsSpace` for one byte.
const fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ' | 0x85 | 0xa0)
}
