//! The reference: a list in the order of use (under S3-FIFO of insertion), with linear search.

use std::collections::{BTreeMap, VecDeque};

use grid_cache::{Event, Reason, Ttl};

use super::order::{Ghosts, Usage};
use super::step::{Kept, Setup};

/// The deadline of an entry that does not expire.
pub(crate) const NEVER: u64 = u64::MAX;

/// An entry with its deadline and usage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) value: Kept,
    pub(crate) deadline: u64,
    /// The TTL that a read renews.
    pub(crate) ttl: u64,
    pub(crate) usage: Usage,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) hits: u64,
    pub(crate) misses: u64,
    pub(crate) inserts: u64,
    pub(crate) updates: u64,
    pub(crate) evictions: u64,
    pub(crate) expirations: u64,
    pub(crate) deletes: u64,
    pub(crate) cleared: u64,
    pub(crate) refused: u64,
}

/// The refusal of an entry that is too large.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

pub(crate) struct Reference {
    pub(crate) setup: Setup,
    pub(crate) now: u64,
    /// Under LRU the least recently used first, under S3-FIFO the oldest of each queue before its others.
    pub(crate) entries: Vec<Entry>,
    pub(crate) ghosts: Ghosts,
    /// The end of the lease of each key, and the number of its waiters.
    pub(crate) leases: BTreeMap<String, (u64, usize)>,
    pub(crate) woken: usize,
    pub(crate) counts: Counts,
    /// The events of the cache. They only decide between entries that expire in the same microsecond.
    pub(crate) events: VecDeque<Event>,
    /// The first wrong event.
    pub(crate) fault: Option<String>,
}

impl Reference {
    pub(crate) fn new(setup: Setup) -> Self {
        Self {
            setup,
            now: 0,
            entries: Vec::new(),
            ghosts: Ghosts::default(),
            leases: BTreeMap::new(),
            woken: 0,
            counts: Counts::default(),
            events: VecDeque::new(),
            fault: None,
        }
    }

    pub(crate) fn cost(&self, entry: &Entry) -> usize {
        self.setup.policy.entry_overhead() + entry.key.len() + entry.value.as_ref().len()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.entries.iter().map(|entry| self.cost(entry)).sum()
    }

    pub(crate) fn position(&self, key: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.key == key)
    }

    /// The entry of a key, without a change.
    pub(crate) fn look(&self, key: &str) -> Option<&Entry> {
        let entry = self.entries.get(self.position(key)?)?;
        (entry.deadline > self.now).then_some(entry)
    }

    /// The place of a key; an expired one is removed.
    pub(crate) fn live(&mut self, key: &str) -> Option<usize> {
        let at = self.position(key)?;
        if self.entries[at].deadline > self.now {
            return Some(at);
        }
        self.leave(&[at], Reason::Expired);
        None
    }

    /// A read.
    pub(crate) fn touch(&mut self, at: usize) -> Kept {
        let at = self.use_entry(at);
        let entry = &mut self.entries[at];
        if self.setup.sliding && entry.deadline != NEVER {
            entry.deadline = self.now + entry.ttl;
        }
        entry.value.clone()
    }

    pub(crate) fn get(&mut self, key: &str) -> Option<Kept> {
        let value = self.live(key).map(|at| self.touch(at));
        match value {
            Some(_) => self.counts.hits += 1,
            None => self.counts.misses += 1,
        }
        value
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<Kept> {
        self.end_lease(key);
        let at = self.live(key)?;
        let value = self.entries[at].value.clone();
        self.leave(&[at], Reason::Deleted);
        Some(value)
    }

    /// Whether an entry fits at all.
    pub(crate) fn fits(&mut self, key: &str, length: usize) -> Result<(), TooLarge> {
        if self.setup.policy.entry_overhead() + key.len() + length > self.setup.max_bytes {
            self.counts.refused += 1;
            return Err(TooLarge);
        }
        Ok(())
    }

    pub(crate) fn set(&mut self, key: &str, value: Kept, ttl: Option<Ttl>) -> Result<(), TooLarge> {
        let own = match self.setup.ttl {
            0 => NEVER,
            ttl => ttl.into(),
        };
        let ttl = match ttl {
            None => own,
            Some(Ttl::NEVER) => NEVER,
            Some(ttl) => (ttl.as_millis() * 1000.0).round() as u64,
        };
        let deadline = self.now.saturating_add(ttl);
        self.put(key, value, deadline, self.kept_ttl(ttl), None)
    }

    /// The TTL in the precision of reads: 24 bits.
    pub(crate) fn kept_ttl(&self, ttl: u64) -> u64 {
        if self.setup.sliding {
            ttl as f32 as u64
        } else {
            ttl
        }
    }

    pub(crate) fn put(
        &mut self,
        key: &str,
        value: Kept,
        deadline: u64,
        ttl: u64,
        mut usage: Option<Usage>,
    ) -> Result<(), TooLarge> {
        self.fits(key, value.as_ref().len())?;
        let mut entry = Entry {
            key: key.to_owned(),
            value,
            deadline,
            ttl,
            usage: Usage::default(),
        };
        let old = self.position(key);
        let replaced = old.is_some_and(|at| self.entries[at].deadline > self.now);
        if let Some(at) = old {
            if replaced {
                usage = Some(self.entries[at].usage.used());
            }
            self.leave(
                &[at],
                if replaced {
                    Reason::Replaced
                } else {
                    Reason::Expired
                },
            );
        }
        loop {
            let reason = if self.entries.len() >= self.setup.max_entries {
                Reason::EntryCap
            } else if self.bytes() + self.cost(&entry) > self.setup.max_bytes {
                Reason::ByteCap
            } else {
                break;
            };
            self.evict(reason == Reason::EntryCap, reason);
        }
        entry.usage = usage.unwrap_or_else(|| self.usage_of_new(key));
        self.entries.push(entry);
        if replaced {
            self.counts.updates += 1;
        } else {
            self.counts.inserts += 1;
        }
        self.end_lease(key);
        Ok(())
    }

    /// Evicts the earliest expired entry, or the one that the policy chooses; returns whether it was a live one.
    pub(crate) fn evict(&mut self, by_entries: bool, reason: Reason) -> bool {
        let earliest = self.earliest_expired();
        if earliest.is_empty() {
            let victim = self.victim(by_entries);
            self.leave(&[victim], reason);
            return true;
        }
        self.leave(&earliest, Reason::Expired);
        false
    }

    /// The places of the entries that expired first.
    pub(crate) fn earliest_expired(&self) -> Vec<usize> {
        let due = self.entries.iter().map(|entry| entry.deadline).min();
        let Some(due) = due.filter(|&due| due <= self.now) else {
            return Vec::new();
        };
        (0..self.entries.len())
            .filter(|&at| self.entries[at].deadline == due)
            .collect()
    }

    /// Removes one of these entries: the one of the next event.
    pub(crate) fn leave(&mut self, places: &[usize], reason: Reason) {
        let event = self.events.pop_front();
        let named = event.as_ref().and_then(|event| {
            let at = |&&at: &&usize| *self.entries[at].key == *event.key;
            places.iter().find(at).filter(|_| event.reason == reason)
        });
        if named.is_none() && self.fault.is_none() {
            let keys: Vec<_> = places.iter().map(|&at| &self.entries[at].key).collect();
            self.fault = Some(format!(
                "one of {keys:?} must leave as {reason:?}, not {event:?}"
            ));
        }
        let left = self.entries.remove(*named.unwrap_or(&places[0]));
        self.forget(&left, reason);
        match reason {
            Reason::EntryCap | Reason::ByteCap | Reason::Resize => self.counts.evictions += 1,
            Reason::Expired => self.counts.expirations += 1,
            Reason::Deleted => self.counts.deletes += 1,
            Reason::Replaced => {}
        }
    }

    pub(crate) fn end_lease(&mut self, key: &str) {
        if let Some((_, waiting)) = self.leases.remove(key) {
            self.woken += waiting;
        }
    }

    /// Grants a lease if the bytes of all leased keys leave room for it. Leases that have timed out make room.
    pub(crate) fn grant_lease(&mut self, key: &str, term: u64) -> bool {
        self.end_lease(key);
        if !self.has_room_for_lease(key) {
            let now = self.now;
            let over = self.leases.extract_if(.., |_, (ends, _)| *ends <= now);
            self.woken += over.map(|(_, (_, waiting))| waiting).sum::<usize>();
        }
        let granted = self.has_room_for_lease(key);
        if granted {
            let ends = self.now + term;
            self.leases.insert(key.to_owned(), (ends, 0));
        }
        granted
    }

    fn has_room_for_lease(&self, key: &str) -> bool {
        let bytes: usize = self.leases.keys().map(String::len).sum();
        bytes + key.len() <= self.setup.max_bytes
    }

    pub(crate) fn end_all_leases(&mut self) {
        let leases = std::mem::take(&mut self.leases);
        self.woken += leases.values().map(|(_, waiting)| waiting).sum::<usize>();
    }

    /// Whether the lease of a key is valid.
    pub(crate) fn is_leased(&self, key: &str) -> bool {
        self.leases
            .get(key)
            .is_some_and(|(ends, _)| *ends > self.now)
    }
}
