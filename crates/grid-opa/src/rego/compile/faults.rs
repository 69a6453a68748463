//! The order of the errors of a compilation, and the entry that says that there are more.

use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use crate::sorting::sort_by;
use std::cmp::Ordering;

/// The message of that entry.
pub(crate) const LIMIT_REACHED: &str = "error limit reached";

/// The entry that says that there are more errors than reported. It has no place.
pub(super) fn limit_reached() -> Fault {
    Fault::new(Code::Compile, LIMIT_REACHED, Span::default())
}

/// Sorts errors by place, then by text. Errors without a place come last, followed by the limit entry.
pub(crate) fn sort_faults(faults: &mut Vec<Fault>, names: &[&str]) {
    sort_by(faults, |a, b| compare(a, b, names));
}

fn compare(a: &Fault, b: &Fault, names: &[&str]) -> Ordering {
    place(a, names)
        .cmp(&place(b, names))
        .then_with(|| a.code.name().cmp(b.code.name()))
        .then_with(|| a.message.cmp(&b.message))
        .then_with(|| a.details.cmp(&b.details))
}

/// Whether it is the limit entry, whether it has no place, and its place.
fn place<'n>(fault: &Fault, names: &[&'n str]) -> (bool, bool, &'n str, u32, u32) {
    let Span {
        file, row, column, ..
    } = fault.span;
    let name = names.get(file as usize).copied().unwrap_or_default();
    let nowhere = row == 0;
    (
        nowhere && fault.message == LIMIT_REACHED,
        nowhere,
        if nowhere { "" } else { name },
        row,
        column,
    )
}
