//! The places of the first terms of resolved references.
//!
//! OPA has one term `data` for all rule names in a source, and one first term for each import. Its place is that of the last resolved name,
//! and some errors are reported there.

use crate::rego::syntax::ast::{Term, TermKind};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::visit::VisitorMut;

/// Marks first terms while names are resolved, then sets their places.
pub(super) struct Heads {
    /// Where the names of each import last occurred; the last entry is for the package.
    last: Vec<Span>,
}

impl Heads {
    pub(super) fn new(imports: usize) -> Self {
        Self {
            last: vec![Span::default(); imports + 1],
        }
    }

    /// The number of the package, which follows those of the imports.
    pub(super) fn package(&self) -> usize {
        self.last.len().saturating_sub(1)
    }

    /// Records the place of a name. Returns a mark: a span in a file that does not exist.
    pub(super) fn mark(&mut self, number: usize, span: Span) -> Span {
        let Some(last) = self.last.get_mut(number) else {
            return span;
        };
        *last = span;
        match u32::try_from(number) {
            Ok(number) => Span {
                file: u32::MAX - number,
                ..span
            },
            Err(_) => span,
        }
    }
}

impl VisitorMut for Heads {
    fn term(&mut self, term: &mut Term) -> bool {
        if let TermKind::Ref(terms) = &mut term.kind
            && let Some(head) = terms.first_mut()
        {
            let number = usize::try_from(u32::MAX - head.span.file).unwrap_or(usize::MAX);
            if let Some(last) = self.last.get(number) {
                head.span = *last;
            }
        }
        true
    }
}
