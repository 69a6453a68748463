//! The part of the Gregorian calendar that builtins outside of `time.*` use too.

/// Seconds per day.
pub(super) const DAY: i64 = 86_400;

/// Year, month and day of a day counted from 1970. Months and days start at 1.
pub(super) const fn date_of(day: i64) -> (i64, i64, i64) {
    // Eras of 400 years that start in March.
    let shifted = day + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}
