//! A text with insertions and replacements, and where its places are then.

use crate::syntax::Piece;

/// Changes of a text, none inside another.
#[derive(Debug, Default)]
pub(crate) struct Edits(Vec<(Piece, String)>);

impl Edits {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn replace(&mut self, piece: Piece, text: &str) {
        self.0.push((piece, text.to_owned()));
    }

    #[cfg(feature = "coverage")]
    pub(crate) fn insert(&mut self, at: usize, text: &str) {
        self.replace(at..at, text);
    }

    /// Each change, in its order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Piece, &str)> {
        self.0.iter().map(|(piece, new)| (piece, new.as_str()))
    }

    /// In the order of the text; those of one place in the order in which they were made, insertions first.
    pub(crate) fn sorted(mut self) -> Self {
        self.0.sort_by_key(|(piece, _)| (piece.start, piece.end));
        self
    }

    /// The changed text, by sorted changes.
    pub(crate) fn applied(&self, text: &str) -> String {
        let mut changed = String::new();
        let mut taken = 0;
        for (piece, new) in &self.0 {
            changed.push_str(text.get(taken..piece.start).unwrap_or_default());
            changed.push_str(new);
            taken = piece.end.max(taken);
        }
        changed.push_str(text.get(taken..).unwrap_or_default());
        changed
    }

    /// How many lines later each place is in the changed text, by sorted insertions.
    #[cfg(feature = "coverage")]
    pub(crate) fn shifts(&self) -> Shifts {
        let mut lines = 0;
        let shifts = self.0.iter().map(|(piece, new)| {
            lines += new.matches('\n').count();
            (piece.start, lines)
        });
        Shifts(shifts.collect())
    }
}

/// Lines that insertions add, by where they do.
#[cfg(feature = "coverage")]
#[derive(Debug)]
pub(crate) struct Shifts(Vec<(usize, usize)>);

#[cfg(feature = "coverage")]
impl Shifts {
    /// Lines that are added before a place, and right at it if `at` is set.
    pub(crate) fn before(&self, place: usize, at: bool) -> usize {
        let count = self
            .0
            .partition_point(|(start, _)| *start < place || (at && *start == place));
        count
            .checked_sub(1)
            .and_then(|last| self.0.get(last))
            .map_or(0, |(_, lines)| *lines)
    }
}

/// Where the lines of a text begin.
#[cfg(feature = "coverage")]
#[derive(Debug)]
pub(crate) struct LineIndex(Vec<usize>);

#[cfg(feature = "coverage")]
impl LineIndex {
    pub(crate) fn of(text: &str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self(std::iter::once(0).chain(ends).collect())
    }

    /// The line of a place, counted from 1.
    pub(crate) fn line(&self, place: usize) -> usize {
        self.0.partition_point(|start| *start <= place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_made_in_the_order_of_the_text() {
        let mut edits = Edits::default();
        assert!(edits.is_empty());
        edits.replace(6..7, "X");
        edits.replace(2..2, "\n");
        edits.replace(2..2, "+\n");
        let edits = edits.sorted();
        assert_eq!(edits.applied("ab\ncdef"), "ab\n+\n\ncdeX");
    }

    #[cfg(feature = "coverage")]
    #[test]
    fn lines_are_those_of_the_changed_text() {
        let mut edits = Edits::default();
        edits.insert(2, "\n\n");
        edits.insert(5, "\n");
        let edits = edits.sorted();
        let (index, shifts) = (LineIndex::of("ab\ncdef"), edits.shifts());
        assert_eq!([0, 2, 3, 6].map(|place| index.line(place)), [1, 1, 2, 2]);
        let shifted = [
            (1, true),
            (2, false),
            (2, true),
            (4, true),
            (5, false),
            (6, false),
        ];
        assert_eq!(
            shifted.map(|(place, at)| shifts.before(place, at)),
            [0, 0, 2, 2, 2, 3]
        );
    }
}
