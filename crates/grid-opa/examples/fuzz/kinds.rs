//! The kinds of cases. To add one, write a file in `kinds/` with a [`Kind`], and a line in [`make`] and [`names`].

mod builtins;
mod bundle;
mod calls;
mod input;
mod policy;
mod sequence;

use crate::corpus::Corpus;
use crate::probe::Probe;
use fastrand::Rng;

/// Makes and runs cases of one kind.
pub(crate) trait Kind {
    /// Runs the case that these random numbers determine. Earlier cases must not affect it.
    fn case(&mut self, probe: &mut Probe, random: &mut Rng);
}

/// The names of all kinds.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let others = ["policy", "input", "builtins", "bundle", "sequence"];
    others.into_iter().chain(calls::names())
}

/// The kind with this name.
pub(crate) fn make(name: &str, corpus: Corpus) -> Result<Box<dyn Kind>, String> {
    Ok(match name {
        "policy" => Box::new(policy::Policies::new(corpus)?),
        "input" => Box::new(input::Inputs::new(corpus)?),
        "builtins" => Box::new(builtins::Builtins::new()?),
        "bundle" => Box::new(bundle::Bundles::new(corpus)?),
        "sequence" => Box::new(sequence::Sequences),
        _ => Box::new(calls::Calls::new(name)?),
    })
}
