//! Parses times by layouts.

mod date;
mod zone;

use super::Failure;
use super::layout::{DAYS, Field, MONTHS, next};
use super::quote::quote;

/// Parses a time to seconds since 1970 and nanoseconds.
pub(in crate::rego::builtins) fn parse(layout: &str, text: &str) -> Result<(i64, i64), Failure> {
    let mut parser = Parser {
        layout,
        text,
        rest: text,
        found: Found::default(),
    };
    parser.fields()?;
    parser.time()
}

/// The fields read so far.
#[derive(Default)]
struct Found {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanosecond: i64,
    /// Whether it is PM.
    half: Option<bool>,
    /// Whether the zone is UTC, which takes precedence over an offset.
    is_utc: bool,
    /// Seconds ahead of UTC.
    offset: Option<i64>,
    /// The offset of a zone name. Only names such as `GMT+3` have one, because the local zone is not read.
    named_offset: i64,
}

/// The reason why a field is invalid.
enum Wrong {
    Bad,
    Range(&'static str),
}

struct Parser<'t> {
    layout: &'t str,
    text: &'t str,
    rest: &'t str,
    found: Found,
}

impl<'t> Parser<'t> {
    fn failed(&self, part: &str, field: &str) -> Failure {
        let parts = [self.text, self.layout, part, field].map(quote);
        let [text, layout, part, field] = parts;
        format!("parsing time {text} as {layout}: cannot parse {part} as {field}").into()
    }

    fn outside(&self, what: &str) -> Failure {
        format!("parsing time {}: {what}", quote(self.text)).into()
    }

    fn fields(&mut self) -> Result<(), Failure> {
        let mut layout = self.layout;
        loop {
            let (prefix, field, behind) = next(layout);
            let field_text = layout
                .get(prefix.len()..layout.len() - behind.len())
                .unwrap_or_default();
            self.skip(prefix)
                .map_err(|()| self.failed(self.rest, prefix))?;
            let Some(field) = field else {
                if self.rest.is_empty() {
                    return Ok(());
                }
                return Err(self.outside(&format!("extra text: {}", quote(self.rest))));
            };
            layout = behind;
            let before = self.rest;
            self.field(field, layout).map_err(|wrong| match wrong {
                Wrong::Bad => self.failed(before, field_text),
                Wrong::Range(what) => self.outside(&format!("{what} out of range")),
            })?;
        }
    }

    // Skips the literal text of a layout. Spaces match any number of spaces.
    fn skip(&mut self, prefix: &str) -> Result<(), ()> {
        let mut prefix = prefix;
        while let Some(first) = prefix.chars().next() {
            if first == ' ' {
                if !self.rest.is_empty() && !self.rest.starts_with(' ') {
                    return Err(());
                }
                prefix = prefix.trim_start_matches(' ');
                self.rest = self.rest.trim_start_matches(' ');
                continue;
            }
            self.rest = self.rest.strip_prefix(first).ok_or(())?;
            prefix = prefix.get(first.len_utf8()..).unwrap_or_default();
        }
        Ok(())
    }

    fn peek(&self, place: usize) -> u8 {
        self.rest.as_bytes().get(place).copied().unwrap_or_default()
    }

    // Takes the next `length` bytes.
    fn take(&mut self, length: usize) -> Result<&'t str, Wrong> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Wrong::Bad)?;
        self.rest = rest;
        Ok(taken)
    }

    // Reads one or two digits; exactly two if `fixed`.
    fn number(&mut self, fixed: bool) -> Result<i64, Wrong> {
        let digits = self
            .rest
            .bytes()
            .take(2)
            .take_while(u8::is_ascii_digit)
            .count();
        if digits == 0 || (fixed && digits != 2) {
            return Err(Wrong::Bad);
        }
        self.take(digits)?.parse().map_err(|_| Wrong::Bad)
    }

    fn within(&mut self, fixed: bool, most: i64, what: &'static str) -> Result<i64, Wrong> {
        let number = self.number(fixed)?;
        if number > most {
            Err(Wrong::Range(what))
        } else {
            Ok(number)
        }
    }

    // Reads a name, in any case. Compares its first `length` letters, and returns its index.
    fn name(&mut self, names: &[&str], length: usize) -> Result<i64, Wrong> {
        for (number, name) in (0..).zip(names) {
            let name = name.get(..length.min(name.len())).unwrap_or(name);
            if self
                .rest
                .get(..name.len())
                .is_some_and(|text| text.eq_ignore_ascii_case(name))
            {
                self.take(name.len())?;
                return Ok(number);
            }
        }
        Err(Wrong::Bad)
    }

    fn field(&mut self, field: Field, behind: &str) -> Result<(), Wrong> {
        match field {
            Field::Year => {
                let year = signed(self.take(2)?)?;
                self.found.year = year + if year >= 69 { 1900 } else { 2000 };
            }
            Field::LongYear => {
                if !self.peek(0).is_ascii_digit() {
                    return Err(Wrong::Bad);
                }
                self.found.year = signed(self.take(4)?)?;
            }
            Field::Month => self.found.month = Some(self.name(&MONTHS, 3)? + 1),
            Field::LongMonth => self.found.month = Some(self.name(&MONTHS, usize::MAX)? + 1),
            Field::NumberMonth | Field::ZeroMonth => {
                let month = self.within(field == Field::ZeroMonth, 12, "month")?;
                if month == 0 {
                    return Err(Wrong::Range("month"));
                }
                self.found.month = Some(month);
            }
            Field::Weekday => drop(self.name(&DAYS, 3)?),
            Field::LongWeekday => drop(self.name(&DAYS, usize::MAX)?),
            Field::Day | Field::UnderDay | Field::ZeroDay => {
                if field == Field::UnderDay {
                    self.rest = self.rest.strip_prefix(' ').unwrap_or(self.rest);
                }
                self.found.day = Some(self.number(field == Field::ZeroDay)?);
            }
            Field::UnderYearDay | Field::ZeroYearDay => self.day_of_year(field)?,
            Field::Hour => self.found.hour = self.within(false, 23, "hour")?,
            Field::Hour12 | Field::ZeroHour12 => {
                self.found.hour = self.within(field == Field::ZeroHour12, 12, "hour")?;
            }
            Field::Minute | Field::ZeroMinute => {
                self.found.minute = self.within(field == Field::ZeroMinute, 59, "minute")?;
            }
            Field::Second | Field::ZeroSecond => self.second(field, behind)?,
            Field::UpperHalf => self.found.half = Some(half(self.take(2)?, ["AM", "PM"])?),
            Field::LowerHalf => self.found.half = Some(half(self.take(2)?, ["am", "pm"])?),
            Field::Offset(form) => self.offset(form)?,
            Field::ZoneName => self.zone_name()?,
            Field::Fraction {
                digits,
                trimmed: false,
                ..
            } => self.fraction(digits + 1)?,
            Field::Fraction { .. } => {
                let digits = self
                    .rest
                    .bytes()
                    .skip(1)
                    .take_while(u8::is_ascii_digit)
                    .count();
                // The fraction is optional.
                if matches!(self.peek(0), b'.' | b',') && digits > 0 {
                    self.fraction(digits + 1)?;
                }
            }
        }
        Ok(())
    }

    fn day_of_year(&mut self, field: Field) -> Result<(), Wrong> {
        let fixed = field == Field::ZeroYearDay;
        if !fixed {
            for _ in 0..2 {
                self.rest = self.rest.strip_prefix(' ').unwrap_or(self.rest);
            }
        }
        let digits = self
            .rest
            .bytes()
            .take(3)
            .take_while(u8::is_ascii_digit)
            .count();
        if digits == 0 || (fixed && digits != 3) {
            return Err(Wrong::Bad);
        }
        self.found.day_of_year = Some(signed(self.take(digits)?)?);
        Ok(())
    }

    fn second(&mut self, field: Field, behind: &str) -> Result<(), Wrong> {
        self.found.second = self.within(field == Field::ZeroSecond, 59, "second")?;
        // A fraction can follow even if the layout has none.
        if matches!(self.peek(0), b'.' | b',') && self.peek(1).is_ascii_digit() {
            if matches!(next(behind), (_, Some(Field::Fraction { .. }), _)) {
                return Ok(());
            }
            let digits = self
                .rest
                .bytes()
                .skip(1)
                .take_while(u8::is_ascii_digit)
                .count();
            self.fraction(digits + 1)?;
        }
        Ok(())
    }

    // Reads a separator and digits with a total of `length` bytes. The first nine digits are nanoseconds.
    fn fraction(&mut self, length: usize) -> Result<(), Wrong> {
        if self.rest.len() < length {
            return Err(Wrong::Bad);
        }
        if !matches!(self.peek(0), b'.' | b',') {
            return Err(Wrong::Bad);
        }
        let taken = self.take(length)?;
        let digits = taken.get(1..length.min(10)).ok_or(Wrong::Bad)?;
        let value = signed(digits)?;
        if value < 0 {
            return Err(Wrong::Range("fractional second"));
        }
        let missing = u32::try_from(9_usize.saturating_sub(digits.len())).unwrap_or(0);
        self.found.nanosecond = value * 10_i64.pow(missing);
        Ok(())
    }
}

// Reads an integer with an optional sign.
fn signed(text: &str) -> Result<i64, Wrong> {
    text.parse().map_err(|_| Wrong::Bad)
}

fn half(text: &str, names: [&str; 2]) -> Result<bool, Wrong> {
    let [before, after] = names;
    match text {
        _ if text == before => Ok(false),
        _ if text == after => Ok(true),
        _ => Err(Wrong::Bad),
    }
}
