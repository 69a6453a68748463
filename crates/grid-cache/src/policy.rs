//! Which entry has to go when the caps leave no room.

use std::fmt;
use std::str::FromStr;

use crate::{ENTRY_OVERHEAD, Error, S3FIFO_ENTRY_OVERHEAD};

/// Which entry goes first, of those that have not expired.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Policy {
    /// The one that was read or written longest ago, exactly.
    #[default]
    Lru,
    /// One that was hardly used since it came in: S3-FIFO (Yang et al., "FIFO queues are all you need for cache eviction", SOSP
    /// 2023). Keys that are asked for once do not push out those that are asked for again, and a read moves nothing.
    ///
    /// What is new has a tenth of the cache. From there the oldest leaves, unless it was used twice; the rest of the cache is
    /// for what was, and for keys that come back soon after they left. There the oldest leaves that was not used since it came
    /// or was last spared; one eviction spares 256 entries at most. A read, a `touch` and another value are uses. An entry takes
    /// [`S3FIFO_ENTRY_OVERHEAD`] bytes.
    S3Fifo,
}

impl Policy {
    /// All policies.
    const ALL: [Policy; 2] = [Policy::Lru, Policy::S3Fifo];

    /// Bytes that each entry counts besides its key and value.
    pub const fn entry_overhead(self) -> usize {
        match self {
            Policy::Lru => ENTRY_OVERHEAD,
            Policy::S3Fifo => S3FIFO_ENTRY_OVERHEAD,
        }
    }

    /// The name that options have.
    pub const fn name(self) -> &'static str {
        match self {
            Policy::Lru => "lru",
            Policy::S3Fifo => "s3fifo",
        }
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The policy of a name.
///
/// # Errors
/// [`Error::Policy`] (`GRID_ARGUMENT`) for a name that no policy has.
impl FromStr for Policy {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let policy = Self::ALL.into_iter().find(|policy| policy.name() == name);
        policy.ok_or_else(|| Error::Policy {
            given: name.to_owned(),
        })
    }
}
