//! Stages that only report errors.

pub(super) mod refused_builtins;
pub(super) mod rule_conflicts;
pub(super) mod types;
pub(super) mod undefined_functions;
pub(super) mod void_calls;
