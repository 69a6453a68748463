//! Which heads and statements of policies an evaluation reached.
//!
//! The core tells lines. So policies are evaluated as a copy in which each head and each statement has lines of its own. It does not tell
//! the value of an `else`; there the copy calls a function that remembers.

mod copy;

use crate::error::{Error, ErrorKind};
use crate::evaluate::{self, Input, Watch};
use crate::options::EngineOptions;
use crate::set::PolicySet;
pub(crate) use copy::Copy;

use copy::{Item, Mark};
use regorus::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Lines of a policy, counted from 1, with the first and the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Lines {
    /// The first line.
    pub start: u32,
    /// The last line.
    pub end: u32,
}

/// What was reached of one policy. A line that holds both is in both lists, as in OPA.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileCoverage {
    /// The policy, by the name it was loaded under.
    pub file: String,
    /// Lines of heads whose rules had a value and of statements that were evaluated.
    pub covered: Vec<Lines>,
    /// Lines of the others.
    pub not_covered: Vec<Lines>,
}

/// What was reached of all policies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Coverage {
    /// The policies, by name.
    pub files: Vec<FileCoverage>,
}

impl FileCoverage {
    /// How many lines were reached.
    pub fn covered_lines(&self) -> u32 {
        count(&self.covered)
    }

    /// How many lines were not.
    pub fn not_covered_lines(&self) -> u32 {
        count(&self.not_covered)
    }

    /// How much was reached, in percent of the lines; 0 where there are none.
    pub fn percent(&self) -> f64 {
        percent(self.covered_lines(), self.not_covered_lines())
    }
}

impl Coverage {
    /// How many lines were reached.
    pub fn covered_lines(&self) -> u32 {
        self.files.iter().map(FileCoverage::covered_lines).sum()
    }

    /// How many lines were not.
    pub fn not_covered_lines(&self) -> u32 {
        self.files.iter().map(FileCoverage::not_covered_lines).sum()
    }

    /// How much was reached, in percent of the lines; 0 where there are none.
    pub fn percent(&self) -> f64 {
        percent(self.covered_lines(), self.not_covered_lines())
    }
}

fn count(lines: &[Lines]) -> u32 {
    lines.iter().map(|lines| lines.end - lines.start + 1).sum()
}

fn percent(covered: u32, not_covered: u32) -> f64 {
    match covered + not_covered {
        0 => 0.0,
        all => f64::from(covered) * 100.0 / f64::from(all),
    }
}

/// A copy of a set that remembers what was reached of it.
pub(crate) struct Cover {
    set: PolicySet,
    copies: Vec<Copy>,
    /// Numbers that the function was called with.
    values: Arc<Mutex<BTreeSet<u32>>>,
    /// Lines of the copies.
    lines: BTreeMap<String, BTreeSet<u32>>,
}

impl Cover {
    /// A copy of `set`, of which nothing was reached yet.
    ///
    /// # Errors
    /// `GRID_COMPILE` where the core does not take the copy.
    pub(crate) fn of(set: &PolicySet, options: &EngineOptions) -> Result<Self, Error> {
        let (copies, function) = copy::of(set)?;
        let values = Arc::new(Mutex::new(BTreeSet::new()));
        let seen = Arc::clone(&values);
        let remember = move |arguments: Vec<Value>| {
            let mut arguments = arguments.into_iter();
            let number = arguments.next().and_then(|number| number.as_u32().ok());
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.extend(number);
            Ok(arguments.next().unwrap_or(Value::Undefined))
        };
        let set = set.copied(options, &copies, |engine| {
            engine.add_extension(function, 2, Box::new(remember))
        })?;
        Ok(Self {
            set,
            copies,
            values,
            lines: BTreeMap::new(),
        })
    }

    /// Evaluates `query` and takes in what it reaches.
    pub(crate) fn evaluate(
        &mut self,
        options: &EngineOptions,
        query: &str,
        input: Input<'_>,
    ) -> Result<(), Error> {
        let mut reached = Reached(Ok(Vec::new()));
        let set = &self.set;
        let answer =
            evaluate::evaluate_watched(set, options, query, input, |_| Ok(()), &mut reached);
        for (file, lines) in reached.0? {
            self.lines.entry(file).or_default().extend(lines);
        }
        answer.map(|_| ())
    }

    /// What was reached.
    pub(crate) fn report(&self) -> Coverage {
        let values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let files = self.copies.iter().map(|copy| {
            let lines = self.lines.get(&copy.name);
            let reached = |item: &Item| match &item.mark {
                Mark::Lines(range) => {
                    lines.is_some_and(|lines| lines.range(range.clone()).next().is_some())
                }
                Mark::Value(number) => values.contains(number),
            };
            let (covered, not_covered): (Vec<_>, Vec<_>) =
                copy.items.iter().partition(|item| reached(item));
            FileCoverage {
                file: copy.name.clone(),
                covered: joined(&covered),
                not_covered: joined(&not_covered),
            }
        });
        Coverage {
            files: files.collect(),
        }
    }
}

/// The lines that the core says an evaluation reached, by policy.
struct Reached(Result<Vec<(String, BTreeSet<u32>)>, Error>);

impl Watch for Reached {
    fn needs_core(&self) -> bool {
        true
    }

    fn begin(&mut self, engine: &mut regorus::Engine) {
        engine.set_enable_coverage(true);
    }

    fn end(&mut self, engine: &mut regorus::Engine) {
        let report = engine.get_coverage_report();
        let report = report.map_err(|error| Error::new(ErrorKind::Internal, error.to_string()));
        self.0 = report.map(|report| {
            let files = report.files.into_iter();
            files.map(|file| (file.path, file.covered)).collect()
        });
    }
}

// Lines of items, those that touch as one.
fn joined(items: &[&Item]) -> Vec<Lines> {
    let mut all: Vec<Lines> = items.iter().map(|item| item.lines).collect();
    all.sort_unstable();
    let mut joined: Vec<Lines> = Vec::new();
    for lines in all {
        match joined.last_mut() {
            Some(last) if lines.start <= last.end.saturating_add(1) => {
                last.end = last.end.max(lines.end);
            }
            _ => joined.push(lines),
        }
    }
    joined
}
