//! The integration tests in one binary, so that a target links and runs one file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod builtins;
#[cfg(feature = "bundle")]
mod bundles;
mod cases;
mod decisions;
mod depth;
mod footprint;
mod found;
mod hostile;
mod limits;
mod methods;
#[cfg(feature = "network")]
mod network;
mod plans;
mod profiles;
mod reentrancy;
mod reports;
mod special;
mod swap;
mod values;

// As in Boardkit's addons.
#[global_allocator]
static ALLOCATOR: grid_opa::CappedAllocator = grid_opa::CappedAllocator;
