//! Formats times by layouts.

use super::civil::Civil;
use super::layout::{DAYS, Field, MONTHS, Offset, next};

/// Formats a time by a layout.
pub(super) fn format(time: &Civil, layout: &str) -> String {
    let mut output = String::new();
    let mut rest = layout;
    while !rest.is_empty() {
        let (prefix, field, behind) = next(rest);
        output.push_str(prefix);
        let Some(field) = field else { break };
        write(&mut output, time, field);
        rest = behind;
    }
    output
}

fn name(names: &[&'static str], number: i64) -> &'static str {
    usize::try_from(number)
        .ok()
        .and_then(|number| names.get(number))
        .copied()
        .unwrap_or_default()
}

fn short(name: &str) -> &str {
    name.get(..3).unwrap_or(name)
}

fn write(output: &mut String, time: &Civil, field: Field) {
    let month = name(&MONTHS, time.month - 1);
    let weekday = DAYS.get(time.weekday()).copied().unwrap_or_default();
    let hour12 = if time.hour % 12 == 0 {
        12
    } else {
        time.hour % 12
    };
    let half = if time.hour >= 12 { "PM" } else { "AM" };
    let text = match field {
        Field::LongMonth => month.to_owned(),
        Field::Month => short(month).to_owned(),
        Field::NumberMonth => time.month.to_string(),
        Field::ZeroMonth => format!("{:02}", time.month),
        Field::LongWeekday => weekday.to_owned(),
        Field::Weekday => short(weekday).to_owned(),
        Field::Day => time.day.to_string(),
        Field::UnderDay => format!("{:2}", time.day),
        Field::ZeroDay => format!("{:02}", time.day),
        Field::UnderYearDay => format!("{:3}", time.day_of_year()),
        Field::ZeroYearDay => format!("{:03}", time.day_of_year()),
        Field::Hour => format!("{:02}", time.hour),
        Field::Hour12 => hour12.to_string(),
        Field::ZeroHour12 => format!("{hour12:02}"),
        Field::Minute => time.minute.to_string(),
        Field::ZeroMinute => format!("{:02}", time.minute),
        Field::Second => time.second.to_string(),
        Field::ZeroSecond => format!("{:02}", time.second),
        // With 64 bits of nanoseconds, no year is negative.
        Field::LongYear => format!("{:04}", time.year),
        Field::Year => format!("{:02}", time.year.rem_euclid(100)),
        Field::UpperHalf => half.to_owned(),
        Field::LowerHalf => half.to_ascii_lowercase(),
        Field::ZoneName => time.zone.name.clone(),
        Field::Offset(form) => offset(time.zone.offset, form),
        Field::Fraction {
            digits,
            comma,
            trimmed,
        } => fraction(time.nanosecond, digits, comma, trimmed),
    };
    output.push_str(&text);
}

fn offset(seconds: i64, form: Offset) -> String {
    if form.z && seconds == 0 {
        return "Z".to_owned();
    }
    // As in Go, an offset of less than a minute behind UTC has a plus.
    let sign = if seconds / 60 < 0 { '-' } else { '+' };
    let minutes = (seconds / 60).abs();
    let colon = if form.colon { ":" } else { "" };
    let mut text = format!("{sign}{:02}", minutes / 60);
    if form.minutes {
        text.push_str(&format!("{colon}{:02}", minutes % 60));
    }
    if form.seconds {
        text.push_str(&format!("{colon}{:02}", seconds.abs() % 60));
    }
    text
}

fn fraction(nanosecond: i64, digits: usize, comma: bool, trimmed: bool) -> String {
    let written = format!("{nanosecond:09}");
    let written = written.get(..digits.min(9)).unwrap_or(&written);
    let separator = if comma { ',' } else { '.' };
    if !trimmed {
        return format!("{separator}{written}");
    }
    match written.trim_end_matches('0') {
        "" => String::new(),
        kept => format!("{separator}{kept}"),
    }
}
