//! Dates of the Gregorian calendar.

use super::super::calendar::date_of;
use super::zone::Local;

pub(super) use super::super::calendar::DAY;

/// The date and the time of day in a zone.
pub(super) struct Civil {
    pub(super) year: i64,
    /// Counted from 1.
    pub(super) month: i64,
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    pub(super) nanosecond: i64,
    /// Days since 1970.
    days: i64,
    pub(super) zone: Local,
}

impl Civil {
    /// Converts seconds since 1970 in UTC.
    pub(super) fn of(seconds: i64, nanosecond: i64, zone: Local) -> Self {
        let seconds = seconds + zone.offset;
        let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let (year, month, day) = date_of(days);
        Self {
            year,
            month,
            day,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
            nanosecond,
            days,
            zone,
        }
    }

    pub(super) const fn second_of_day(&self) -> i64 {
        self.hour * 3600 + self.minute * 60 + self.second
    }

    /// Counted from Sunday, which is 0.
    pub(super) fn weekday(&self) -> usize {
        usize::try_from((self.days + 4).rem_euclid(7)).unwrap_or_default()
    }

    /// Counted from 1.
    pub(super) fn day_of_year(&self) -> i64 {
        let before: i64 = (1..self.month)
            .map(|month| days_in_month(self.year, month))
            .sum();
        before + self.day
    }
}

/// The days from 1970 to a date. Months and days can be out of range.
pub(super) fn day_of(year: i128, month: i128, day: i128) -> i128 {
    let year = year + (month - 1).div_euclid(12);
    let month = (month - 1).rem_euclid(12) + 1;
    let year = year - i128::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let month = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * month + 2) / 5 + day - 1;
    let days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    era * 146_097 + days - 719_468
}

pub(super) const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub(super) const fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
