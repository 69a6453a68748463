//! Leases of missing keys: at most one per key at a time, for a bounded time.
//!
//! Nothing runs in the background. The next call about its key finds a lease that has timed out, so a holder that died costs the others
//! only that time.

use std::collections::HashMap;
use std::time::Duration;

use crate::Error;

/// Most leases of a cache at a time, without ended ones.
pub const MAX_LEASES: usize = 4096;
/// Most callers that wait for leases of a cache at a time.
pub const MAX_WAITERS: usize = 65_536;

/// Wakes a caller that waits for a lease; called once, outside of all locks of the cache.
pub type Wake = Box<dyn FnOnce() + Send>;

/// The right to compute a key. A cache never uses a number twice, and all are below 2^53.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LeaseToken(u64);

impl LeaseToken {
    /// The token as a number, for bindings.
    pub fn as_u64(self) -> u64 {
        self.0
    }

    /// The token of such a number. The calls refuse a token that no lease has.
    pub fn from_u64(number: u64) -> Self {
        Self(number)
    }
}

/// The answer to a caller that asks for a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lease {
    /// The value of the key.
    Value(crate::Value),
    /// Compute it, then call `fulfil` or `abandon`.
    Granted(LeaseToken),
    /// Wait: another caller computes it. Ask again when woken, or after this time, when its lease times out.
    Busy(Duration),
}

/// One lease.
struct Current {
    token: LeaseToken,
    /// Microseconds of the cache's clock.
    ends: u64,
    waiting: Vec<Wake>,
}

/// The leases of a cache by key.
#[derive(Default)]
pub(crate) struct Leases {
    by_key: HashMap<Box<str>, Current>,
    key_bytes: usize,
    waiters: usize,
    last_token: u64,
}

/// The answer to a caller whose key is missing.
pub(crate) enum Asked {
    Granted(LeaseToken),
    /// Microseconds until the lease of another ends.
    Busy(u64),
}

impl Leases {
    /// Number of leases.
    pub(crate) fn len(&self) -> usize {
        self.by_key.len()
    }

    /// Whether a lease is valid.
    pub(crate) fn stands(&self, key: &str, token: LeaseToken, now: u64) -> bool {
        self.by_key
            .get(key)
            .is_some_and(|lease| lease.token == token && lease.ends > now)
    }

    /// Grants a lease until `ends`, or lets the caller wait for the valid one. `freed` gets the waiters of a lease that has timed out.
    /// The keys of all leases have at most `max_bytes`.
    pub(crate) fn ask(
        &mut self,
        key: &str,
        now: u64,
        ends: u64,
        max_bytes: usize,
        wake: &mut Option<Wake>,
        freed: &mut Vec<Wake>,
    ) -> Result<Asked, Error> {
        if let Some(lease) = self.by_key.get_mut(key)
            && lease.ends > now
        {
            if wake.is_some() && self.waiters >= MAX_WAITERS {
                return Err(Error::TooManyLeases {
                    what: "callers that wait for leases",
                    most: MAX_WAITERS,
                });
            }
            if let Some(wake) = wake.take() {
                lease.waiting.push(wake);
                self.waiters += 1;
            }
            return Ok(Asked::Busy(lease.ends - now));
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
        let lease = Current {
            token,
            ends,
            waiting: Vec::new(),
        };
        self.by_key.insert(key.into(), lease);
        Ok(Asked::Granted(token))
    }

    /// The limit that leaves no room for another lease: its name and value.
    fn full_for(&self, key: &str, max_bytes: usize) -> Option<(&'static str, usize)> {
        if self.by_key.len() >= MAX_LEASES {
            Some(("leases", MAX_LEASES))
        } else if self.key_bytes + key.len() > max_bytes {
            Some(("bytes of keys with leases", max_bytes))
        } else {
            None
        }
    }

    /// Ends the lease of a key; returns its waiters.
    pub(crate) fn end(&mut self, key: &str) -> Vec<Wake> {
        let Some(lease) = self.by_key.remove(key) else {
            return Vec::new();
        };
        self.key_bytes -= key.len();
        self.waiters -= lease.waiting.len();
        lease.waiting
    }

    /// Ends all leases; returns their waiters.
    pub(crate) fn end_all(&mut self) -> Vec<Wake> {
        (self.key_bytes, self.waiters) = (0, 0);
        std::mem::take(&mut self.by_key)
            .into_values()
            .flat_map(|lease| lease.waiting)
            .collect()
    }

    /// Ends the leases that have timed out.
    fn end_those_over(&mut self, now: u64, freed: &mut Vec<Wake>) {
        let (key_bytes, waiters) = (&mut self.key_bytes, &mut self.waiters);
        self.by_key.retain(|key, lease| {
            let stands = lease.ends > now;
            if !stands {
                *key_bytes -= key.len();
                *waiters -= lease.waiting.len();
                freed.append(&mut lease.waiting);
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
        // Leases that have timed out make room for another one.
        assert!(ask(&mut leases, "7 bytes", 0).is_ok() && ask(&mut leases, "6 byte", 10).is_ok());
        assert_eq!((leases.len(), leases.key_bytes), (1, 6));
    }
}
