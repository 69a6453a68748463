//! Compares the results with those of OPA 1.22.2.
#![allow(clippy::expect_used, clippy::panic)] // Tests may panic.

mod limits;
mod places;
mod refused;
mod trees;

use crate::rego::syntax::ast::{Module, Version};
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::parser::{ParseOptions, parse_module, parse_query};

fn options(version: Version) -> ParseOptions {
    ParseOptions {
        version,
        max_depth: 60,
        file: 0,
        max_faults: 10,
        annotations: None,
    }
}

fn module(version: Version, text: &str) -> Result<Module, Vec<Fault>> {
    parse_module(text, &options(version))
}

/// The expressions of a query, as OPA writes them.
fn query(version: Version, text: &str) -> Result<String, Vec<Fault>> {
    parse_query(text, &options(version)).map(|body| crate::rego::syntax::text::of_body(&body))
}

/// Errors as lines: row, column, message.
fn lines(faults: &[Fault]) -> Vec<String> {
    let line = |fault: &Fault| {
        let (row, column) = (fault.span.row, fault.span.column);
        format!("{row}:{column} {}", fault.message)
    };
    faults.iter().map(line).collect()
}
