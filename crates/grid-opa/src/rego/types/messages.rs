//! The texts of types, and the faults that show them.

pub(super) mod differences;
pub(super) mod elide;
pub(super) mod faults;
pub(super) mod ref_faults;
pub(super) mod show;
