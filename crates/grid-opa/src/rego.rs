//! The language: from source text to plans and their evaluation. Modules depend downward only: value, syntax, types, builtins, compile,
//! plan, eval.

pub(crate) mod builtins;
pub(crate) mod compile;
pub(crate) mod eval;
#[cfg(feature = "format")]
pub(crate) mod format;
pub(crate) mod plan;
pub(crate) mod syntax;
pub(crate) mod types;
pub(crate) mod value;
