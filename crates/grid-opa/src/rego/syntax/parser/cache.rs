//! The terms that were read, by their offsets. Who goes back and reads a term again finds it, and where it ends.
//!
//! OPA keeps terms to read a list in time that began like a comprehension. Which errors it reports depends on what it finds, so this
//! keeps what OPA keeps.

use crate::rego::syntax::ast::{Term, TermKind};
use crate::rego::syntax::fault::Code;
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::parser::state::State;
use std::cell::Cell;
use std::rc::Rc;

/// More terms than this are not kept behind an error.
const MANY_TERMS: usize = 10_000;

/// The state behind a cached term. Who continues there changes it for whoever comes next, as in OPA.
pub(super) type Post = Rc<Cell<State>>;

/// A term that was read, by its offset: the innermost one last. One that starts later is forgotten as soon as one around it ends.
pub(super) struct Entry {
    offset: u32,
    /// Where the term ends.
    end: u32,
    before: State,
    post: Post,
    outcome: Outcome,
}

enum Outcome {
    /// No term was read.
    Failed,
    /// A term was read, and it was given away.
    Taken,
    /// A term was read, came back, and has this height.
    Kept(Box<Term>, u32),
}

pub(super) type Cache = Vec<Entry>;

impl Parser<'_> {
    /// Goes back to, or on to, a state.
    pub(super) fn restore(&mut self, state: State) {
        self.settle();
        self.now = state;
    }

    /// Writes the state back to where it is continued from.
    fn settle(&mut self) {
        if let Some(post) = self.continued.take() {
            post.set(self.now);
        }
    }

    /// Remembers the term that was read from a state to this one.
    pub(super) fn remember(&mut self, before: State, found: bool) {
        let offset = before.span.start;
        while self
            .cache
            .last()
            .is_some_and(|entry| entry.offset >= offset)
        {
            self.cache.pop();
        }
        self.cache.push(Entry {
            offset,
            end: self.now.last_end,
            before,
            post: Rc::new(Cell::new(self.now)),
            outcome: if found {
                Outcome::Taken
            } else {
                Outcome::Failed
            },
        });
    }

    /// Where a term was read from this offset: goes on behind it.
    pub(super) fn recall(&mut self) -> Option<Option<Term>> {
        let index = self.cached(self.now.span.start)?;
        let entry = self.cache.get_mut(index)?;
        let term = match std::mem::replace(&mut entry.outcome, Outcome::Taken) {
            Outcome::Failed => {
                entry.outcome = Outcome::Failed;
                None
            }
            Outcome::Kept(term, height) => {
                self.limits.height = height;
                Some(*term)
            }
            Outcome::Taken => {
                let (before, end) = (entry.before, entry.end);
                self.read_again(before, end)
            }
        };
        self.continue_behind(index);
        Some(term)
    }

    /// Goes to where the term at an offset ends, as if it had been found in the cache.
    pub(super) fn rejoin(&mut self, offset: u32) {
        if let Some(index) = self.cached(offset) {
            self.continue_behind(index);
        }
    }

    /// Gives a term back that its reader drops: whoever reads its place again takes it from the cache. The operands of operators
    /// are terms with places of their own.
    pub(super) fn give_back(&mut self, term: Term, height: u32) {
        let (start, end) = (term.span.start, term.span.end);
        let entry = self.cached(start).and_then(|i| self.cache.get_mut(i));
        if let Some(entry) = entry.filter(|entry| entry.end == end) {
            if matches!(entry.outcome, Outcome::Taken) {
                entry.outcome = Outcome::Kept(Box::new(term), height);
            }
        } else if let TermKind::Call(terms) = term.kind {
            for operand in terms.into_iter().skip(1) {
                self.give_back(operand, height.saturating_sub(1));
            }
        }
    }

    fn cached(&self, offset: u32) -> Option<usize> {
        self.cache
            .binary_search_by_key(&offset, |entry| entry.offset)
            .ok()
    }

    /// How much is cached: what is remembered from here on can be forgotten by [`Self::forget`].
    pub(super) const fn remembered(&self) -> usize {
        self.cache.len()
    }

    /// Forgets the terms that were read since and start before this token: nothing goes back to before them. Behind an error OPA
    /// finds it again where it finds the terms, so they stay.
    pub(super) fn forget(&mut self, since: usize) {
        if self.has_errors() && self.cache.len() < MANY_TERMS {
            return;
        }
        let here = self.now.span.start;
        let end = self.cache.partition_point(|entry| entry.offset < here);
        if since < end {
            self.cache.drain(since..end);
        }
    }

    /// Takes the terms out of the cache that start at an offset or later.
    pub(super) fn cut_cache(&mut self, offset: u32) -> Cache {
        let at = self.cache.partition_point(|entry| entry.offset < offset);
        self.cache.split_off(at)
    }

    /// Puts back what [`Self::cut_cache`] took out.
    pub(super) fn join_cache(&mut self, tail: Cache) {
        self.cache.extend(tail);
    }

    fn continue_behind(&mut self, index: usize) {
        self.settle();
        if let Some(entry) = self.cache.get(index) {
            self.now = entry.post.get();
            self.continued = Some(Rc::clone(&entry.post));
        }
    }

    /// Reads a term again that was given away. The outcome must be the same.
    fn read_again(&mut self, before: State, end: u32) -> Option<Term> {
        let now = self.now;
        let continued = self.continued.take();
        let cache = std::mem::take(&mut self.cache);
        self.now = before;
        let term = self.term();
        if term.is_none() || self.now.last_end != end {
            self.stop(Code::Limit, "a term has two readings");
        }
        self.cache = cache;
        self.continued = continued;
        self.now = now;
        term
    }
}
