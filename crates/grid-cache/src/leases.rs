//! Who computes which missing key: at most one at a time, for a bounded time.
//!
//! Nothing here runs by itself. A lease whose time is over is found by the next call that asks for its key, so a holder that
//! died costs the others that time and no more.

use std::collections::HashMap;
use std::time::Duration;

use crate::Error;

/// Leases that a cache keeps at a time, ended ones not counted.
pub const MAX_LEASES: usize = 4096;
/// Callers that wait for leases of a cache at a time.
pub const MAX_WAITERS: usize = 65_536;

/// What a caller that waits for a lease is told by; called once, outside of all locks of the cache.
pub type Wake = Box<dyn FnOnce() + Send>;

/// The right to compute a key. The number is never given twice by one cache and stays below 2^53.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LeaseToken(u64);

impl LeaseToken {
    /// The token as a number, for a binding to carry.
    pub fn as_u64(self) -> u64 {
        self.0
    }

    /// The token that was such a number. One that no lease has is refused where it is used.
    pub fn from_u64(number: u64) -> Self {
        Self(number)
    }
}

/// What to do about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lease {
    /// Nothing: here is its value.
    Value(crate::Value),
    /// Compute it, then call `fulfil` or `abandon`.
    Granted(LeaseToken),
    /// Wait: another caller computes it. Ask again when woken, or after this time, when its lease ends by itself.
    Busy(Duration),
}

/// One lease.
struct Held {
    token: LeaseToken,
    /// Microseconds of the cache's clock.
    ends: u64,
    waiting: Vec<Wake>,
}

/// The leases of a cache by key.
#[derive(Default)]
pub(crate) struct Leases {
    by_key: HashMap<Box<str>, Held>,
    key_bytes: usize,
    waiters: usize,
    last_token: u64,
}

/// What became of a wish for a lease.
pub(crate) enum Asked {
    Granted(LeaseToken),
    /// Microseconds until the lease of another ends.
    Busy(u64),
}

impl Leases {
    /// Leases held.
    pub(crate) fn len(&self) -> usize {
        self.by_key.len()
    }

    /// Whether a lease stands.
    pub(crate) fn stands(&self, key: &str, token: LeaseToken, now: u64) -> bool {
        self.by_key
            .get(key)
            .is_some_and(|held| held.token == token && held.ends > now)
    }

    /// Grants a lease until `ends`, or has the caller wait for the one that stands. `freed` gets those who waited for a lease
    /// that is found to be over. The keys of all leases have `max_bytes` at most.
    pub(crate) fn ask(
        &mut self,
        key: &str,
        now: u64,
        ends: u64,
        max_bytes: usize,
        wake: &mut Option<Wake>,
        freed: &mut Vec<Wake>,
    ) -> Result<Asked, Error> {
        if let Some(held) = self.by_key.get_mut(key)
            && held.ends > now
        {
            if wake.is_some() && self.waiters >= MAX_WAITERS {
                return Err(Error::TooManyLeases {
                    what: "callers that wait for leases",
                    most: MAX_WAITERS,
                });
            }
            if let Some(wake) = wake.take() {
                held.waiting.push(wake);
                self.waiters += 1;
            }
            return Ok(Asked::Busy(held.ends - now));
        }
        freed.extend(self.end(key));
        if self.full_for(key, max_bytes).is_some() {
            self.end_those_over(now, freed);
        }
        if let Some((what, most)) = self.full_for(key, max_bytes) {
            return Err(Error::TooManyLeases { what, most });
        }
        self.key_bytes += key.len();
        self.last_token += 1;
        let token = LeaseToken(self.last_token);
        let held = Held {
            token,
            ends,
            waiting: Vec::new(),
        };
        self.by_key.insert(key.into(), held);
        Ok(Asked::Granted(token))
    }

    /// What leaves no room for one more lease, and how much of it there may be.
    fn full_for(&self, key: &str, max_bytes: usize) -> Option<(&'static str, usize)> {
        if self.by_key.len() >= MAX_LEASES {
            Some(("leases", MAX_LEASES))
        } else if self.key_bytes + key.len() > max_bytes {
            Some(("bytes of keys with leases", max_bytes))
        } else {
            None
        }
    }

    /// Ends the lease of a key; who waited for it.
    pub(crate) fn end(&mut self, key: &str) -> Vec<Wake> {
        let Some(held) = self.by_key.remove(key) else {
            return Vec::new();
        };
        self.key_bytes -= key.len();
        self.waiters -= held.waiting.len();
        held.waiting
    }

    /// Ends all leases; who waited for them.
    pub(crate) fn end_all(&mut self) -> Vec<Wake> {
        (self.key_bytes, self.waiters) = (0, 0);
        std::mem::take(&mut self.by_key)
            .into_values()
            .flat_map(|held| held.waiting)
            .collect()
    }

    /// Ends the leases whose time is over.
    fn end_those_over(&mut self, now: u64, freed: &mut Vec<Wake>) {
        let (key_bytes, waiters) = (&mut self.key_bytes, &mut self.waiters);
        self.by_key.retain(|key, held| {
            let stands = held.ends > now;
            if !stands {
                *key_bytes -= key.len();
                *waiters -= held.waiting.len();
                freed.append(&mut held.waiting);
            }
            stands
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(leases: &mut Leases, key: &str, now: u64) -> Result<Asked, Error> {
        let mut wake: Option<Wake> = Some(Box::new(|| {}));
        leases.ask(key, now, now + 10, 10, &mut wake, &mut Vec::new())
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri takes minutes for it")]
    fn waiters_are_bounded_and_every_end_makes_room() {
        let ends: [fn(&mut Leases); 3] = [
            |leases| assert_eq!(leases.end("k").len(), MAX_WAITERS),
            |leases| assert_eq!(leases.end_all().len(), MAX_WAITERS),
            |leases| {
                let mut freed = Vec::new();
                leases.end_those_over(10, &mut freed);
                assert_eq!(freed.len(), MAX_WAITERS);
            },
        ];
        let mut leases = Leases::default();
        for end in ends {
            assert!(matches!(ask(&mut leases, "k", 0), Ok(Asked::Granted(_))));
            for _ in 0..MAX_WAITERS {
                assert!(matches!(ask(&mut leases, "k", 0), Ok(Asked::Busy(10))));
            }
            let refused = ask(&mut leases, "k", 0);
            let most = Some(MAX_WAITERS);
            assert!(
                matches!(refused, Err(Error::TooManyLeases { most: m, .. }) if Some(m) == most)
            );
            end(&mut leases);
            assert_eq!((leases.len(), leases.waiters), (0, 0));
        }
    }

    #[test]
    fn bytes_of_keys_are_bounded_and_every_end_makes_room() {
        let ends: [fn(&mut Leases); 3] = [
            |leases| assert_eq!(leases.end("7 bytes").len(), 0),
            |leases| assert_eq!(leases.end_all().len(), 0),
            |leases| leases.end_those_over(10, &mut Vec::new()),
        ];
        let mut leases = Leases::default();
        for end in ends {
            assert!(matches!(
                ask(&mut leases, "7 bytes", 0),
                Ok(Asked::Granted(_))
            ));
            assert!(matches!(ask(&mut leases, "k", 0), Ok(Asked::Granted(_))));
            let refused = ask(&mut leases, "3 b", 0);
            let what = "bytes of keys with leases";
            assert!(
                matches!(refused, Err(Error::TooManyLeases { most: 10, what: w }) if w == what)
            );
            end(&mut leases);
            leases.end("k");
            assert_eq!((leases.len(), leases.key_bytes), (0, 0));
        }
        // Those that are over go by themselves when another needs their room.
        assert!(ask(&mut leases, "7 bytes", 0).is_ok() && ask(&mut leases, "6 byte", 10).is_ok());
        assert_eq!((leases.len(), leases.key_bytes), (1, 6));
    }
}
