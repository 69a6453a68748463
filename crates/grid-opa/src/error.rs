//! The one error type of the crate.

use crate::diagnostic::Diagnostic;
use crate::limit_kind::LimitKind;

/// What kind of failure an [`Error`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A policy or a query does not compile.
    Compile,
    /// An input or data document is not valid.
    Input,
    /// An evaluation failed.
    Evaluation,
    /// A limit was reached.
    Limit,
    /// An option or argument is out of its range.
    Argument,
    /// A fault of the engine itself.
    Internal,
}

impl ErrorKind {
    /// The code that every binding reports, such as `GRID_COMPILE`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Compile => "GRID_COMPILE",
            Self::Input => "GRID_INPUT",
            Self::Evaluation => "GRID_EVALUATION",
            Self::Limit => "GRID_LIMIT",
            Self::Argument => "GRID_ARGUMENT",
            Self::Internal => "GRID_INTERNAL",
        }
    }
}

/// A failure of the engine. Its text names the place, the cause and the mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", self.place())]
pub struct Error {
    kind: ErrorKind,
    message: String,
    file: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
    reached: Option<Reached>,
}

/// A limit that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reached {
    kind: LimitKind,
    option: Option<&'static str>,
    limit: u64,
}

impl Error {
    /// What kind of failure this is.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The code that every binding reports, such as `GRID_COMPILE`.
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// The text without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The policy that the failure is in, by the name it was loaded under; `<query>` for the text of a query.
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// The line, counted from 1: of [`file`](Self::file), or of the JSON text of an input or data document.
    pub const fn line(&self) -> Option<u32> {
        self.line
    }

    /// The column, counted from 1. In policies and queries a tab counts as four and a string as its bytes, in JSON texts all
    /// counts as bytes.
    pub const fn column(&self) -> Option<u32> {
        self.column
    }

    /// What the limit bounds that was reached; `None` for other failures.
    pub fn limit_kind(&self) -> Option<LimitKind> {
        self.reached.map(|reached| reached.kind)
    }

    /// The limit that was reached, in the unit of its kind; `None` for other failures.
    pub fn limit(&self) -> Option<u64> {
        self.reached.map(|reached| reached.limit)
    }

    /// The option that set the limit which was reached; `None` for other failures and for limits that no option moves.
    pub fn option(&self) -> Option<&'static str> {
        self.reached.and_then(|reached| reached.option)
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            file: None,
            line: None,
            column: None,
            reached: None,
        }
    }

    pub(crate) fn argument(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Argument, message)
    }

    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, message)
    }

    // A limit that an option sets: `what` says what was too much, the mend names the option.
    pub(crate) fn limit_of(option: &'static str, what: &str, value: u64, unit: &str) -> Self {
        let text = format!(
            "{what}: the limit is {value} {unit}; if that is meant, raise the option {option}"
        );
        let mut error = Self::fixed_limit(LimitKind::of(option), value, text);
        if let Some(reached) = &mut error.reached {
            reached.option = Some(option);
        }
        error
    }

    // A limit that no option moves.
    pub(crate) fn fixed_limit(kind: LimitKind, limit: u64, message: impl Into<String>) -> Self {
        let mut error = Self::new(ErrorKind::Limit, message);
        error.reached = Some(Reached {
            kind,
            option: None,
            limit,
        });
        error
    }

    pub(crate) fn from_diagnostic(kind: ErrorKind, diagnostic: Diagnostic) -> Self {
        Self {
            kind,
            message: diagnostic.message,
            file: diagnostic.file,
            line: diagnostic.line,
            column: diagnostic.column,
            reached: None,
        }
    }

    pub(crate) fn in_file(mut self, file: &str) -> Self {
        self.file = Some(file.to_owned());
        self
    }

    pub(crate) fn at(mut self, line: u32, column: u32) -> Self {
        self.line = Some(line);
        self.column = Some(column);
        self
    }

    // Whether this is what to tell of an evaluation that was refused with `text`: the same with its place, or no error of an evaluation.
    pub(crate) fn outranks(&self, text: &str) -> bool {
        self.kind != ErrorKind::Evaluation || self.message.contains(text)
    }

    fn place(&self) -> String {
        let mut place = self.file.clone().unwrap_or_default();
        if let (Some(line), Some(column)) = (self.line, self.column) {
            if !place.is_empty() {
                place.push(':');
            }
            place.push_str(&format!("{line}:{column}"));
        }
        if !place.is_empty() {
            place.push_str(": ");
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_begins_with_what_is_known_of_the_place() {
        let bare = Error::input("no object");
        assert_eq!(bare.to_string(), "no object");
        assert_eq!(bare.clone().at(2, 3).to_string(), "2:3: no object");
        assert_eq!(
            bare.clone().in_file("a.rego").to_string(),
            "a.rego: no object"
        );
        assert_eq!(
            bare.in_file("a.rego").at(2, 3).to_string(),
            "a.rego:2:3: no object"
        );
    }

    #[test]
    fn a_limit_names_its_option_and_value() {
        let error = Error::limit_of("max_nesting", "the brackets nest too deep", 16, "levels");
        assert_eq!(
            (error.code(), error.option(), error.limit()),
            ("GRID_LIMIT", Some("max_nesting"), Some(16))
        );
        assert_eq!(error.limit_kind(), Some(LimitKind::Nesting));
        let fixed = Error::fixed_limit(LimitKind::Parsing, 7, "too much");
        assert_eq!((fixed.option(), fixed.limit()), (None, Some(7)));
        assert_eq!(Error::input("no object").limit_kind(), None);
        assert!(error.to_string().contains("16 levels"), "{error}");
    }
}
