//! Input documents.

use crate::document::input_parts::InputParts;
use crate::error::Error;
use crate::options::EngineOptions;
use crate::rego::value::Value;

/// An input document.
#[derive(Debug, Clone)]
pub(crate) enum Input<'i> {
    /// No input: `input` is undefined.
    Missing,
    Text(&'i str),
    Value(Value),
}

impl Input<'_> {
    /// Reads the parts that `input_parts` selects, of `count` parts in total. A text is checked completely.
    pub(crate) fn parts(
        self,
        input_parts: &InputParts,
        count: usize,
        options: &EngineOptions,
    ) -> Result<Vec<Value>, Error> {
        let mut parts = vec![Value::Undefined; count];
        match self {
            Self::Missing => {}
            Self::Value(value) => input_parts.take(value, &mut parts),
            Self::Text(text) => input_parts.read(text, &mut parts, options.max_input_bytes)?,
        }
        Ok(parts)
    }
}
