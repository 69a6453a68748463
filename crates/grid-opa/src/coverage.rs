//! Which heads and statements of policies an evaluation reached. The evaluator reports each one.

use crate::rego::eval::Watch;
use crate::rego::plan::ir::Mark;
use crate::set::PolicySet;
use crate::sorting::sort;
use std::collections::{BTreeMap, BTreeSet};

/// A range of lines in a policy, counted from 1, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Lines {
    /// The first line.
    pub start: u32,
    /// The last line.
    pub end: u32,
}

/// The coverage of one policy. A line that has both covered and uncovered expressions is in both lists, as in OPA.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileCoverage {
    /// The name under which the policy was loaded.
    pub file: String,
    /// Lines of heads of rules that had a value, and lines of evaluated statements.
    pub covered: Vec<Lines>,
    /// Lines of all other heads and statements.
    pub not_covered: Vec<Lines>,
}

/// The coverage of all policies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Coverage {
    /// One entry per policy, sorted by name.
    pub files: Vec<FileCoverage>,
}

impl FileCoverage {
    /// Number of covered lines.
    pub fn covered_lines(&self) -> u32 {
        count(&self.covered)
    }

    /// Number of lines that are not covered.
    pub fn not_covered_lines(&self) -> u32 {
        count(&self.not_covered)
    }

    /// Covered lines in percent of all lines; 0 if there are none.
    pub fn percent(&self) -> f64 {
        percent(self.covered_lines(), self.not_covered_lines())
    }
}

impl Coverage {
    /// Number of covered lines.
    pub fn covered_lines(&self) -> u32 {
        self.files.iter().map(FileCoverage::covered_lines).sum()
    }

    /// Number of lines that are not covered.
    pub fn not_covered_lines(&self) -> u32 {
        self.files.iter().map(FileCoverage::not_covered_lines).sum()
    }

    /// Covered lines in percent of all lines; 0 if there are none.
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

/// Collects the marks that evaluations reach.
#[derive(Debug, Default)]
pub(crate) struct Cover {
    reached: BTreeSet<Mark>,
}

impl Watch for Cover {
    fn sees_steps(&self) -> bool {
        true
    }

    fn expression(&mut self, mark: Mark) {
        self.reached.insert(mark);
    }

    fn head(&mut self, mark: Mark) {
        self.reached.insert(mark);
    }
}

impl Cover {
    /// The coverage of the policies of a set.
    pub(crate) fn report(&self, set: &PolicySet) -> Coverage {
        let plans = set.plans();
        let mut spans: BTreeMap<u32, BTreeMap<(u32, u32), bool>> = BTreeMap::new();
        for (mark, span) in plans.shown_marks() {
            let reached = self.reached.contains(&mark);
            let places = spans.entry(span.file).or_default();
            // The planner may plan a clause more than once.
            *places.entry((span.start, span.end)).or_default() |= reached;
        }
        let files = (0_u32..)
            .zip(set.sources())
            .map(|(number, (name, source))| {
                let lines = Rows::of(&source.text);
                let mut covered = Vec::new();
                let mut others = Vec::new();
                for (&(start, end), &reached) in spans.get(&number).into_iter().flatten() {
                    let lines = Lines {
                        start: lines.row(start),
                        end: lines.row(end.max(start + 1) - 1),
                    };
                    if reached {
                        covered.push(lines);
                    } else {
                        others.push(lines);
                    }
                }
                sort(&mut covered);
                sort(&mut others);
                others.retain(|lines| covered.binary_search(lines).is_err());
                FileCoverage {
                    file: name.clone(),
                    covered: joined(&covered),
                    not_covered: joined(&others),
                }
            });
        Coverage {
            files: files.collect(),
        }
    }
}

/// The positions of all line feeds of a text.
struct Rows(Vec<u32>);

impl Rows {
    fn of(text: &str) -> Self {
        let feeds = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self(
            feeds
                .map(|(at, _)| u32::try_from(at).unwrap_or(u32::MAX))
                .collect(),
        )
    }

    // The line of a byte, counted from 1.
    fn row(&self, at: u32) -> u32 {
        let before = self.0.partition_point(|feed| *feed < at);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }
}

// Joins sorted ranges of lines that overlap or touch.
fn joined(all: &[Lines]) -> Vec<Lines> {
    let mut joined: Vec<Lines> = Vec::new();
    for &lines in all {
        match joined.last_mut() {
            Some(last) if lines.start <= last.end.saturating_add(1) => {
                last.end = last.end.max(lines.end);
            }
            _ => joined.push(lines),
        }
    }
    joined
}
