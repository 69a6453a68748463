//! Numbers of sources become values.

use crate::rego::value::{Value, number};

/// The value of a number by its text in a source.
pub(super) fn value(text: &str) -> Option<Value> {
    number::parse(text).ok()
}
