//! The time of the fields read.

use super::super::civil::{DAY, day_of, days_in_month, is_leap};
use super::{Failure, Parser};

impl Parser<'_> {
    pub(super) fn time(&mut self) -> Result<(i64, i64), Failure> {
        let found = &self.found;
        let hour = match found.half {
            Some(true) if found.hour < 12 => found.hour + 12,
            Some(false) if found.hour == 12 => 0,
            _ => found.hour,
        };
        let (month, day) = match found.day_of_year {
            Some(number) => self.month_and_day(number)?,
            None => (found.month.unwrap_or(1), found.day.unwrap_or(1)),
        };
        if day < 1 || day > days_in_month(found.year, month) {
            return Err(self.outside("day out of range"));
        }
        let days = day_of(found.year.into(), month.into(), day.into());
        let days = i64::try_from(days).map_err(|_| self.outside("day out of range"))?;
        let of_day = hour * 3600 + found.minute * 60 + found.second;
        let offset = found.offset.unwrap_or(found.named_offset);
        let offset = if found.is_utc { 0 } else { offset };
        Ok((days * DAY + of_day - offset, found.nanosecond))
    }

    fn month_and_day(&self, number: i64) -> Result<(i64, i64), Failure> {
        let year = self.found.year;
        if number < 1 || number > if is_leap(year) { 366 } else { 365 } {
            return Err(self.outside("day-of-year out of range"));
        }
        let (mut month, mut day) = (1, number);
        while day > days_in_month(year, month) {
            day -= days_in_month(year, month);
            month += 1;
        }
        if self.found.month.is_some_and(|other| other != month) {
            return Err(self.outside("day-of-year does not match month"));
        }
        if self.found.day.is_some_and(|other| other != day) {
            return Err(self.outside("day-of-year does not match day"));
        }
        Ok((month, day))
    }
}
