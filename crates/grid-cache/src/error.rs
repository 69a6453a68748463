//! What can go wrong, each error with its cause and its fix.

use std::fmt;

use crate::limits::Limit;
use crate::policy::Policy;

/// An error of the cache. The texts name options in words, since each binding spells them its own way.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A cap is not an integer, or is out of its range.
    #[error(
        "the {limit} must be a whole number from {} to {}, not {}: leave it out for the default of {}",
        limit.lowest(*policy), limit.highest(), Number(*given), limit.default_count()
    )]
    Count {
        /// The given cap.
        limit: Limit,
        /// The policy of the cache, which sets the overhead of an entry.
        policy: Policy,
        /// The given number.
        given: f64,
    },

    /// No policy has this name.
    #[error("the policy must be lru or s3fifo, not {given:?}: leave it out for lru")]
    Policy {
        /// The given name.
        given: String,
    },

    /// A TTL is out of its range.
    #[error(
        "the TTL must be more than 0 and at most {} milliseconds (100 years), not {}: leave it out for an entry that does not expire",
        crate::Ttl::MAX.as_millis(), Number(*given)
    )]
    Ttl {
        /// The given milliseconds.
        given: f64,
    },

    /// A named cache exists with other options than the caller asks for.
    #[error(
        "the cache {name:?} is already open with {option} {existing}, and this call asks for {asked}: open it with the same options, leave them out to take it as it is, or choose another name"
    )]
    OptionsDiffer {
        /// The name of the cache.
        name: String,
        /// The option that differs, in words.
        option: &'static str,
        /// Its value in the open cache.
        existing: String,
        /// Its value in this call.
        asked: String,
    },

    /// An entry is larger than the whole cache; nothing was evicted for it.
    #[error(
        "the entry needs {needed} bytes (key, value and {overhead} of overhead) and the cache holds {max_bytes} at most: store less under this key, or raise the byte cap"
    )]
    EntryTooLarge {
        /// Bytes that the entry would take.
        needed: usize,
        /// The part of them that is neither key nor value.
        overhead: usize,
        /// The byte cap of the cache.
        max_bytes: usize,
    },

    /// The allocation of an entry, a snapshot or a growing block failed; the cache is unchanged.
    #[error(
        "no memory for {bytes} bytes: store less, lower the byte cap, or give the process more memory"
    )]
    OutOfMemory {
        /// Bytes of the allocation.
        bytes: usize,
    },

    /// `incr` of a value that is not a decimal number of 64 bits; it does not change.
    #[error(
        "the value to count up is not the text of a whole number from -2^63 to 2^63-1: set it to one first, or choose another key"
    )]
    NotACount,

    /// `incr` beyond 64 bits; the value does not change.
    #[error(
        "{value} and {by} add up to more than 64 bits hold: set the value again, or count in larger units"
    )]
    CountOverflow {
        /// The value in the cache.
        value: i64,
        /// The number to add.
        by: i64,
    },

    /// Bytes that `restore` refuses; the cache is unchanged.
    #[error("no snapshot to restore: {0}")]
    Snapshot(SnapshotFault),

    /// Too many leases at a time, too many bytes of their keys, or too many callers that wait for them.
    #[error(
        "the cache keeps {most} {what} at most: compute fewer keys at a time, or let leases end sooner"
    )]
    TooManyLeases {
        /// Leases, bytes of keys, or waiting callers.
        what: &'static str,
        /// The limit.
        most: usize,
    },

    /// A key of 4 GiB or more.
    #[error(
        "the key has {length} bytes and the longest key has {}: hash it first",
        u32::MAX
    )]
    KeyTooLong {
        /// Bytes of the key.
        length: usize,
    },
}

impl Error {
    /// The code that all bindings share: `GRID_ARGUMENT` or `GRID_LIMIT`.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Count { .. }
            | Error::Policy { .. }
            | Error::Ttl { .. }
            | Error::OptionsDiffer { .. }
            | Error::NotACount
            | Error::Snapshot(_) => "GRID_ARGUMENT",
            Error::EntryTooLarge { .. }
            | Error::KeyTooLong { .. }
            | Error::OutOfMemory { .. }
            | Error::CountOverflow { .. }
            | Error::TooManyLeases { .. } => "GRID_LIMIT",
        }
    }
}

/// A fault in the bytes of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SnapshotFault {
    /// The bytes do not begin as a snapshot does.
    #[error("the bytes are none: give what `snapshot` returned")]
    NotASnapshot,
    /// A snapshot in the format of another version.
    #[error(
        "its format is version {found}, and this build reads version {known}: take a new snapshot"
    )]
    Version {
        /// The version in the bytes.
        found: u32,
        /// The version that this build writes and reads.
        known: u32,
    },
    /// Bytes are missing at the end, or there are too many.
    #[error("it has {found} bytes of {expected}: copy it again")]
    Length {
        /// Number of given bytes.
        found: usize,
        /// Bytes that it had when it was taken.
        expected: u64,
    },
    /// The checksum differs, or the bytes are not a list of entries.
    #[error("its bytes have changed since it was taken: copy it again")]
    Damaged,
}

/// A number as people write it: 1e300 without 301 digits, and the names that JavaScript and YAML use.
struct Number(f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            n if n == f64::INFINITY => f.write_str("Infinity"),
            n if n == f64::NEG_INFINITY => f.write_str("-Infinity"),
            n if n.abs() >= 1e18 => write!(f, "{n:e}"),
            n => write!(f, "{n}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        for (number, text) in [
            (0.0, "0"),
            (-1.5, "-1.5"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "Infinity"),
            (f64::NEG_INFINITY, "-Infinity"),
            (1e300, "1e300"),
            (4_294_967_296.0, "4294967296"),
        ] {
            assert_eq!(Number(number).to_string(), text);
        }
    }
}
