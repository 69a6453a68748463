//! The reasons why an evaluation ends without an answer.

use crate::rego::plan::ir::Mark;
use crate::rego::value::Value;

#[derive(Debug)]
pub(crate) enum Stop {
    /// The time limit was reached.
    Time,
    /// The memory limit was reached, or would be by the next allocation.
    Memory,
    /// Rules and functions call each other too deep.
    Depth,
    Failed(Box<Failed>),
}

/// An error of the policy or of a called function.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) mark: Mark,
    /// Conflicting values and their marks.
    pub(crate) values: Vec<(Value, Mark)>,
}

/// OPA's error codes of an evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// Two values at a place for one value.
    Conflict,
    Builtin,
    Type,
    /// OPA has an answer, but this build cannot compute it. OPA does not have this code.
    Unsure,
    /// A builtin of the host failed. OPA does not have this code.
    Host,
    /// The plan is invalid: an internal error of this engine.
    Internal,
}

impl Code {
    /// The code as OPA writes it.
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
