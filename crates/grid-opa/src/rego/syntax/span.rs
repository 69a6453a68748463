//! Places in sources.

/// A range of a source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Span {
    /// The number of the source among the sources that are compiled together.
    pub(crate) file: u32,
    /// From 1.
    pub(crate) row: u32,
    /// From 1, as OPA counts columns.
    pub(crate) column: u32,
    /// The byte range of the text, from `start` to before `end`.
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    /// The text of the range.
    pub(crate) fn text<'s>(&self, source: &'s str) -> &'s str {
        source
            .get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }
}
