//! The time to live of an entry.

use std::time::Duration;

use crate::Error;

const MICROS_PER_MILLI: f64 = 1000.0;
const YEAR_MICROS: u64 = 365_250 * 24 * 3600 * 1000;

/// The time to live of an entry: more than 0 and at most 100 years, in whole microseconds (rounded up); or [`Ttl::NEVER`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ttl(u64);

impl Ttl {
    /// The longest TTL: 100 years.
    pub const MAX: Ttl = Ttl(100 * YEAR_MICROS);

    /// For an entry that does not expire. The longest of all in comparisons.
    pub const NEVER: Ttl = Ttl(u64::MAX);

    /// A TTL from milliseconds, as every binding gets it.
    ///
    /// # Errors
    /// [`Error::Ttl`] (`GRID_ARGUMENT`) for 0, a negative number, NaN, infinity and more than 100 years.
    pub fn from_millis(millis: f64) -> Result<Self, Error> {
        let micros = (millis * MICROS_PER_MILLI).ceil();
        // NaN fails both comparisons, so it is refused too.
        if millis > 0.0 && micros <= Self::MAX.0 as f64 {
            Ok(Self((micros as u64).max(1)))
        } else {
            Err(Error::Ttl { given: millis })
        }
    }

    /// A TTL from a duration.
    ///
    /// # Errors
    /// [`Error::Ttl`] (`GRID_ARGUMENT`) for a duration of 0 and for more than 100 years.
    pub fn from_duration(duration: Duration) -> Result<Self, Error> {
        let micros = duration.as_nanos().div_ceil(1000);
        match u64::try_from(micros) {
            Ok(micros) if micros > 0 && micros <= Self::MAX.0 => Ok(Self(micros)),
            _ => Err(Error::Ttl {
                given: duration.as_secs_f64() * 1000.0,
            }),
        }
    }

    /// The TTL in milliseconds; infinity for [`Ttl::NEVER`].
    pub fn as_millis(self) -> f64 {
        if self == Self::NEVER {
            return f64::INFINITY;
        }
        self.0 as f64 / MICROS_PER_MILLI
    }

    /// The TTL in microseconds, the unit of the clock; [`crate::slab::NO_DEADLINE`] for [`Ttl::NEVER`].
    pub(crate) fn as_micros(self) -> u64 {
        self.0
    }

    /// A TTL from microseconds, if they are in its range.
    pub(crate) fn from_micros(micros: u64) -> Option<Self> {
        let ttl = Self(micros);
        (ttl == Self::NEVER || (micros > 0 && ttl <= Self::MAX)).then_some(ttl)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_no_time_to_live() {
        let bad = [
            0.0,
            -0.0,
            -1.0,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            1e300,
            3_155_760_000_001.0,
        ];
        for millis in bad {
            assert!(
                matches!(Ttl::from_millis(millis), Err(Error::Ttl { .. })),
                "{millis}"
            );
        }
        assert!(Ttl::from_duration(Duration::ZERO).is_err());
        assert!(Ttl::from_duration(Duration::MAX).is_err());
    }

    #[test]
    fn rounds_up_to_whole_microseconds() {
        assert_eq!(Ttl::from_millis(40.0), Ok(Ttl(40_000)));
        assert_eq!(Ttl::from_millis(f64::MIN_POSITIVE), Ok(Ttl(1)));
        assert_eq!(Ttl::from_millis(3_155_760_000_000.0), Ok(Ttl::MAX));
        assert_eq!(Ttl::from_duration(Duration::from_nanos(1001)), Ok(Ttl(2)));
        assert_eq!(Ttl(1500).as_millis(), 1.5);
    }
}
