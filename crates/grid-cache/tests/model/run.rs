//! One run: each step on both sides, then everything compared.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use grid_cache::{
    Cache, Error, Interest, LeaseToken, ManualClock, Reason, Subscription, TimeLeft, Value,
};

use super::order::Ghosts;
use super::reference::{Counts, Entry, NEVER, Reference, TooLarge};
use super::step::{Kept, Setup, Step};

/// Both sides and the history of a run.
pub(super) struct Run {
    pub(super) setup: Setup,
    pub(super) cache: Cache,
    clock: ManualClock,
    events: Subscription,
    pub(super) reference: Reference,
    pub(super) snapshot: Option<(Vec<u8>, Vec<Entry>)>,
    /// Every granted lease, valid or not, with its key.
    pub(super) tokens: Vec<(String, LeaseToken)>,
    pub(super) woken: Arc<AtomicUsize>,
}

/// Runs the steps; the error has the first step that differs, and the difference.
pub(crate) fn run(setup: Setup, steps: &[Step]) -> Result<(), String> {
    let clock = ManualClock::default();
    let cache = loop {
        let cache = Cache::on_clock(&setup.options(), &clock).map_err(|error| error.to_string())?;
        // Each cache has other hashes. If two keys share a ghost, the reference cannot predict the cache.
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

/// A fault if both sides differ.
pub(super) fn same<T: PartialEq + Debug>(cache: T, reference: T) -> Result<(), String> {
    if cache == reference {
        return Ok(());
    }
    Err(format!("the cache returned {cache:?}, not {reference:?}"))
}

pub(super) fn stored(value: Option<Value>) -> Option<Kept> {
    value.map(|value| value.as_value_ref().into())
}

/// The result of a call that may refuse an entry.
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
        // The clock moves before some steps, so that time passes before every kind of call.
        if step.other.is_multiple_of(3) {
            self.wait(Step::wait_of(step.ttl));
        }
        match step.call % 32 {
            0..5 => {
                let cache = fitted(self.cache.set(key, value.as_ref(), ttl))?;
                self.take_events();
                same(cache, self.reference.set(key, value, ttl))
            }
            5..9 => {
                let cache = stored(self.cache.get(key));
                self.take_events();
                same(cache, self.reference.get(key))
            }
            9 => {
                let reference = self.reference.look(key).map(|entry| entry.value.clone());
                same(self.cache.contains(key), reference.is_some())?;
                same(stored(self.cache.peek(key)), reference)
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
                self.take_events();
                same(cache, self.reference.remove(key).is_some())
            }
            12 => {
                let cache = stored(self.cache.take(key));
                self.take_events();
                let reference = self.reference.remove(key);
                match reference {
                    Some(_) => self.reference.counts.hits += 1,
                    None => self.reference.counts.misses += 1,
                }
                same(cache, reference)
            }
            13 => {
                let cache = self.cache.touch(key);
                self.take_events();
                let reference = self.reference.live(key).map(|at| self.reference.touch(at));
                same(cache, reference.is_some())
            }
            14 | 15 => self.expire(key, ttl),
            16 | 17 => self.incr(key, step),
            18 | 19 => self.get_or_insert(key, value, ttl),
            20..23 => self.many(step),
            23 => {
                let cache = self.cache.cleanup_expired();
                self.take_events();
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

    /// Passes the events of the cache to the reference.
    pub(super) fn take_events(&mut self) {
        let (events, dropped) = self.events.drain(usize::MAX);
        self.reference.events.extend(events);
        if dropped > 0 {
            self.reference.fault = Some(format!("{dropped} events dropped"));
        }
    }

    /// Compares all visible state, and checks the links of the cache.
    fn check(&mut self) -> Result<(), String> {
        self.take_events();
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
        let size = (self.reference.entries.len(), self.reference.bytes());
        same((stats.entries, stats.bytes), size)?;
        if stats.peak_entries > caps.0 || stats.peak_bytes > caps.1 {
            return Err(format!("it was over a cap: {stats:?}"));
        }
        same(stats.leases, self.reference.leases.len())?;
        same(self.woken.load(Ordering::Relaxed), self.reference.woken)?;
        self.cache.verify()
    }
}
