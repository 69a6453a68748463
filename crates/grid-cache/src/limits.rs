//! The options of a cache, and their checks for Rust and all bindings.

use std::fmt;

use crate::{Error, Policy, Ttl};

/// The default entry cap.
pub const DEFAULT_MAX_ENTRIES: usize = 10_000;
/// The default byte cap: 8 MiB, a sixteenth of the memory of the smallest board that runs Node.
pub const DEFAULT_MAX_BYTES: usize = 8 * 1024 * 1024;
/// The highest entry cap: slots are numbered in 31 bits.
pub const HIGHEST_MAX_ENTRIES: usize = i32::MAX as usize;
/// The highest byte cap: half of the address space (2 GiB on 32-bit targets).
pub const HIGHEST_MAX_BYTES: usize = isize::MAX as usize;

/// The options of a cache. An option that is left out takes its default, or the value of an existing named cache.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CacheOptions {
    /// Most entries, 1 to [`HIGHEST_MAX_ENTRIES`]; default [`DEFAULT_MAX_ENTRIES`].
    pub max_entries: Option<usize>,
    /// Most bytes of all keys, values and overheads ([`Policy::entry_overhead`]), from one empty entry to
    /// [`HIGHEST_MAX_BYTES`]; default [`DEFAULT_MAX_BYTES`].
    pub max_bytes: Option<usize>,
    /// The eviction policy; default [`Policy::Lru`].
    pub policy: Option<Policy>,
    /// The TTL of entries that are set without one; default [`Ttl::NEVER`].
    pub ttl: Option<Ttl>,
    /// Whether a read restarts the TTL of its entry; default: no. A restarted TTL is exact to one part in ten million.
    pub sliding: Option<bool>,
    /// Whether a named cache stays, with all its entries, when its last handle is dropped, until [`crate::Cache::forget`];
    /// default: no. It has no effect without a name.
    pub keep: Option<bool>,
}

impl CacheOptions {
    /// Options from plain numbers, as bindings get them: counts and milliseconds, each left out or checked.
    ///
    /// # Errors
    /// [`Error::Count`] or [`Error::Ttl`] (`GRID_ARGUMENT`) for the first number that is out of its range.
    pub fn from_numbers(
        policy: Option<Policy>,
        max_entries: Option<f64>,
        max_bytes: Option<f64>,
        ttl_ms: Option<f64>,
    ) -> Result<Self, Error> {
        let count = |limit, count: Option<f64>| {
            count
                .map(|count| count_from_f64(limit, policy.unwrap_or_default(), count))
                .transpose()
        };
        Ok(Self {
            max_entries: count(Limit::Entries, max_entries)?,
            max_bytes: count(Limit::Bytes, max_bytes)?,
            policy,
            ttl: ttl_ms.map(Ttl::from_millis).transpose()?,
            ..Self::default()
        })
    }

    /// These options; those of another set replace the ones that are left out.
    pub fn or(&self, defaults: &Self) -> Self {
        Self {
            max_entries: self.max_entries.or(defaults.max_entries),
            max_bytes: self.max_bytes.or(defaults.max_bytes),
            policy: self.policy.or(defaults.policy),
            ttl: self.ttl.or(defaults.ttl),
            sliding: self.sliding.or(defaults.sliding),
            keep: self.keep.or(defaults.keep),
        }
    }
}

/// The two caps of a cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The most entries.
    Entries,
    /// The most bytes.
    Bytes,
}

impl Limit {
    /// The cap in words.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Limit::Entries => "entry cap",
            Limit::Bytes => "byte cap",
        }
    }

    /// The smallest cap that can hold an entry.
    pub(crate) fn lowest(self, policy: Policy) -> usize {
        match self {
            Limit::Entries => 1,
            Limit::Bytes => policy.entry_overhead(),
        }
    }

    /// The largest cap that this target can count.
    pub(crate) fn highest(self) -> usize {
        match self {
            Limit::Entries => HIGHEST_MAX_ENTRIES,
            Limit::Bytes => HIGHEST_MAX_BYTES,
        }
    }

    /// The default cap.
    pub(crate) fn default_count(self) -> usize {
        match self {
            Limit::Entries => DEFAULT_MAX_ENTRIES,
            Limit::Bytes => DEFAULT_MAX_BYTES,
        }
    }

    /// A cap within its range, or the default.
    pub(crate) fn check(self, policy: Policy, count: Option<usize>) -> Result<usize, Error> {
        let count = count.unwrap_or(self.default_count());
        if (self.lowest(policy)..=self.highest()).contains(&count) {
            Ok(count)
        } else {
            Err(Error::Count {
                limit: self,
                policy,
                given: count as f64,
            })
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A cap from a number of JavaScript or Python, for a cache of this policy.
///
/// # Errors
/// [`Error::Count`] (`GRID_ARGUMENT`) for NaN, infinity, fractions and numbers out of the cap's range.
pub fn count_from_f64(limit: Limit, policy: Policy, value: f64) -> Result<usize, Error> {
    let refused = Error::Count {
        limit,
        policy,
        given: value,
    };
    // The fraction of NaN and of infinity is NaN, which is not 0; the cast saturates at the ends of usize.
    if value.fract() != 0.0 {
        return Err(refused);
    }
    let count = limit.check(policy, Some(value as usize));
    count.map_err(|_| refused)
}

/// The caps after validation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    pub(crate) max_entries: usize,
    pub(crate) max_bytes: usize,
}

/// Options after validation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) limits: Limits,
    pub(crate) policy: Policy,
    pub(crate) ttl: Ttl,
    pub(crate) sliding: bool,
    pub(crate) keep: bool,
}

impl TryFrom<&CacheOptions> for Settings {
    type Error = Error;

    fn try_from(options: &CacheOptions) -> Result<Self, Error> {
        let policy = options.policy.unwrap_or_default();
        Ok(Self {
            limits: Limits {
                max_entries: Limit::Entries.check(policy, options.max_entries)?,
                max_bytes: Limit::Bytes.check(policy, options.max_bytes)?,
            },
            policy,
            ttl: options.ttl.unwrap_or(Ttl::NEVER),
            sliding: options.sliding.unwrap_or_default(),
            keep: options.keep.unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_no_count_are_refused() {
        let bad = [
            0.0,
            -1.0,
            0.5,
            1000.5,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            1e300,
        ];
        for limit in [Limit::Entries, Limit::Bytes] {
            for value in bad {
                assert!(
                    matches!(
                        count_from_f64(limit, Policy::Lru, value),
                        Err(Error::Count { .. })
                    ),
                    "{limit} {value}"
                );
            }
            assert_eq!(count_from_f64(limit, Policy::Lru, 1000.0), Ok(1000));
        }
        assert!(count_from_f64(Limit::Bytes, Policy::Lru, 79.0).is_err());
        assert!(count_from_f64(Limit::Entries, Policy::Lru, 2_147_483_648.0).is_err());
        assert!(count_from_f64(Limit::Bytes, Policy::Lru, HIGHEST_MAX_BYTES as f64 + 1.0).is_err());
    }

    #[test]
    fn counts_from_rust_pass_the_same_check() {
        let limits = |max_entries, max_bytes| {
            Settings::try_from(&CacheOptions {
                max_entries,
                max_bytes,
                ..CacheOptions::default()
            })
            .map(|settings| settings.limits)
        };
        assert!(limits(Some(0), None).is_err());
        assert!(limits(None, Some(0)).is_err());
        assert!(limits(None, Some(usize::MAX)).is_err());
        assert!(limits(Some(1), Some(crate::ENTRY_OVERHEAD)).is_ok());
        let defaults = limits(None, None).unwrap();
        assert_eq!(
            (defaults.max_entries, defaults.max_bytes),
            (10_000, 8 << 20)
        );
    }
}
