//! A fuzzer of the engine for stable Rust, without instrumentation. The same seed gives the same cases.
//!
//! `npm run fuzz:engine -- --kind all --count 1000000 --seed 1` at the root of the repository builds and runs it. Cases run in
//! child processes. A case that ends its process, or never ends, is a finding with a number, and the run continues. `--case N` runs only
//! case N and prints its steps. `--kind calls` runs the kinds whose cases are calls of one family of builtins.

mod arguments;
mod child;
mod corpus;
mod grammar;
mod kinds;
mod mutate;
mod parent;
mod probe;
mod sealed;
mod special;
mod table;
mod tally;
mod texts;
mod values;

use arguments::{Arguments, Role};
use corpus::Corpus;
use std::process::ExitCode;

// Boardkit's addons use this allocator too.
#[global_allocator]
static ALLOCATOR: grid_opa::CappedAllocator = grid_opa::CappedAllocator;

fn main() -> ExitCode {
    let outcome = Arguments::read(std::env::args().skip(1)).and_then(|arguments| run(&arguments));
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::from(2)
        }
    }
}

// Returns true if there are no findings.
fn run(arguments: &Arguments) -> Result<bool, String> {
    match &arguments.role {
        Role::Parent => parent::run(arguments),
        Role::Child { first, end } => {
            let corpus = Corpus::read(arguments.corpus.as_deref())?;
            child::run(arguments, corpus, *first..*end)
        }
        Role::One { case } => {
            let corpus = Corpus::read(arguments.corpus.as_deref())?;
            child::show(arguments, corpus, *case)
        }
    }
}
