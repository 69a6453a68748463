//! What an evaluation tells beside its answer: what policies printed, and what it took.

use crate::error::Error;
use crate::rego::eval::Watch;
use crate::rego::plan::Query;
use crate::rego::plan::ir::Mark;
use crate::rego::value::{Value, text};
use crate::set::PolicySet;
use std::time::Duration;

/// Most prints that a report keeps, and most bytes of their texts. The memory limit of the evaluation bounds what is printed.
const MAX_PRINTS: usize = 1000;
const MAX_PRINT_BYTES: usize = 64 << 10;

/// One `print(...)` of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Print {
    /// The policy, by the name it was loaded under; `<query>` for the text of a query.
    pub file: String,
    /// The line in it, counted from 1.
    pub line: u32,
    /// The values, as OPA prints them.
    pub text: String,
}

/// What policies printed, in the order in which they did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Prints {
    /// The first ones: 1000 and 64 KiB of texts at most.
    pub kept: Vec<Print>,
    /// How many more there were.
    pub dropped: usize,
}

/// What the decision cache had to do with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CacheUse {
    /// It was not asked: the engine has none, or the answer is not one that it keeps.
    Off,
    /// It was asked and had no answer.
    Miss,
    /// It gave the answer; nothing was evaluated.
    Hit,
}

impl CacheUse {
    /// The name that every binding reports: `off`, `miss` or `hit`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Miss => "miss",
            Self::Hit => "hit",
        }
    }
}

/// What an answer took.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metrics {
    /// The evaluation alone; zero where the decision cache had the answer, or the input was wrong.
    pub evaluation: Duration,
    /// Reading the input; zero where there was none, or the decision cache had the answer.
    pub input: Duration,
    /// Building the serving set of policies and data, when it was loaded.
    pub compile: Duration,
    /// What the decision cache had to do with it.
    pub decision_cache: CacheUse,
}

impl Metrics {
    /// Before anything was done.
    pub(crate) const fn new(compile: Duration) -> Self {
        Self {
            evaluation: Duration::ZERO,
            input: Duration::ZERO,
            compile,
            decision_cache: CacheUse::Off,
        }
    }
}

/// An answer and what was seen on the way to it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Trace<T> {
    /// The answer, as `evaluate` gives it.
    pub answer: Result<Option<T>, Error>,
    /// What policies printed. Of an evaluation that took too much memory nothing is left.
    pub prints: Prints,
    /// What it took.
    pub metrics: Metrics,
}

/// Gathers prints: the first ones, until they are too many or too long.
#[derive(Debug, Default)]
pub(crate) struct Record {
    kept: Vec<(Mark, String)>,
    bytes: usize,
    dropped: usize,
}

impl Watch for Record {
    fn print(&mut self, mark: Mark, values: &[Option<Value>]) {
        let text = text_of(values);
        self.bytes = self.bytes.saturating_add(text.len());
        if self.dropped > 0 || self.kept.len() >= MAX_PRINTS || self.bytes > MAX_PRINT_BYTES {
            self.dropped += 1;
        } else {
            self.kept.push((mark, text));
        }
    }
}

impl Record {
    /// The prints with their places, those of a query that was planned by itself included.
    pub(crate) fn prints(&mut self, set: &PolicySet, query: Option<&Query>) -> Prints {
        let kept = std::mem::take(&mut self.kept)
            .into_iter()
            .map(|(mark, text)| {
                let (file, line) = match set.place_of(query, mark) {
                    Some((file, span)) => (file.to_owned(), span.row),
                    None => (String::new(), 0),
                };
                Print { file, line, text }
            });
        Prints {
            kept: kept.collect(),
            dropped: self.dropped,
        }
    }
}

// As OPA prints: strings without quotes, all else as its text.
fn text_of(values: &[Option<Value>]) -> String {
    let texts: Vec<String> = values
        .iter()
        .map(|value| match value {
            None => "<undefined>".to_owned(),
            Some(Value::String(text)) => text.to_string(),
            Some(value) => text::begin_of(value, MAX_PRINT_BYTES),
        })
        .collect();
    texts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_are_bounded_in_number_and_bytes() {
        let mut many = Record::default();
        for _ in 0..MAX_PRINTS + 5 {
            many.print(0, &[Some(Value::from("x")), None]);
        }
        assert_eq!((many.kept.len(), many.dropped), (MAX_PRINTS, 5));
        assert_eq!(many.kept[0].1, "x <undefined>");
        let mut long = Record::default();
        for _ in 0..4 {
            long.print(0, &[Some(Value::from("x".repeat(MAX_PRINT_BYTES / 2)))]);
        }
        assert_eq!((long.kept.len(), long.dropped), (2, 2));
    }
}
