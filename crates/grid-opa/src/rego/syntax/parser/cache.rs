//! A cache of terms, by offset. A reading that backtracks finds the terms that were read before, and their ends.
//!
//! With it, a list that began like a comprehension takes linear time. The errors that OPA reports depend on the cache, so this cache has
//! the same contents as OPA's.

use crate::rego::syntax::ast::{Term, TermKind};
use crate::rego::syntax::fault::Code;
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::parser::state::State;
use std::cell::Cell;
use std::rc::Rc;

/// After an error, at most this many terms are kept.
const MANY_TERMS: usize = 10_000;

/// The state after a cached term. As in OPA, a reading that continues there changes the state for later readings.
pub(super) type Post = Rc<Cell<State>>;

/// A cached term, by offset; the innermost term is the last. A term is forgotten when an enclosing term that starts earlier ends.
pub(super) struct Entry {
    offset: u32,
    /// The end of the term.
    end: u32,
    before: State,
    post: Post,
    outcome: Outcome,
}

enum Outcome {
    /// No term was read.
    Failed,
    /// A term was read and handed out.
    Taken,
    /// A term was read and given back; the number is its height.
    Kept(Box<Term>, u32),
}

pub(super) type Cache = Vec<Entry>;

impl Parser<'_> {
    /// Goes to a state, backward or forward.
    pub(super) fn restore(&mut self, state: State) {
        self.settle();
        self.now = state;
    }

    /// Writes the state back to the cache entry that it continues.
    fn settle(&mut self) {
        if let Some(post) = self.continued.take() {
            post.set(self.now);
        }
    }

    /// Caches the term between a state and the current one.
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

    /// If a term was read from this offset, continues after it.
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

    /// Goes to the end of the term at an offset, as if it had been found in the cache.
    pub(super) fn rejoin(&mut self, offset: u32) {
        if let Some(index) = self.cached(offset) {
            self.continue_behind(index);
        }
    }

    /// Gives back a term that its reader drops, so that a later reading at its place can take it from the cache. The operands of operators
    /// are terms with their own places.
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

    /// The size of the cache. [`Self::forget`] can forget the terms cached after this point.
    pub(super) const fn remembered(&self) -> usize {
        self.cache.len()
    }

    /// Forgets the terms that were read since and start before this token; nothing backtracks that far. After an error they stay, because
    /// OPA finds the error again through them.
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

    /// Removes the terms from the cache that start at an offset or later.
    pub(super) fn cut_cache(&mut self, offset: u32) -> Cache {
        let at = self.cache.partition_point(|entry| entry.offset < offset);
        self.cache.split_off(at)
    }

    /// Puts back the terms that [`Self::cut_cache`] removed.
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

    /// Reads a handed-out term again. The outcome must be the same.
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
