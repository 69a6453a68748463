//! Values of options from host languages.

/// A value of an option that a binding received from its host language.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum OptionValue<'a> {
    /// A number; JavaScript has no other kind.
    Number(f64),
    /// A boolean.
    Flag(bool),
    /// A text.
    Text(&'a str),
}

impl From<f64> for OptionValue<'_> {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<bool> for OptionValue<'_> {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

impl<'a> From<&'a str> for OptionValue<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}
