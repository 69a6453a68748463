//! Errors of a source.

use crate::rego::syntax::span::Span;

/// OPA's error codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Code {
    Parse,
    Compile,
    Type,
    UnsafeVar,
    Recursion,
    /// A source that cannot be formatted.
    #[cfg(feature = "format")]
    Format,
    /// Not an OPA code: the source nests deeper than the options allow.
    Nesting,
    /// Not an OPA code: another limit of this engine.
    Limit,
}

impl Code {
    /// OPA's name of the code.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Parse => "rego_parse_error",
            Self::Compile => "rego_compile_error",
            Self::Type => "rego_type_error",
            Self::UnsafeVar => "rego_unsafe_var_error",
            Self::Recursion => "rego_recursion_error",
            #[cfg(feature = "format")]
            Self::Format => "rego_format_error",
            Self::Nesting | Self::Limit => "limit",
        }
    }
}

/// One error of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: Code,
    /// In OPA's words.
    pub(crate) message: String,
    pub(crate) span: Span,
    /// Lines below the message: for a parse error the source line and a caret, for a type error the actual and the expected types.
    pub(crate) details: Vec<String>,
}

impl Fault {
    pub(crate) fn new(code: Code, message: impl Into<String>, span: Span) -> Self {
        Self {
            code,
            message: message.into(),
            span,
            details: Vec::new(),
        }
    }
}
