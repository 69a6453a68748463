//! The limits of a parse: its depth and its work.

use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::token::Token;

/// The number of readings per byte of a source. Most sources need two or three. Only nested readings that all fail need more.
const STEPS_PER_BYTE: u64 = 16;
/// The number of readings for a source of any size.
const STEPS: u64 = 200_000;

/// The limits of a parse, and their current use.
pub(super) struct Limits {
    max_depth: u32,
    depth: u32,
    /// The height of the last tree that was read.
    pub(super) height: u32,
    steps: u64,
    /// Why the parse ended early. Nothing is read after that.
    pub(super) stopped: Option<Fault>,
}

impl Limits {
    pub(super) const fn new(max_depth: u32, length: usize) -> Self {
        Self {
            max_depth,
            depth: 0,
            height: 0,
            steps: STEPS + STEPS_PER_BYTE * length as u64,
            stopped: None,
        }
    }
}

/// The maximum height of several trees.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Height(u32);

impl Height {
    pub(super) const fn get(self) -> u32 {
        self.0
    }

    pub(super) const fn add(&mut self, height: u32) {
        if height > self.0 {
            self.0 = height;
        }
    }
}

impl Parser<'_> {
    /// Enters one level, unless the limit is reached.
    pub(super) fn enter(&mut self) -> Option<()> {
        if self.limits.depth >= self.limits.max_depth {
            self.too_deep();
            return None;
        }
        self.limits.depth += 1;
        Some(())
    }

    pub(super) const fn leave(&mut self) {
        self.limits.depth -= 1;
    }

    /// Reads one level deeper.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.enter()?;
        let result = read(self);
        self.leave();
        result
    }

    /// Sets the height of the last tree from those below it.
    pub(super) fn grow(&mut self, below: Height) -> Option<()> {
        self.limits.height = below.0 + 1;
        if self.limits.height > self.limits.max_depth {
            self.too_deep();
            return None;
        }
        Some(())
    }

    /// Counts work. Returns whether the parse may continue.
    pub(super) fn step(&mut self, steps: u64) -> bool {
        if self.limits.stopped.is_some() {
            return false;
        }
        if let Some(left) = self.limits.steps.checked_sub(steps) {
            self.limits.steps = left;
            return true;
        }
        let message = "the source needs too many parse attempts: blocks, sets and comprehensions nest too deep";
        self.stop(Code::Limit, message);
        false
    }

    #[cold]
    fn too_deep(&mut self) {
        self.stop(Code::Nesting, "the source nests too deep");
    }

    #[cold]
    pub(super) fn stop(&mut self, code: Code, message: &str) {
        if self.limits.stopped.is_none() {
            self.limits.stopped = Some(Fault::new(code, message, self.now.span));
            self.now.token = Token::Illegal;
        }
    }
}
