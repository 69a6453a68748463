//! The command line.

use crate::kinds;
use std::path::PathBuf;

/// The task of this process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Role {
    Parent,
    /// Runs the cases of a range and reports to its parent.
    Child {
        first: u64,
        end: u64,
    },
    /// Runs one case and prints its steps.
    One {
        case: u64,
    },
}

#[derive(Debug, Clone)]
pub(crate) struct Arguments {
    pub(crate) kinds: Vec<&'static str>,
    pub(crate) count: u64,
    pub(crate) seed: u64,
    pub(crate) jobs: usize,
    /// Cases per child.
    pub(crate) batch: u64,
    /// A JSON array of policies, which are used in addition to those of bindings/cases.
    pub(crate) corpus: Option<PathBuf>,
    pub(crate) role: Role,
}

impl Arguments {
    pub(crate) fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut read = Self {
            kinds: kinds::names().collect(),
            count: 10_000,
            seed: 1,
            jobs: 2,
            batch: 10_000,
            corpus: None,
            role: Role::Parent,
        };
        let (mut first, mut end) = (None, None);
        while let Some(name) = arguments.next() {
            let value = arguments
                .next()
                .ok_or_else(|| format!("{name} needs a value"))?;
            let number = || {
                value
                    .parse::<u64>()
                    .map_err(|_| format!("{name} must be a whole number, not {value:?}"))
            };
            match name.as_str() {
                "--kind" => read.kinds = kinds_of(&value)?,
                "--count" => read.count = number()?,
                "--seed" => read.seed = number()?,
                "--jobs" => read.jobs = usize::try_from(number()?.clamp(1, 64)).unwrap_or(1),
                "--batch" => read.batch = number()?.max(1),
                "--corpus" => read.corpus = Some(PathBuf::from(&value)),
                "--case" => read.role = Role::One { case: number()? },
                "--first" => first = Some(number()?),
                "--end" => end = Some(number()?),
                _ => return Err(format!("unknown option {name}; {USAGE}")),
            }
        }
        if let (Some(first), Some(end)) = (first, end) {
            read.role = Role::Child { first, end };
        }
        if read.role != Role::Parent && read.kinds.len() != 1 {
            return Err("--case, --first and --end need one --kind".to_owned());
        }
        Ok(read)
    }
}

const USAGE: &str = "the options are --kind, --count, --seed, --jobs, --batch, --corpus and --case";

fn kinds_of(value: &str) -> Result<Vec<&'static str>, String> {
    let is_chosen = |name: &&str| {
        let family = name.split_once(':').map(|(begin, _)| begin);
        value == "all" || *name == value || family == Some(value)
    };
    let chosen: Vec<_> = kinds::names().filter(is_chosen).collect();
    if chosen.is_empty() {
        let known = kinds::names().collect::<Vec<_>>().join(", ");
        return Err(format!(
            "--kind must be all, calls or one of {known}, not {value:?}"
        ));
    }
    Ok(chosen)
}
