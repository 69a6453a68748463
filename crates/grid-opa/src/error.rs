//! The error type of the crate.

use crate::limits::kind::LimitKind;
use std::fmt;

/// The kind of an [`Error`].
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
    /// An internal error of the engine.
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

/// A failure of the engine. Its text names the place, the cause and the fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(Box<Parts>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    kind: ErrorKind,
    message: String,
    opa_code: Option<&'static str>,
    details: Vec<String>,
    file: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
    reached: Option<Reached>,
    others: Vec<Error>,
}

/// A limit that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reached {
    kind: LimitKind,
    option: Option<&'static str>,
    limit: u64,
}

impl Error {
    /// The kind of the failure.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The code that every binding reports, such as `GRID_COMPILE`.
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    /// OPA's code of the failure, such as `rego_type_error` or `eval_conflict_error`; `None` if OPA has none.
    pub fn opa_code(&self) -> Option<&'static str> {
        self.0.opa_code
    }

    /// The text without the place.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// More details: the source line with a caret below it, or the found and the expected type.
    pub fn details(&self) -> &[String] {
        &self.0.details
    }

    /// The name under which the failing policy was loaded; `<query>` for the text of a query.
    pub fn file(&self) -> Option<&str> {
        self.0.file.as_deref()
    }

    /// The line, counted from 1: of [`file`](Self::file), or of the JSON text of an input or data document.
    pub fn line(&self) -> Option<u32> {
        self.0.line
    }

    /// The column. In policies and queries it is OPA's column, which counts from 1 and is 0 in a few errors. In JSON texts it counts bytes
    /// from 1.
    pub fn column(&self) -> Option<u32> {
        self.0.column
    }

    /// The other errors of a load, in OPA's order and at most as many as OPA reports.
    pub fn others(&self) -> &[Self] {
        &self.0.others
    }

    /// The kind of the reached limit; `None` for other failures.
    pub fn limit_kind(&self) -> Option<LimitKind> {
        self.0.reached.map(|reached| reached.kind)
    }

    /// The value of the reached limit, in the unit of its kind; `None` for other failures.
    pub fn limit(&self) -> Option<u64> {
        self.0.reached.map(|reached| reached.limit)
    }

    /// The option that sets the reached limit; `None` for other failures and for fixed limits.
    pub fn option(&self) -> Option<&'static str> {
        self.0.reached.and_then(|reached| reached.option)
    }

    /// An error without a place. Hosts make those of their own arguments so.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            kind,
            message: message.into(),
            opa_code: None,
            details: Vec::new(),
            file: None,
            line: None,
            column: None,
            reached: None,
            others: Vec::new(),
        }))
    }

    pub(crate) fn argument(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Argument, message)
    }

    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, message)
    }

    // A limit that an option sets. `what` names the exceeded quantity; the fix names the option.
    pub(crate) fn limit_of(option: &'static str, what: &str, value: u64, unit: &str) -> Self {
        let text = format!(
            "{what}: the limit is {value} {unit}; if this is intended, raise the option {option}"
        );
        Self::limit_reached(LimitKind::of(option), Some(option), value, text)
    }

    // A limit that no option changes.
    pub(crate) fn fixed_limit(kind: LimitKind, limit: u64, message: impl Into<String>) -> Self {
        Self::limit_reached(kind, None, limit, message)
    }

    /// A limit that was reached, and the option that sets it, if one does.
    pub fn limit_reached(
        kind: LimitKind,
        option: Option<&'static str>,
        limit: u64,
        message: impl Into<String>,
    ) -> Self {
        let mut error = Self::new(ErrorKind::Limit, message);
        error.0.reached = Some(Reached {
            kind,
            option,
            limit,
        });
        error
    }

    /// Joins several errors: returns the first one, with the others attached.
    pub(crate) fn all_of(errors: Vec<Self>) -> Self {
        let mut errors = errors.into_iter();
        match errors.next() {
            Some(mut first) => {
                first.0.others = errors.collect();
                first
            }
            None => Self::new(ErrorKind::Internal, "the operation failed without an error"),
        }
    }

    /// Returns the error and its attached errors as separate errors.
    pub(crate) fn split(mut self) -> Vec<Self> {
        let others = std::mem::take(&mut self.0.others);
        let mut all = vec![self];
        all.extend(others);
        all
    }

    pub(crate) fn with_opa_code(mut self, code: &'static str) -> Self {
        self.0.opa_code = Some(code);
        self
    }

    pub(crate) fn with_details(mut self, details: Vec<String>) -> Self {
        self.0.details = details;
        self
    }

    pub(crate) fn in_file(mut self, file: &str) -> Self {
        self.0.file = Some(file.to_owned());
        self
    }

    pub(crate) fn at(mut self, line: u32, column: u32) -> Self {
        self.0.line = Some(line);
        self.0.column = Some(column);
        self
    }

    fn place(&self) -> String {
        let mut place = self.0.file.clone().unwrap_or_default();
        if let (Some(line), Some(column)) = (self.0.line, self.0.column) {
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

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.place())?;
        if let Some(code) = self.0.opa_code {
            write!(formatter, "{code}: ")?;
        }
        write!(formatter, "{}", self.0.message)?;
        for line in &self.0.details {
            write!(formatter, "\n\t{line}")?;
        }
        for other in &self.0.others {
            write!(formatter, "\n{other}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_begins_with_the_known_place() {
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
