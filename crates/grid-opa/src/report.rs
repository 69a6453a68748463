//! What an evaluation tells beside its answer: what policies printed, and what it took.

use crate::diagnostic::{QUERY, REGORUS_QUERY};
use crate::error::Error;
use crate::evaluate::Watch;
use std::time::{Duration, Instant};

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

/// How an answer was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Way {
    /// By the plan of the rule.
    Plan,
    /// By the core, which a plan that was not sure leaves it to.
    #[default]
    Core,
}

impl Way {
    /// The name that every binding reports: `plan` or `core`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Core => "core",
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
    /// How the answer was found.
    pub path: Way,
}

impl Metrics {
    /// Before anything was done.
    pub(crate) const fn new(compile: Duration) -> Self {
        Self {
            evaluation: Duration::ZERO,
            input: Duration::ZERO,
            compile,
            decision_cache: CacheUse::Off,
            path: Way::Core,
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

/// Gathers prints and the time of an evaluation.
#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) prints: Prints,
    pub(crate) time: Duration,
    /// What reading the input took.
    pub(crate) input: Duration,
    pub(crate) path: Way,
    begun: Option<Instant>,
}

impl Watch for Record {
    fn clock(&self) -> Option<Instant> {
        Some(Instant::now())
    }

    fn read(&mut self, begun: Option<Instant>) {
        self.input += since(begun);
    }

    fn planned(&mut self, begun: Option<Instant>) {
        self.time = since(begun);
        self.path = Way::Plan;
    }

    fn begin(&mut self, _: &mut regorus::Engine) {
        self.begun = Some(Instant::now());
    }

    fn end(&mut self, engine: &mut regorus::Engine) {
        self.time = since(self.begun);
        // The core never fails to give them.
        self.prints = bounded(engine.take_prints().unwrap_or_default());
    }
}

fn since(begun: Option<Instant>) -> Duration {
    begun.map_or(Duration::ZERO, |begun| begun.elapsed())
}

fn bounded(texts: Vec<String>) -> Prints {
    let all = texts.len();
    let mut bytes = 0_usize;
    let kept: Vec<Print> = texts
        .into_iter()
        .take(MAX_PRINTS)
        .map(|text| read(&text))
        .take_while(|print| {
            bytes = bytes.saturating_add(print.text.len());
            bytes <= MAX_PRINT_BYTES
        })
        .collect();
    Prints {
        dropped: all - kept.len(),
        kept,
    }
}

// The core gives `file:line: text`. A name may hold colons: it ends with the first number between two of them.
fn read(text: &str) -> Print {
    let place = text.match_indices(": ").find_map(|(at, _)| {
        let (place, text) = (text.get(..at)?, text.get(at + 2..)?);
        let (file, line) = place.rsplit_once(':')?;
        Some((file, line.parse().ok()?, text))
    });
    let (file, line, text) = place.unwrap_or(("", 0, text));
    let file = if file == REGORUS_QUERY { QUERY } else { file };
    Print {
        file: file.to_owned(),
        line,
        text: text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_print_has_a_place_and_a_text() {
        for (text, file, line, rest) in [
            ("p.rego:3: a: 1: b", "p.rego", 3, "a: 1: b"),
            ("a: b:7: ", "a: b", 7, ""),
            ("c:/x:12: y\nz", "c:/x", 12, "y\nz"),
            ("<query.rego>:1: x", "<query>", 1, "x"),
        ] {
            let print = read(text);
            assert_eq!(
                (print.file.as_str(), print.line, print.text.as_str()),
                (file, line, rest)
            );
        }
    }

    #[test]
    fn prints_are_bounded_in_number_and_bytes() {
        let many = bounded(vec!["p:1: x".to_owned(); MAX_PRINTS + 5]);
        assert_eq!((many.kept.len(), many.dropped), (MAX_PRINTS, 5));
        let long = format!("p:1: {}", "x".repeat(MAX_PRINT_BYTES / 2));
        let long = bounded(vec![long; 4]);
        assert_eq!((long.kept.len(), long.dropped), (2, 2));
    }
}
