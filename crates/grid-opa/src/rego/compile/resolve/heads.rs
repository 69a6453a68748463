//! The places of the first terms of references that names stand for.
//!
//! OPA has one term `data` for all names of rules in a source, and one for each import. It is where such a name was met last, and some
//! errors are reported there.

use crate::rego::syntax::ast::{Term, TermKind};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::visit::VisitorMut;

/// Marks first terms while names are resolved, and then puts them to their places.
pub(super) struct Heads {
    /// Where the names of each import were met last; the last one is of the package.
    last: Vec<Span>,
}

impl Heads {
    pub(super) fn new(imports: usize) -> Self {
        Self {
            last: vec![Span::default(); imports + 1],
        }
    }

    /// What stands for the package where imports have numbers.
    pub(super) fn package(&self) -> usize {
        self.last.len().saturating_sub(1)
    }

    /// Notes where a name was met. Gives a mark: a span in a source that there is not.
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
