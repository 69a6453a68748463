//! All that can be found wrong with policies before they are loaded.

mod rules;

use crate::compile;
use crate::error::Error;
use crate::options::EngineOptions;
use crate::outline::Outline;
use crate::set::PolicySet;
use crate::tokens::{Kind, Tokens};
use std::collections::BTreeSet;

/// Most faults that are told.
const MAX_FAULTS: usize = 100;
/// Most times that the policies are built, with those left out that a fault is in.
const MAX_ROUNDS: usize = 20;

/// The faults of policies, each a name and a source, on top of `set`. Nothing is found only where they would load.
pub(crate) fn faults(
    set: &PolicySet,
    options: &EngineOptions,
    policies: &[(&str, &str)],
) -> Vec<Error> {
    let mut found = Vec::new();
    let mut left_out = LeftOut::default();
    let mut good = Vec::new();
    for &(name, source) in policies {
        if found.len() >= MAX_FAULTS {
            break;
        }
        match alone(options, name, source) {
            Ok(()) => good.push((name, source)),
            Err(error) => {
                found.push(error);
                if compile::check_text(source, options, "the policy").is_ok() {
                    found.extend(rules::further_faults(options, name, source));
                    left_out.take(source);
                } else {
                    // What is too long or nests too deep is not looked into.
                    left_out.0.extend(rules::names(source));
                }
            }
        }
    }
    // Those that were not looked at would be missing.
    let rounds = if found.len() < MAX_FAULTS {
        MAX_ROUNDS
    } else {
        0
    };
    for _ in 0..rounds {
        let Err(faults) = set.with_all(options, &good) else {
            break;
        };
        let new: Vec<Error> = faults
            .all()
            .filter(|error| !left_out.explains(error))
            .collect();
        let (bad, rest): (Vec<_>, Vec<_>) = good
            .into_iter()
            .partition(|(name, _)| new.iter().any(|error| error.file() == Some(*name)));
        found.extend(new);
        if bad.is_empty() || found.len() >= MAX_FAULTS {
            break;
        }
        for (_, source) in bad {
            left_out.take(source);
        }
        good = rest;
    }
    found.truncate(MAX_FAULTS);
    found
}

// Whether a source parses.
fn alone(options: &EngineOptions, name: &str, source: &str) -> Result<(), Error> {
    let mut engine = PolicySet::empty(options)?.into_parsed();
    compile::add(&mut engine, options, name, source).map(|_| ())
}

/// First names of rules that were not there when the others were built.
#[derive(Default)]
struct LeftOut(BTreeSet<String>);

impl LeftOut {
    fn take(&mut self, source: &str) {
        let outline = Outline::of_policy(source);
        self.0.extend(outline.roots.into_iter().map(str::to_owned));
    }

    // Whether a fault may be that one of them is missing.
    fn explains(&self, error: &Error) -> bool {
        let mut names = Tokens::of(error.message()).filter(|token| token.kind == Kind::Ident);
        !self.0.is_empty() && names.any(|name| self.0.contains(name.text))
    }
}
