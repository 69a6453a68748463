//! Input documents.

use crate::error::Error;
use crate::options::EngineOptions;
use crate::rego::value::Value;
use crate::wanted::Wanted;

/// An input document.
#[derive(Debug, Clone)]
pub(crate) enum Input<'i> {
    /// None: `input` is undefined.
    Missing,
    Text(&'i str),
    Value(Value),
}

impl Input<'_> {
    /// The parts of it that are wanted, of so many in all. All of a text is checked.
    pub(crate) fn parts(
        self,
        wanted: &Wanted,
        count: usize,
        options: &EngineOptions,
    ) -> Result<Vec<Value>, Error> {
        let mut parts = vec![Value::Undefined; count];
        match self {
            Self::Missing => {}
            Self::Value(value) => wanted.take(value, &mut parts),
            Self::Text(text) => wanted.read(text, &mut parts, options.max_input_bytes)?,
        }
        Ok(parts)
    }
}
