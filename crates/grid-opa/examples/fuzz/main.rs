//! A fuzzer of the engine: the same seed gives the same cases, on stable Rust, without instrumentation.
//!
//! `npm run fuzz:engine -- --kind all --count 1000000 --seed 1` at the root of the repository builds and runs it. Cases run in
//! child processes, so that one which ends its process, or never ends, is a finding with a number and not the end of the run;
//! `--case N` runs that one alone and prints what it does.

mod arguments;
mod child;
mod corpus;
mod kinds;
mod mutate;
mod parent;
mod probe;
mod special;
mod tally;
mod texts;
mod values;

use arguments::{Arguments, Role};
use corpus::Corpus;
use std::process::ExitCode;

// What Boardkit's addons do too.
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

// Whether nothing was found.
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
