//! A text with insertions and replacements, and where its pieces are then.

use crate::syntax::Piece;

/// Changes of a text, none inside another.
#[derive(Debug, Default)]
pub(crate) struct Edits(Vec<(Piece, String)>);

impl Edits {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn insert(&mut self, at: usize, text: &str) {
        self.replace(at..at, text);
    }

    pub(crate) fn replace(&mut self, piece: Piece, text: &str) {
        self.0.push((piece, text.to_owned()));
    }

    /// The changed text. Insertions at one place stand in the order in which they were made.
    pub(crate) fn applied(mut self, text: &str) -> String {
        self.0.sort_by_key(|(piece, _)| piece.start);
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
}
