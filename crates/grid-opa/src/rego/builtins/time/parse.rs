//! Parses times by layouts.

use super::Failure;
use super::civil::{DAY, day_of, days_in_month, is_leap};
use super::layout::{DAYS, Field, MONTHS, Offset, next};

/// Quotes a text as Go's package time does.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(character);
            }
            ' '..='\u{7f}' => quoted.push(character),
            _ => {
                let mut bytes = [0; 4];
                for byte in character.encode_utf8(&mut bytes).bytes() {
                    quoted.push_str(&format!("\\x{byte:02x}"));
                }
            }
        }
    }
    quoted.push('"');
    quoted
}

/// Parses a time to seconds since 1970 and nanoseconds.
pub(super) fn parse(layout: &str, text: &str) -> Result<(i64, i64), Failure> {
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

    fn offset(&mut self, form: Offset) -> Result<(), Wrong> {
        if form.z && self.peek(0) == b'Z' {
            self.take(1)?;
            self.found.is_utc = true;
            return Ok(());
        }
        let colon = usize::from(form.colon);
        let length = match (form.minutes, form.seconds) {
            (false, _) => 3,
            (true, false) => 5 + colon,
            (true, true) => 7 + 2 * colon,
        };
        let taken = self.take(length)?;
        let part = |at: usize| {
            let digits = taken
                .get(at..at + 2)
                .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
            digits
                .and_then(|digits| digits.parse::<i64>().ok())
                .ok_or(Wrong::Bad)
        };
        let colons = |at: usize| !form.colon || taken.as_bytes().get(at) == Some(&b':');
        if form.minutes && !colons(3) || form.seconds && !colons(6) {
            return Err(Wrong::Bad);
        }
        let hours = part(1)?;
        let minutes = if form.minutes { part(3 + colon)? } else { 0 };
        let seconds = if form.seconds {
            part(5 + 2 * colon)?
        } else {
            0
        };
        // Go accepts 24 hours, 60 minutes and 60 seconds.
        for (value, most, what) in [
            (hours, 24, "time zone offset hour"),
            (minutes, 60, "time zone offset minute"),
            (seconds, 60, "time zone offset second"),
        ] {
            if value > most {
                return Err(Wrong::Range(what));
            }
        }
        let offset = (hours * 60 + minutes) * 60 + seconds;
        self.found.offset = Some(match taken.as_bytes().first() {
            Some(b'+') => offset,
            Some(b'-') => -offset,
            _ => return Err(Wrong::Bad),
        });
        Ok(())
    }

    fn zone_name(&mut self) -> Result<(), Wrong> {
        let rest = self.rest;
        let length = if rest.starts_with("UTC") {
            self.found.is_utc = true;
            3
        } else if rest.starts_with("ChST") || rest.starts_with("MeST") {
            4
        } else if let Some(behind) = rest.strip_prefix("GMT") {
            let length = signed_offset(behind);
            let hours = behind.get(..length).and_then(|text| signed(text).ok());
            self.found.named_offset = hours.unwrap_or(0) * 3600;
            3 + length
        } else if rest.starts_with(['+', '-']) && rest.len() >= 3 {
            signed_offset(rest)
        } else {
            let letters = rest
                .bytes()
                .take(6)
                .take_while(u8::is_ascii_uppercase)
                .count();
            match letters {
                3 => 3,
                4 if rest.as_bytes().get(3) == Some(&b'T') || rest.starts_with("WITA") => 4,
                5 if rest.as_bytes().get(4) == Some(&b'T') => 5,
                _ => 0,
            }
        };
        if length == 0 {
            return Err(Wrong::Bad);
        }
        self.take(length).map(drop)
    }

    fn time(&mut self) -> Result<(i64, i64), Failure> {
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

// The length of an offset such as +03; 0 if it is not an offset of at most 23 hours.
fn signed_offset(text: &str) -> usize {
    let Some(digits) = text.strip_prefix(['+', '-']) else {
        return 0;
    };
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    match digits
        .get(..length)
        .and_then(|digits| digits.parse::<u64>().ok())
    {
        Some(hours) if hours <= 23 => 1 + length,
        _ => 0,
    }
}
