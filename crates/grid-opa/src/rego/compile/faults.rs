//! The order of the errors of a compilation, and the mark behind them when there are more.

use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use std::cmp::Ordering;

/// The message of the mark.
pub(crate) const LIMIT_REACHED: &str = "error limit reached";

/// The mark that more errors are there than are reported. It has no place.
pub(super) fn limit_reached() -> Fault {
    Fault::new(Code::Compile, LIMIT_REACHED, Span::default())
}

/// Sorts errors by place, then as texts; those without a place come last, and the mark behind them.
pub(crate) fn sort_faults(faults: &mut [Fault], names: &[&str]) {
    faults.sort_by(|a, b| compare(a, b, names));
}

fn compare(a: &Fault, b: &Fault, names: &[&str]) -> Ordering {
    let place = |fault: &Fault| {
        let Span {
            file, row, column, ..
        } = fault.span;
        let name = names.get(file as usize).copied().unwrap_or_default();
        (row == 0, name.to_owned(), row, column)
    };
    let mark = |fault: &Fault| fault.span.row == 0 && fault.message == LIMIT_REACHED;
    mark(a)
        .cmp(&mark(b))
        .then_with(|| place(a).cmp(&place(b)))
        .then_with(|| a.code.name().cmp(b.code.name()))
        .then_with(|| a.message.cmp(&b.message))
        .then_with(|| a.details.cmp(&b.details))
}
