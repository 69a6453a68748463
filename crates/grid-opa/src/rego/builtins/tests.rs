//! Tests of the builtins as a whole.
