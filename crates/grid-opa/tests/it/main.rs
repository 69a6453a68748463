//! The integration tests: one binary, so that a target links and runs one file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod builtins;
mod cases;
mod decisions;
mod hostile;
mod limits;
mod reentrancy;
mod special;
mod swap;

// What Boardkit's addons do too.
#[global_allocator]
static ALLOCATOR: grid_opa::CappedAllocator = grid_opa::CappedAllocator;
