//! How an evaluation came to its answer: its steps, and the notes of `trace(...)`.

use crate::error::Error;
use crate::rego::eval::Watch;
use crate::rego::plan::Query;
use crate::rego::plan::ir::Mark;
use crate::set::PolicySet;

/// Maximum number of events that an explanation keeps.
const MAX_EVENTS: usize = 10_000;
/// Maximum bytes of the notes that an explanation keeps.
const MAX_NOTE_BYTES: usize = 64 << 10;

/// What an explanation contains.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExplainMode {
    /// The notes of `trace(...)` alone.
    #[default]
    Notes,
    /// All steps.
    Full,
}

/// The kind of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    /// An expression is evaluated.
    Eval,
    /// A clause of a rule has a value.
    Exit,
    /// `trace` is called.
    Note,
}

impl EventKind {
    /// The name that every binding reports: `eval`, `exit` or `note`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Eval => "eval",
            Self::Exit => "exit",
            Self::Note => "note",
        }
    }
}

/// One event of an evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// The kind.
    pub kind: EventKind,
    /// The name under which the policy was loaded; `<query>` for the text of a query.
    pub file: String,
    /// The line where the expression or the head begins, counted from 1.
    pub line: u32,
    /// The source text of the expression or the head; of a note its message.
    pub text: String,
}

/// The events of an evaluation, with its answers.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Explanation {
    /// All answers, as [`Engine::trace_all_json`](crate::Engine::trace_all_json) returns them.
    pub answer: Result<String, Error>,
    /// The first events, in the order of the evaluation: at most 10,000, and at most 64 KiB of notes.
    pub events: Vec<Event>,
    /// The number of further events.
    pub dropped: usize,
}

/// Collects events.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    mode: ExplainMode,
    kept: Vec<(EventKind, Mark, Option<String>)>,
    /// The expression that is evaluated.
    now: Mark,
    note_bytes: usize,
    dropped: usize,
}

impl Steps {
    pub(crate) fn new(mode: ExplainMode) -> Self {
        Self {
            mode,
            ..Self::default()
        }
    }

    fn add(&mut self, kind: EventKind, mark: Mark, note: Option<String>) {
        if self.kept.len() < MAX_EVENTS && self.note_bytes <= MAX_NOTE_BYTES {
            self.kept.push((kind, mark, note));
        } else {
            self.dropped += 1;
        }
    }

    /// A note of the expression that is evaluated.
    pub(crate) fn note(&mut self, text: &str) {
        self.note_bytes = self.note_bytes.saturating_add(text.len());
        self.add(EventKind::Note, self.now, Some(text.to_owned()));
    }

    /// The events with their places, and the number of those that were dropped.
    pub(crate) fn events(
        self,
        set: &PolicySet,
        query: Option<(&Query, &str)>,
    ) -> (Vec<Event>, usize) {
        let events = self.kept.into_iter().map(|(kind, mark, note)| {
            let place = set.place_of(query.map(|(query, _)| query), mark);
            let (file, span) = place.unwrap_or_default();
            let source = set.sources().get(file).map(|source| &*source.text);
            let source = source.or(query.map(|(_, text)| text)).unwrap_or_default();
            Event {
                kind,
                file: file.to_owned(),
                line: span.row,
                text: note.unwrap_or_else(|| span.text(source).to_owned()),
            }
        });
        (events.collect(), self.dropped)
    }
}

/// Observes an evaluation for [`Steps`], which the notes also reach.
pub(crate) struct StepWatch<'s>(pub(crate) &'s std::cell::RefCell<Steps>);

impl Watch for StepWatch<'_> {
    fn sees_steps(&self) -> bool {
        true
    }

    fn expression(&mut self, mark: Mark) {
        let mut steps = self.0.borrow_mut();
        steps.now = mark;
        if steps.mode == ExplainMode::Full {
            steps.add(EventKind::Eval, mark, None);
        }
    }

    fn head(&mut self, mark: Mark) {
        let mut steps = self.0.borrow_mut();
        if steps.mode == ExplainMode::Full {
            steps.add(EventKind::Exit, mark, None);
        }
    }
}
