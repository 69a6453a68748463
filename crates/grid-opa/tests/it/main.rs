//! The integration tests: one binary, so that a target links and runs one file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cases;
mod limits;
mod special;
mod swap;
