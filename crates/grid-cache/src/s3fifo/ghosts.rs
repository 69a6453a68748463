//! Hashes of recently evicted keys, in the order of eviction.
//!
//! A key takes 12 bytes with its bucket; a map of hashes and times takes 22. Two keys of the same hash are confused, once in four billion
//! pairs: then a new entry stays a little longer than others.

use std::collections::{TryReserveError, VecDeque};

use crate::slab::index::{Chained, Index};
use crate::slab::{NONE, growth_step};

/// Ghosts are numbered in 31 bits, cyclically; at any time there are fewer, as there are entries.
const NUMBERS: u32 = (1 << 31) - 1;

/// Replaces the next of a chain: the key has returned, and its ghost is in no chain.
const TAKEN: u32 = NONE - 1;

/// An evicted key.
#[derive(Clone, Copy)]
pub(crate) struct Ghost {
    hash: u32,
    /// The next ghost of the same bucket.
    chain: u32,
}

/// All ghosts, the oldest first; `first` is its number.
struct Line {
    ghosts: VecDeque<Ghost>,
    first: u32,
}

impl Line {
    fn place(&self, number: u32) -> Option<usize> {
        (number <= NUMBERS).then_some((number.wrapping_sub(self.first) & NUMBERS) as usize)
    }

    fn get(&self, number: u32) -> Option<&Ghost> {
        self.ghosts.get(self.place(number)?)
    }
}

impl Chained for Line {
    fn hash_and_next(&self, number: u32) -> Option<(u32, u32)> {
        self.get(number).map(|ghost| (ghost.hash, ghost.chain))
    }

    fn set_next(&mut self, number: u32, next: u32) {
        if let Some(place) = self.place(number)
            && let Some(ghost) = self.ghosts.get_mut(place)
        {
            ghost.chain = next;
        }
    }
}

/// Ghosts and their index.
pub(crate) struct Ghosts {
    line: Line,
    index: Index,
}

impl Ghosts {
    /// No ghosts, and no memory for any.
    pub(crate) const fn new() -> Self {
        Self {
            line: Line {
                ghosts: VecDeque::new(),
                first: 0,
            },
            index: Index::new(),
        }
    }

    /// Number of ghosts, including those whose key has returned.
    pub(crate) fn len(&self) -> usize {
        self.line.ghosts.len()
    }

    /// Adds a key as the newest. Without memory nothing changes: a lost ghost costs little.
    pub(crate) fn push(&mut self, hash: u32) {
        if self.reserve().is_err() {
            return;
        }
        let number = self.line.first.wrapping_add(self.len() as u32) & NUMBERS;
        self.line.ghosts.push_back(Ghost { hash, chain: NONE });
        let len = self.len();
        self.index.insert(&mut self.line, number, len);
    }

    /// Removes a key that has returned; returns whether it was there. Its place in the order stays, empty.
    pub(crate) fn take(&mut self, hash: u32) -> bool {
        let mut number = self.index.first(hash);
        while let Some(&ghost) = self.line.get(number) {
            if ghost.hash == hash {
                self.index.remove(&mut self.line, number);
                self.line.set_next(number, TAKEN);
                return true;
            }
            number = ghost.chain;
        }
        false
    }

    /// Forgets the oldest.
    pub(crate) fn drop_oldest(&mut self) {
        let first = self.line.first;
        let Some(oldest) = self.line.get(first) else {
            return;
        };
        if oldest.chain != TAKEN {
            self.index.remove(&mut self.line, first);
        }
        self.line.ghosts.pop_front();
        self.line.first = first.wrapping_add(1) & NUMBERS;
    }

    /// The same ghosts in a block of their size, as far as there is memory.
    pub(crate) fn packed(&self) -> Self {
        let mut packed = Self::new();
        for ghost in &self.line.ghosts {
            packed.push(ghost.hash);
            if ghost.chain == TAKEN {
                packed.take_newest();
            }
        }
        packed
    }

    /// Removes the newest.
    fn take_newest(&mut self) {
        let Some(back) = self.len().checked_sub(1) else {
            return;
        };
        let number = self.line.first.wrapping_add(back as u32) & NUMBERS;
        self.index.remove(&mut self.line, number);
        self.line.set_next(number, TAKEN);
    }

    /// Gets memory for one more.
    fn reserve(&mut self) -> Result<(), TryReserveError> {
        let ghosts = &mut self.line.ghosts;
        let len = ghosts.len();
        if len == ghosts.capacity() {
            ghosts.try_reserve_exact(growth_step(len))?;
        }
        self.index.reserve(len + 1)
    }

    /// A fault of the chains, if there is one.
    pub(crate) fn fault(&self) -> Option<String> {
        let number = |place: usize| self.line.first.wrapping_add(place as u32) & NUMBERS;
        let lost = self.line.ghosts.iter().enumerate().find(|&(place, ghost)| {
            let mut at = self.index.first(ghost.hash);
            let mut steps = 0..self.len();
            while at != number(place)
                && steps.next().is_some()
                && let Some(other) = self.line.get(at)
            {
                at = other.chain;
            }
            (at == number(place)) == (ghost.chain == TAKEN)
        });
        lost.map(|(place, _)| format!("the ghost at {place} is not where its bucket says"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push_all(ghosts: &mut Ghosts, hashes: impl IntoIterator<Item = u32>) {
        hashes.into_iter().for_each(|hash| ghosts.push(hash));
    }

    #[test]
    fn a_key_comes_back_once_and_keeps_its_place() {
        let mut ghosts = Ghosts::new();
        push_all(&mut ghosts, [1, 2, 3]);
        assert!(ghosts.take(2) && !ghosts.take(2) && !ghosts.take(4));
        assert_eq!((ghosts.len(), ghosts.fault()), (3, None));
        ghosts.drop_oldest();
        assert!(!ghosts.take(1));
        ghosts.drop_oldest();
        assert_eq!(ghosts.len(), 1);
        assert!(ghosts.take(3));
        ghosts.drop_oldest();
        ghosts.drop_oldest();
        assert_eq!((ghosts.len(), ghosts.take(3)), (0, false));
    }

    #[test]
    fn two_keys_of_one_hash_are_two_ghosts() {
        let mut ghosts = Ghosts::new();
        push_all(&mut ghosts, [7, 7]);
        ghosts.drop_oldest();
        assert_eq!(ghosts.fault(), None);
        assert!(ghosts.take(7) && !ghosts.take(7));
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri takes minutes for it")]
    fn a_line_that_moves_on_past_the_last_number_loses_nothing() {
        let mut ghosts = Ghosts::new();
        ghosts.line.first = NUMBERS - 50;
        let hash = |n: u32| n.wrapping_mul(0x9E37_79B9);
        for n in 0..200 {
            ghosts.push(hash(n));
            if n % 3 == 0 {
                assert!(ghosts.take(hash(n)), "{n}");
            }
            if n >= 40 {
                ghosts.drop_oldest();
            }
            assert_eq!(ghosts.fault(), None, "at {n}");
        }
        assert!(ghosts.line.first < 200, "the numbers started again");
        let mut packed = ghosts.packed();
        assert_eq!((packed.len(), packed.fault()), (40, None));
        for n in 0..200 {
            assert_eq!(packed.take(hash(n)), n >= 160 && n % 3 != 0, "{n}");
        }
    }
}
