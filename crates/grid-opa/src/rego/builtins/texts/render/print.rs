//! Prints values as Go's package fmt does without a format.

use super::datum::Datum;
use super::{Text, format};
use crate::rego::builtins::Failure;

/// Writes values, with spaces between two that are not texts, or as lines between all.
pub(super) fn all(
    output: &mut Text<'_, '_>,
    values: &[Datum<'_>],
    is_line: bool,
    for_escape: bool,
) -> Result<(), Failure> {
    let mut was_text = true;
    for (index, value) in values.iter().enumerate() {
        // The functions that escape take nothing for the text of it.
        let is_text = value.text().is_some() || (for_escape && value.is_nothing());
        let is_apart = if is_line {
            index > 0
        } else {
            !is_text && !was_text
        };
        output.push(if is_apart { " " } else { "" })?;
        if for_escape && value.is_nothing() {
            output.push("<no value>")?;
        } else {
            format::plain(output, value)?;
        }
        was_text = is_text;
    }
    output.push(if is_line { "\n" } else { "" })
}
