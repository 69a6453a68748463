//! Eviction policies.

use std::fmt;
use std::str::FromStr;

use crate::{ENTRY_OVERHEAD, Error, S3FIFO_ENTRY_OVERHEAD};

/// The choice of the entry to evict, among those that have not expired.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Policy {
    /// The one that was read or written longest ago, exactly.
    #[default]
    Lru,
    /// One that was hardly used since its insertion: S3-FIFO (Yang et al., "FIFO queues are all you need for cache eviction", SOSP
    /// 2023). Keys that are read once do not evict keys that are read again, and a read moves nothing.
    ///
    /// New entries have a tenth of the cache. The oldest of them is evicted, unless it was used twice. The rest of the cache is for
    /// entries that were used twice, and for keys that return soon after their eviction. There the oldest entry is evicted that was not
    /// used since it came or was last spared; one eviction spares at most 256 entries. A read, a `touch` and a new value are uses. An
    /// entry takes [`S3FIFO_ENTRY_OVERHEAD`] bytes.
    S3Fifo,
}

impl Policy {
    /// All policies.
    const ALL: [Policy; 2] = [Policy::Lru, Policy::S3Fifo];

    /// Bytes that an entry counts in addition to its key and value.
    pub const fn entry_overhead(self) -> usize {
        match self {
            Policy::Lru => ENTRY_OVERHEAD,
            Policy::S3Fifo => S3FIFO_ENTRY_OVERHEAD,
        }
    }

    /// The name in options.
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
/// [`Error::Policy`] (`GRID_ARGUMENT`) for an unknown name.
impl FromStr for Policy {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let policy = Self::ALL.into_iter().find(|policy| policy.name() == name);
        policy.ok_or_else(|| Error::Policy {
            given: name.to_owned(),
        })
    }
}
