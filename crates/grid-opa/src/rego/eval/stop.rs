//! Why there is no answer.

use crate::rego::plan::ir::Mark;
use crate::rego::value::Value;

#[derive(Debug)]
pub(crate) enum Stop {
    /// There was no more time.
    Time,
    /// More memory was taken, or asked for, than is allowed.
    Memory,
    /// Rules and functions used each other too deep.
    Depth,
    Failed(Box<Failed>),
}

/// An error of the policy, or of what it called.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) mark: Mark,
    /// Values that are in conflict, and where each comes from.
    pub(crate) values: Vec<(Value, Mark)>,
}

/// OPA's codes of errors of an evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// Two values where there can be one.
    Conflict,
    Builtin,
    Type,
    /// OPA has an answer and this build cannot tell it: none of OPA's codes.
    Unsure,
    /// A builtin of the host failed: none of OPA's codes.
    Host,
    /// What the plan should not hold: a fault of this engine.
    Internal,
}

impl Code {
    /// As OPA writes it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Conflict => "eval_conflict_error",
            Self::Builtin => "eval_builtin_error",
            Self::Type => "eval_type_error",
            Self::Unsure => "unsupported",
            Self::Host => "host_builtin_error",
            Self::Internal => "eval_internal_error",
        }
    }
}
