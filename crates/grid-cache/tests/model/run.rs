//! One run: each step on both sides, then everything compared.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use grid_cache::{
    Cache, Error, Interest, LeaseToken, ManualClock, Reason, Subscription, TimeLeft, Value,
    ValueRef,
};

use super::order::Ghosts;
use super::reference::{Counts, Entry, NEVER, Reference, TooLarge};
use super::step::{Kept, Setup, Step};

/// Both sides and what the run needs of its past.
pub(super) struct Run {
    pub(super) setup: Setup,
    pub(super) cache: Cache,
    clock: ManualClock,
    events: Subscription,
    pub(super) reference: Reference,
    pub(super) snapshot: Option<(Vec<u8>, Vec<Entry>)>,
    /// Every lease that was granted, standing or not, and whether the reference knows it to stand.
    pub(super) tokens: Vec<(String, LeaseToken)>,
    pub(super) woken: Arc<AtomicUsize>,
}

/// Runs the steps; the error says at which step the cache did otherwise, and how.
pub(crate) fn run(setup: Setup, steps: &[Step]) -> Result<(), String> {
    let clock = ManualClock::default();
    let cache = loop {
        let cache = Cache::on_clock(&setup.options(), &clock).map_err(|error| error.to_string())?;
        // The hashes of each cache are others. Where a ghost can be of either of two keys, the reference cannot tell.
        if !cache.confuses(&Step::keys(&setup)) {
            break cache;
        }
    };
    let events = cache.subscribe(1 << 20, Interest::All, Box::new(|| {}));
    let mut run = Run {
        setup,
        cache,
        clock,
        events,
        reference: Reference::new(setup),
        snapshot: None,
        tokens: Vec::new(),
        woken: Arc::default(),
    };
    for (at, step) in steps.iter().enumerate() {
        run.step(step)
            .and_then(|()| run.check())
            .map_err(|fault| format!("step {at} {step:?}: {fault}"))?;
    }
    Ok(())
}

/// A fault when both sides differ.
pub(super) fn same<T: PartialEq + Debug>(cache: T, reference: T) -> Result<(), String> {
    if cache == reference {
        return Ok(());
    }
    Err(format!("the cache gave {cache:?}, not {reference:?}"))
}

pub(super) fn kept(value: Option<Value>) -> Option<Kept> {
    value.map(|value| value.as_value_ref().into())
}

/// What a call that may refuse an entry gave.
pub(super) fn fitted<T>(result: Result<T, Error>) -> Result<Result<T, TooLarge>, String> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Error::EntryTooLarge { .. }) => Ok(Err(TooLarge)),
        Err(other) => Err(other.to_string()),
    }
}

impl Run {
    fn step(&mut self, step: &Step) -> Result<(), String> {
        let key = Step::key_of(step.key, &self.setup);
        let key = key.as_str();
        let value = Step::value_of(step.value);
        let ttl = Step::ttl_of(step.ttl);
        // The clock moves before some steps, so that no call is without time passing.
        if step.other.is_multiple_of(3) {
            self.wait(Step::wait_of(step.ttl));
        }
        match step.call % 32 {
            0..5 => {
                let cache = fitted(self.cache.set(key, value.as_ref(), ttl))?;
                self.told();
                same(cache, self.reference.set(key, value, ttl))
            }
            5..9 => {
                let cache = kept(self.cache.get(key));
                self.told();
                same(cache, self.reference.get(key))
            }
            9 => {
                let reference = self.reference.look(key).map(|entry| entry.value.clone());
                same(self.cache.contains(key), reference.is_some())?;
                same(kept(self.cache.peek(key)), reference)
            }
            10 => {
                let reference = match self.reference.look(key).map(|entry| entry.deadline) {
                    None => TimeLeft::Missing,
                    Some(NEVER) => TimeLeft::Never,
                    Some(at) => TimeLeft::Expires(Duration::from_micros(at - self.reference.now)),
                };
                same(self.cache.ttl_of(key), reference)
            }
            11 => {
                let cache = self.cache.delete(key);
                self.told();
                same(cache, self.reference.remove(key).is_some())
            }
            12 => {
                let cache = kept(self.cache.take(key));
                self.told();
                let reference = self.reference.remove(key);
                match reference {
                    Some(_) => self.reference.counts.hits += 1,
                    None => self.reference.counts.misses += 1,
                }
                same(cache, reference)
            }
            13 => {
                let cache = self.cache.touch(key);
                self.told();
                let reference = self.reference.live(key).map(|at| self.reference.touch(at));
                same(cache, reference.is_some())
            }
            14 | 15 => self.expire(key, ttl),
            16 | 17 => self.incr(key, step),
            18 | 19 => self.get_or_insert(key, value, ttl),
            20..23 => self.many(step),
            23 => {
                let cache = self.cache.cleanup_expired();
                self.told();
                let mut reference = 0;
                while !self.reference.earliest_expired().is_empty() {
                    self.reference.evict(true, Reason::Expired);
                    reference += 1;
                }
                same(cache, reference)
            }
            24 => self.keys(usize::from(step.other % 20)),
            25 => self.resize(step),
            26 => self.keep_or_restore(step),
            27..30 => self.lease(key, step),
            30 => self.end_lease(value, step),
            _ if step.other.is_multiple_of(8) => {
                self.cache.clear();
                let count = self.reference.entries.len() as u64;
                self.reference.counts.cleared += count;
                self.reference.entries.clear();
                self.reference.ghosts = Ghosts::default();
                self.reference.end_all_leases();
                Ok(())
            }
            _ => {
                self.wait(Step::wait_of(step.value));
                Ok(())
            }
        }
    }

    fn wait(&mut self, micros: u64) {
        self.clock.advance(Duration::from_micros(micros));
        self.reference.now += micros;
    }

    /// Hands the reference what the cache said that left.
    pub(super) fn told(&mut self) {
        let (events, dropped) = self.events.drain(usize::MAX);
        self.reference.events.extend(events);
        if dropped > 0 {
            self.reference.fault = Some(format!("{dropped} events dropped"));
        }
    }

    /// Compares all that can be seen, and has the cache look at its links.
    fn check(&mut self) -> Result<(), String> {
        self.told();
        if let Some(fault) = self.reference.fault.take() {
            return Err(fault);
        }
        same(self.reference.events.pop_front(), None)?;
        let stats = self.cache.stats();
        let counts = Counts {
            hits: stats.hits,
            misses: stats.misses,
            inserts: stats.inserts,
            updates: stats.updates,
            evictions: stats.evictions(),
            expirations: stats.expirations,
            deletes: stats.deletes,
            cleared: stats.cleared,
            refused: stats.refused,
        };
        same(counts, self.reference.counts)?;
        let caps = (self.setup.max_entries, self.setup.max_bytes);
        same((stats.max_entries, stats.max_bytes), caps)?;
        let held = (self.reference.entries.len(), self.reference.bytes());
        same((stats.entries, stats.bytes), held)?;
        if stats.peak_entries > caps.0 || stats.peak_bytes > caps.1 {
            return Err(format!("it was over a cap: {stats:?}"));
        }
        same(stats.leases, self.reference.leases.len())?;
        same(self.woken.load(Ordering::Relaxed), self.reference.woken)?;
        self.cache.verify()
    }

    fn expire(&mut self, key: &str, ttl: Option<grid_cache::Ttl>) -> Result<(), String> {
        let cache = self.cache.expire(key, ttl);
        self.told();
        let now = self.reference.now;
        let at = self.reference.live(key);
        if let Some(at) = at {
            let micros = match ttl {
                None | Some(grid_cache::Ttl::NEVER) => NEVER,
                Some(ttl) => (ttl.as_millis() * 1000.0).round() as u64,
            };
            let ttl = self.reference.kept_ttl(micros);
            let entry = &mut self.reference.entries[at];
            (entry.deadline, entry.ttl) = (now.saturating_add(micros), ttl);
        }
        same(cache, at.is_some())
    }

    fn incr(&mut self, key: &str, step: &Step) -> Result<(), String> {
        let by = match step.other % 4 {
            0 => i64::MIN,
            1 => i64::MAX,
            _ => i64::from(step.other) - 500,
        };
        let ttl = Step::ttl_of(step.ttl);
        let cache = match self.cache.incr(key, by, ttl) {
            Err(Error::EntryTooLarge { .. }) => Err("too large"),
            Err(Error::NotACount) => Err("no count"),
            Err(Error::CountOverflow { .. }) => Err("overflow"),
            Err(other) => return Err(other.to_string()),
            Ok(sum) => Ok(sum),
        };
        self.told();
        same(cache, self.incr_reference(key, by, ttl))
    }

    fn incr_reference(
        &mut self,
        key: &str,
        by: i64,
        ttl: Option<grid_cache::Ttl>,
    ) -> Result<i64, &'static str> {
        let reference = &mut self.reference;
        let too_large = |_| "too large";
        reference.fits(key, 0).map_err(too_large)?;
        let Some(at) = reference.live(key) else {
            let value = Kept::Text(by.to_string());
            return reference
                .set(key, value, ttl)
                .map(|()| by)
                .map_err(too_large);
        };
        let Entry {
            value,
            mut deadline,
            ttl,
            ..
        } = reference.entries[at].clone();
        let Kept::Text(text) = value else {
            return Err("no count");
        };
        let old: i64 = text.parse().map_err(|_| "no count")?;
        let sum = old.checked_add(by).ok_or("overflow")?;
        if reference.setup.sliding && deadline != NEVER {
            deadline = reference.now + ttl;
        }
        let value = Kept::Text(sum.to_string());
        reference
            .put(key, value, deadline, ttl, None)
            .map_err(too_large)?;
        Ok(sum)
    }

    fn get_or_insert(
        &mut self,
        key: &str,
        value: Kept,
        ttl: Option<grid_cache::Ttl>,
    ) -> Result<(), String> {
        let cache = self.cache.get_or_insert(key, value.as_ref(), ttl);
        let cache = fitted(cache)?.map(|(value, inserted)| (kept(Some(value)), inserted));
        self.told();
        let reference = &mut self.reference;
        let expected = if let Some(at) = reference.live(key) {
            reference.counts.hits += 1;
            Ok((Some(reference.touch(at)), false))
        } else {
            reference.fits(key, value.as_ref().len()).and_then(|()| {
                reference.counts.misses += 1;
                reference.set(key, value.clone(), ttl)?;
                Ok((Some(value), true))
            })
        };
        same(cache, expected)
    }

    /// One call for several keys.
    fn many(&mut self, step: &Step) -> Result<(), String> {
        let count = step.other % 70;
        let keys: Vec<String> = (0..count)
            .map(|n| Step::key_of(step.key.wrapping_add(n * 7), &self.setup))
            .collect();
        let names: Vec<&str> = keys.iter().map(String::as_str).collect();
        if step.call % 32 == 20 {
            let values: Vec<Kept> = (0..count)
                .map(|n| Step::value_of(step.value.wrapping_add(n * 5)))
                .collect();
            let ttl = Step::ttl_of(step.ttl);
            let entries: Vec<(&str, ValueRef<'_>, _)> = names
                .iter()
                .zip(&values)
                .map(|(key, value)| (*key, value.as_ref(), ttl))
                .collect();
            let cache = fitted(self.cache.set_many(&entries))?;
            self.told();
            let reference = &mut self.reference;
            let mut pairs = names.iter().zip(&values);
            let expected = pairs
                .clone()
                .try_for_each(|(key, value)| reference.fits(key, value.as_ref().len()))
                .and_then(|()| {
                    pairs.try_for_each(|(key, value)| reference.set(key, value.clone(), ttl))
                });
            same(cache, expected)
        } else if step.call % 32 == 21 {
            let cache: Vec<_> = self.cache.get_many(&names).into_iter().map(kept).collect();
            self.told();
            let reference = names.iter().map(|key| self.reference.get(key)).collect();
            same(cache, reference)
        } else {
            let cache = self.cache.delete_many(&names);
            self.told();
            let gone = names
                .iter()
                .filter(|key| self.reference.remove(key).is_some());
            same(cache, gone.count())
        }
    }

    /// All keys by pages: each exactly once.
    fn keys(&mut self, limit: usize) -> Result<(), String> {
        let mut cursor = Some(0);
        let mut keys = Vec::new();
        while let Some(at) = cursor {
            let page = self.cache.keys(at, limit);
            keys.extend(page.items);
            cursor = page.next;
        }
        let unique: BTreeSet<String> = keys.iter().cloned().collect();
        same(keys.len(), unique.len())?;
        let live = self.reference.snapshot().into_iter().map(|entry| entry.key);
        same(unique, live.collect())
    }
}
