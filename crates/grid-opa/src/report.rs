//! Reports of an evaluation: prints of policies, and metrics.

use crate::error::Error;
use crate::rego::eval::Watch;
use crate::rego::plan::Query;
use crate::rego::plan::ir::Mark;
use crate::rego::value::{Value, text};
use crate::set::PolicySet;
use std::time::Duration;

/// Limits of the prints that a report keeps: their number, and the bytes of their texts. The memory limit of the evaluation also applies.
const MAX_PRINTS: usize = 1000;
const MAX_PRINT_BYTES: usize = 64 << 10;

/// One `print(...)` of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Print {
    /// The name under which the policy was loaded; `<query>` for the text of a query.
    pub file: String,
    /// The line in the file, counted from 1.
    pub line: u32,
    /// The values, as OPA prints them.
    pub text: String,
}

/// The prints of policies, in evaluation order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Prints {
    /// The first prints: at most 1000, and at most 64 KiB of text.
    pub kept: Vec<Print>,
    /// The number of further prints.
    pub dropped: usize,
}

/// The use of the decision cache for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CacheUse {
    /// The cache was not used: the engine has none, or it does not cache this answer.
    Off,
    /// The cache had no answer.
    Miss,
    /// The answer came from the cache; nothing was evaluated.
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

/// The metrics of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metrics {
    /// The time of the evaluation alone; zero if the decision cache had the answer, or the input was invalid.
    pub evaluation: Duration,
    /// The time of reading the input; zero without an input, or if the decision cache had the answer.
    pub input: Duration,
    /// The time of building the serving set of policies and data, when it was loaded.
    pub compile: Duration,
    /// The use of the decision cache.
    pub decision_cache: CacheUse,
}

impl Metrics {
    /// Metrics before an evaluation.
    pub(crate) const fn new(compile: Duration) -> Self {
        Self {
            evaluation: Duration::ZERO,
            input: Duration::ZERO,
            compile,
            decision_cache: CacheUse::Off,
        }
    }
}

/// An answer, with prints and metrics.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Trace<T> {
    /// The answer, as `evaluate` returns it.
    pub answer: Result<Option<T>, Error>,
    /// The prints of policies; empty if the evaluation took too much memory.
    pub prints: Prints,
    /// The metrics.
    pub metrics: Metrics,
}

/// Collects prints until there are too many or their texts are too long.
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
    /// The prints with their places, including places in a separately planned query.
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

// Joins values as OPA prints them: strings without quotes, other values as their text.
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
