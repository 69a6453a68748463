//! The results of cases: a child counts them, and its parent adds them up and prints them as a table.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write;

/// A fault, which may have been found several times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Finding {
    pub(crate) times: u64,
    /// Of the cases that show the fault, the one with the shortest text.
    pub(crate) case: u64,
    pub(crate) bytes: usize,
    pub(crate) text: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    pub(crate) cases: u64,
    /// Changes of policies or data that succeeded.
    pub(crate) loaded: u64,
    /// Questions with an answer; undefined is an answer.
    pub(crate) answered: u64,
    /// Errors by code.
    pub(crate) errors: BTreeMap<String, u64>,
    pub(crate) slowest_change_us: u64,
    pub(crate) slowest_question_us: u64,
    pub(crate) most_memory_kib: u64,
    /// By a key that identifies the fault: the place of a panic, or the property that does not hold.
    pub(crate) findings: BTreeMap<String, Finding>,
    /// The calls of builtins, and those of them that have a value.
    pub(crate) calls: BTreeMap<String, (u64, u64)>,
}

impl Tally {
    pub(crate) fn find(&mut self, key: String, finding: Finding) {
        match self.findings.get_mut(&key) {
            None => {
                self.findings.insert(key, finding);
            }
            Some(known) => {
                let times = known.times + finding.times;
                // The same case wins in any order of the children's ends.
                if (finding.bytes, finding.case) < (known.bytes, known.case) {
                    *known = finding;
                }
                known.times = times;
            }
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.cases += other.cases;
        self.loaded += other.loaded;
        self.answered += other.answered;
        for (code, times) in other.errors {
            *self.errors.entry(code).or_default() += times;
        }
        self.slowest_change_us = self.slowest_change_us.max(other.slowest_change_us);
        self.slowest_question_us = self.slowest_question_us.max(other.slowest_question_us);
        self.most_memory_kib = self.most_memory_kib.max(other.most_memory_kib);
        for (key, finding) in other.findings {
            self.find(key, finding);
        }
        for (name, (times, valued)) in other.calls {
            let known = self.calls.entry(name).or_default();
            *known = (known.0 + times, known.1 + valued);
        }
    }
}

/// A table with one line per kind.
pub(crate) fn table(tallies: &[(&str, Tally)]) -> String {
    const CODES: [&str; 6] = [
        "GRID_COMPILE",
        "GRID_INPUT",
        "GRID_EVALUATION",
        "GRID_LIMIT",
        "GRID_ARGUMENT",
        "GRID_INTERNAL",
    ];
    let mut rows = vec![vec![
        "kind".to_owned(),
        "cases".into(),
        "loaded".into(),
        "answered".into(),
    ]];
    let heads = CODES
        .iter()
        .map(|code| code.trim_start_matches("GRID_").to_lowercase());
    let ends = [
        "slowest change",
        "slowest question",
        "most memory",
        "findings",
    ];
    if let Some(head) = rows.first_mut() {
        head.extend(heads);
        head.extend(ends.map(str::to_owned));
    }
    for (kind, tally) in tallies {
        let mut row = vec![
            (*kind).to_owned(),
            tally.cases.to_string(),
            tally.loaded.to_string(),
            tally.answered.to_string(),
        ];
        row.extend(CODES.map(|code| tally.errors.get(code).copied().unwrap_or(0).to_string()));
        row.push(format!("{} ms", tally.slowest_change_us / 1000));
        row.push(format!("{} ms", tally.slowest_question_us / 1000));
        row.push(format!("{} MiB", tally.most_memory_kib / 1024));
        row.push(tally.findings.len().to_string());
        rows.push(row);
    }
    aligned(&rows)
}

/// A line for each family of builtins: its calls, and the share of those that had a value. Arguments that never fit find little.
pub(crate) fn calls(tallies: &[(&str, Tally)]) -> String {
    let mut text = String::new();
    for (kind, tally) in tallies.iter().filter(|(_, tally)| !tally.calls.is_empty()) {
        let shares = tally.calls.iter().map(|(name, (times, valued))| {
            let percent = 100 * valued / times.max(&1);
            format!("{name} {percent} % of {times}")
        });
        let shares = shares.collect::<Vec<_>>().join(", ");
        let _ = writeln!(text, "{kind}, calls with a value: {shares}");
    }
    text
}

fn aligned(rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(String::len)
            .max()
    };
    let mut text = String::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            let width = width(column).unwrap_or(0);
            let _ = write!(text, "{cell:width$}  ");
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}
