//! Limits of time, memory and stack, and how work is kept within them.

pub(crate) mod evaluation_clock;
pub(crate) mod guard;
pub(crate) mod kind;
pub(crate) mod load_clock;
pub(crate) mod memory;
pub(crate) mod stack;
