//! The bounds of a parse: how deep it may go, and how much work it may be.

use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::token::Token;

/// Readings for each byte of a source: most need two or three. Only nested readings that all fail need more.
const STEPS_PER_BYTE: u64 = 16;
/// Readings that a small source may need.
const STEPS: u64 = 200_000;

/// What a parse may use, and has used.
pub(super) struct Limits {
    max_depth: u32,
    depth: u32,
    /// How high the tree is that was read last.
    pub(super) height: u32,
    steps: u64,
    /// Why the parse is over. Nothing is read any more then.
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

/// The highest of some trees that become one.
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
    /// Goes one level down, unless there are too many.
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

    /// Reads one level down.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.enter()?;
        let result = read(self);
        self.leave();
        result
    }

    /// The tree that was read last now has these below it.
    pub(super) fn grow(&mut self, below: Height) -> Option<()> {
        self.limits.height = below.0 + 1;
        if self.limits.height > self.limits.max_depth {
            self.too_deep();
            return None;
        }
        Some(())
    }

    /// Counts work. Says whether the parse may go on.
    pub(super) fn step(&mut self, steps: u64) -> bool {
        if self.limits.stopped.is_some() {
            return false;
        }
        if let Some(left) = self.limits.steps.checked_sub(steps) {
            self.limits.steps = left;
            return true;
        }
        let message =
            "the source needs too many readings: blocks, sets and comprehensions nest too deep";
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
