//! S3-FIFO as its paper describes it (Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023, algorithm 1), for
//! entries of one size: made to be compared with, not to be fast.

use std::collections::{HashMap, VecDeque};

/// Most that a count of accesses comes to: it has two bits.
const MOST: u8 = 3;

/// Which keys the cache would hold.
pub(crate) struct S3Fifo {
    capacity: usize,
    /// Accesses since a key came in or moved, of each key that is held.
    accesses: HashMap<u32, u8>,
    /// A tenth of the capacity, for what is new; the oldest first.
    small: VecDeque<u32>,
    /// The rest, for what was used again.
    main: VecDeque<u32>,
    /// Keys that left the small queue unused, as many as the main queue holds, and when each left.
    ghosts: HashMap<u32, u64>,
    /// In the order in which they left. One that came back is passed over when its turn comes.
    ghost: VecDeque<(u32, u64)>,
    left: u64,
}

impl S3Fifo {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            accesses: HashMap::new(),
            small: VecDeque::new(),
            main: VecDeque::new(),
            ghosts: HashMap::new(),
            ghost: VecDeque::new(),
            left: 0,
        }
    }

    /// Reads a key, which comes in if it is not there; whether it was.
    pub(crate) fn request(&mut self, key: u32) -> bool {
        if let Some(count) = self.accesses.get_mut(&key) {
            *count = MOST.min(*count + 1);
            return true;
        }
        while self.small.len() + self.main.len() >= self.capacity {
            self.evict();
        }
        self.accesses.insert(key, 0);
        if self.ghosts.remove(&key).is_some() {
            self.main.push_back(key);
        } else {
            self.small.push_back(key);
        }
        false
    }

    fn small_capacity(&self) -> usize {
        (self.capacity / 10).max(1)
    }

    fn main_capacity(&self) -> usize {
        self.capacity - self.small_capacity()
    }

    fn evict(&mut self) {
        if self.small.len() >= self.small_capacity() {
            self.evict_small();
        } else {
            self.evict_main();
        }
    }

    /// The oldest of the small queue that was not used again goes; those before it move to the main queue.
    fn evict_small(&mut self) {
        while let Some(key) = self.small.pop_front() {
            if self.accesses.get(&key).is_some_and(|&count| count > 1) {
                if self.main.len() >= self.main_capacity() {
                    self.evict_main();
                }
                self.accesses.insert(key, 0);
                self.main.push_back(key);
            } else {
                self.accesses.remove(&key);
                self.remember(key);
                return;
            }
        }
    }

    /// The oldest of the main queue that was not used goes; those before it become the newest.
    fn evict_main(&mut self) {
        while let Some(key) = self.main.pop_front() {
            match self.accesses.get_mut(&key) {
                Some(count) if *count > 0 => {
                    *count -= 1;
                    self.main.push_back(key);
                }
                _ => {
                    self.accesses.remove(&key);
                    return;
                }
            }
        }
    }

    fn remember(&mut self, key: u32) {
        self.left += 1;
        self.ghosts.insert(key, self.left);
        self.ghost.push_back((key, self.left));
        while self.ghosts.len() > self.main_capacity() {
            if let Some((oldest, left)) = self.ghost.pop_front()
                && self.ghosts.get(&oldest) == Some(&left)
            {
                self.ghosts.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten entries: one new, nine used again.
    fn hits(keys: &[u32]) -> Vec<bool> {
        let mut cache = S3Fifo::new(10);
        keys.iter().map(|&key| cache.request(key)).collect()
    }

    #[test]
    fn one_time_keys_push_out_nothing_that_was_used_twice_again() {
        let used: Vec<u32> = (0..9).flat_map(|key| [key, key, key]).collect();
        let scan: Vec<u32> = (100..200).collect();
        let again: Vec<u32> = (0..9).collect();
        let hits = hits(&[used, scan, again].concat());
        assert_eq!(hits[hits.len() - 9..], [true; 9]);
    }

    #[test]
    fn a_key_that_was_used_once_goes_and_comes_back_to_the_main_queue() {
        let fill: Vec<u32> = (0..10).collect();
        // 10 pushes 0 out, which is a ghost and comes back for good; a scan then does not reach it.
        let scan: Vec<u32> = (100..130).collect();
        let hits = hits(&[fill, vec![10, 0], scan, vec![0, 1]].concat());
        assert_eq!(hits[hits.len() - 2..], [true, false]);
    }

    #[test]
    fn as_many_ghosts_as_the_main_queue_has_room_for() {
        let mut cache = S3Fifo::new(10);
        for key in 0..30 {
            cache.request(key);
        }
        assert_eq!((cache.ghosts.len(), cache.accesses.len()), (9, 10));
        assert!(cache.ghosts.contains_key(&11) && !cache.ghosts.contains_key(&10));
    }
}
