//! The state of a cache, for one thread at a time: the table of entries, the caps, counts, queues of events and leases.
//!
//! Only a broken link can panic here, and no code of a caller runs inside; so a lock around it is not poisoned.

use std::sync::Arc;

use crate::after::After;
use crate::clock::Clock;
use crate::events::Queue;
use crate::leases::{Leases, Wake};
use crate::limits::{Limits, Settings};
use crate::s3fifo::Usage;
use crate::slab::NO_DEADLINE;
use crate::table::{Life, Table};
use crate::value::Value;
use crate::{Error, Reason, Stats, Ttl};

mod removal;

/// All of a cache except its lock. A read writes to few cache lines, since concurrent readers pass these lines between them: the first one
/// has `reads` and the ends of the order of use, at the beginning of `table`. The lock has its own line: threads that wait for it would
/// slow down the thread that has it.
#[repr(C, align(64))]
pub(crate) struct Store {
    reads: Reads,
    pub(crate) table: Table,
    /// The current caps.
    limits: Limits,
    /// The target of a running resize.
    pub(crate) goal: Limits,
    pub(crate) leases: Leases,
    stats: Stats,
    queues: Vec<Arc<Queue>>,
    after: Option<Box<After>>,
}

/// Counts of reads.
#[derive(Default)]
struct Reads {
    hits: u64,
    misses: u64,
}

impl Store {
    /// An empty store.
    pub(crate) fn new(settings: &Settings) -> Self {
        let limits = settings.limits;
        Self {
            reads: Reads::default(),
            limits,
            goal: limits,
            table: Table::new(settings.policy, settings.sliding),
            leases: Leases::default(),
            stats: Stats::default(),
            queues: Vec::new(),
            after: None,
        }
    }

    /// The current caps.
    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    /// The work to do after the lock is released.
    pub(crate) fn take_after(&mut self) -> Option<Box<After>> {
        self.after.take()
    }

    /// Wakes the waiters of leases after the lock is released.
    pub(crate) fn wake_later(&mut self, waiting: Vec<Wake>) {
        if !waiting.is_empty() {
            self.after.get_or_insert_default().wakes.extend(waiting);
        }
    }

    /// Empties the store after a panic; caps, counts and subscriptions stay, and pending wakes still run.
    pub(crate) fn reset(&mut self) {
        self.stats.cleared += self.table.len() as u64;
        self.table = self.table.new_alike();
        let waiting = self.leases.end_all();
        self.wake_later(waiting);
    }

    /// The counts and the current size.
    pub(crate) fn stats(&self) -> Stats {
        Stats {
            hits: self.reads.hits,
            misses: self.reads.misses,
            entries: self.table.len(),
            bytes: self.table.bytes(),
            max_entries: self.limits.max_entries,
            max_bytes: self.limits.max_bytes,
            leases: self.leases.len(),
            ..self.stats
        }
    }

    /// Counts a refused entry.
    pub(crate) fn count_refused(&mut self) {
        self.stats.refused += 1;
    }

    /// Sends events to a queue from now on.
    pub(crate) fn add_queue(&mut self, queue: Arc<Queue>) {
        self.queues.retain(|queue| !queue.has_ended());
        self.queues.push(queue);
    }

    /// Inserts an entry as the newest.
    pub(crate) fn set(
        &mut self,
        hash: u32,
        key: &str,
        value: Value,
        ttl: Ttl,
        clock: &Clock,
    ) -> Result<(), Error> {
        let now = self.now(ttl != Ttl::NEVER, clock);
        self.put(hash, key, value, Life::starting(now, ttl), None, now)
    }

    /// The time, or 0 if nothing has a deadline: a read of the clock costs tens of nanoseconds.
    pub(crate) fn now(&self, needed: bool, clock: &Clock) -> u64 {
        if needed || self.table.has_deadlines() {
            clock.now()
        } else {
            0
        }
    }

    /// Inserts an entry as the newest, with a life and, if it is not new to the policy, a usage. Room is made before; if it cannot be
    /// inserted, nothing changes.
    pub(crate) fn put(
        &mut self,
        hash: u32,
        key: &str,
        value: Value,
        life: Life,
        mut usage: Option<Usage>,
        now: u64,
    ) -> Result<(), Error> {
        let cost = self.table.cost(&value);
        if cost > self.limits.max_bytes {
            self.count_refused();
            return Err(Error::EntryTooLarge {
                needed: cost,
                overhead: self.table.overhead(),
                max_bytes: self.limits.max_bytes,
            });
        }
        let old = self.table.find(hash, key);
        if old.is_none() && !self.is_full_for(cost) {
            self.table.reserve(self.limits.max_entries)?;
        }
        let mut updated = false;
        if let Some(number) = old {
            updated = self.table.deadline(number) > now;
            if updated {
                usage = self.table.usage(number).map(Usage::used);
            }
            self.discard(
                number,
                if updated {
                    Reason::Replaced
                } else {
                    Reason::Expired
                },
            );
        }
        self.make_room(cost, now);
        self.table.insert(hash, value, life, usage);
        if updated {
            self.stats.updates += 1;
        } else {
            self.stats.inserts += 1;
        }
        self.stats.peak_entries = self.stats.peak_entries.max(self.table.len());
        self.stats.peak_bytes = self.stats.peak_bytes.max(self.table.bytes());
        self.end_lease(key);
        self.table.compact_if_sparse();
        Ok(())
    }

    /// The value of a key, which becomes the newest. An expired one is removed instead.
    pub(crate) fn get(&mut self, hash: u32, key: &str, clock: &Clock) -> Option<&Value> {
        let Some((number, now)) = self.live(hash, key, clock) else {
            self.reads.misses += 1;
            return None;
        };
        self.used(number, now)
    }

    /// The same, but a miss is not counted.
    pub(crate) fn get_if_there(&mut self, hash: u32, key: &str, clock: &Clock) -> Option<&Value> {
        let (number, now) = self.live(hash, key, clock)?;
        self.used(number, now)
    }

    fn used(&mut self, number: u32, now: u64) -> Option<&Value> {
        self.table.touch(number, now);
        self.reads.hits += 1;
        self.table.value(number)
    }

    /// Removes a key; returns its value if it was there and not expired. It ends the key's lease too: the value that is being computed
    /// must not be stored.
    pub(crate) fn remove(&mut self, hash: u32, key: &str, clock: &Clock) -> Option<Value> {
        self.end_lease(key);
        let (number, _) = self.live(hash, key, clock)?;
        let value = self.table.value(number).cloned();
        self.discard(number, Reason::Deleted);
        self.table.compact_if_sparse();
        value
    }

    /// The same, also counted as a read.
    pub(crate) fn take(&mut self, hash: u32, key: &str, clock: &Clock) -> Option<Value> {
        let value = self.remove(hash, key, clock);
        match value {
            Some(_) => self.reads.hits += 1,
            None => self.reads.misses += 1,
        }
        value
    }

    /// The slot of a key that has not expired, and the time if it has a deadline, else 0. An expired one is removed.
    pub(crate) fn live(&mut self, hash: u32, key: &str, clock: &Clock) -> Option<(u32, u64)> {
        let number = self.table.find(hash, key)?;
        let deadline = self.table.deadline(number);
        if deadline == NO_DEADLINE {
            return Some((number, 0));
        }
        let now = clock.now();
        if deadline > now {
            return Some((number, now));
        }
        self.discard(number, Reason::Expired);
        self.table.compact_if_sparse();
        None
    }

    /// Finds a key without a change: its slot if it has not expired, and the time if it has a deadline, else 0.
    pub(crate) fn look(&self, hash: u32, key: &str, clock: &Clock) -> Option<(u32, u64)> {
        let number = self.table.find(hash, key)?;
        let deadline = self.table.deadline(number);
        let now = if deadline == NO_DEADLINE {
            0
        } else {
            clock.now()
        };
        (deadline > now).then_some((number, now))
    }

    /// Swaps the table for another, counted as cleared and inserted, and ends all leases; the caller frees the old one outside of the
    /// lock. The new one must be within the current caps.
    pub(crate) fn swap_table(&mut self, table: &mut Table) {
        self.stats.cleared += self.table.len() as u64;
        self.stats.inserts += table.len() as u64;
        let waiting = self.leases.end_all();
        self.wake_later(waiting);
        std::mem::swap(&mut self.table, table);
        self.stats.peak_entries = self.stats.peak_entries.max(self.table.len());
        self.stats.peak_bytes = self.stats.peak_bytes.max(self.table.bytes());
    }

    /// Ends the lease of a key that is written or removed: the value that its holder computes is older.
    pub(crate) fn end_lease(&mut self, key: &str) {
        if self.leases.len() > 0 {
            let waiting = self.leases.end(key);
            self.wake_later(waiting);
        }
    }
}
