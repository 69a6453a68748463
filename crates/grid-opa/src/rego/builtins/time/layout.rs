//! Go's time layouts.

pub(super) const RFC3339: &str = "2006-01-02T15:04:05Z07:00";
pub(super) const RFC3339_NANO: &str = "2006-01-02T15:04:05.999999999Z07:00";

#[rustfmt::skip]
pub(super) const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
#[rustfmt::skip]
pub(super) const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
];

/// The layout of a name that OPA knows. Any other name is a layout itself.
pub(super) fn named(name: &str) -> &str {
    match name {
        "ANSIC" => "Mon Jan _2 15:04:05 2006",
        "UnixDate" => "Mon Jan _2 15:04:05 MST 2006",
        "RubyDate" => "Mon Jan 02 15:04:05 -0700 2006",
        "RFC822" => "02 Jan 06 15:04 MST",
        "RFC822Z" => "02 Jan 06 15:04 -0700",
        "RFC850" => "Monday, 02-Jan-06 15:04:05 MST",
        "RFC1123" => "Mon, 02 Jan 2006 15:04:05 MST",
        "RFC1123Z" => "Mon, 02 Jan 2006 15:04:05 -0700",
        "RFC3339" => RFC3339,
        "RFC3339Nano" => RFC3339_NANO,
        other => other,
    }
}

/// A field of a layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    LongMonth,
    Month,
    NumberMonth,
    ZeroMonth,
    LongWeekday,
    Weekday,
    Day,
    UnderDay,
    ZeroDay,
    UnderYearDay,
    ZeroYearDay,
    Hour,
    Hour12,
    ZeroHour12,
    Minute,
    ZeroMinute,
    Second,
    ZeroSecond,
    LongYear,
    Year,
    UpperHalf,
    LowerHalf,
    ZoneName,
    Offset(Offset),
    /// Digits after a separator.
    Fraction {
        digits: usize,
        comma: bool,
        trimmed: bool,
    },
}

/// The form of an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offset {
    /// Whether UTC is written as `Z`.
    pub(super) z: bool,
    pub(super) colon: bool,
    pub(super) minutes: bool,
    pub(super) seconds: bool,
}

/// Finds the first field of a layout. Returns the text before it, the field, and the text after it.
pub(super) fn next(layout: &str) -> (&str, Option<Field>, &str) {
    let bytes = layout.as_bytes();
    for at in 0..bytes.len() {
        if let Some((skipped, field, length)) = field_at(bytes, at) {
            // Fields are ASCII, so both cuts are between characters.
            let prefix = layout.get(..at + skipped).unwrap_or_default();
            return (
                prefix,
                Some(field),
                layout.get(at + skipped + length..).unwrap_or_default(),
            );
        }
    }
    (layout, None, "")
}

// The field at a place: the number of characters before it, the field, and its length.
fn field_at(bytes: &[u8], at: usize) -> Option<(usize, Field, usize)> {
    let rest = bytes.get(at..)?;
    let begins = |text: &str| rest.starts_with(text.as_bytes());
    let lower = |place: usize| rest.get(place).is_some_and(u8::is_ascii_lowercase);
    let found = |field, length| Some((0, field, length));
    match rest.first()? {
        b'J' if begins("January") => found(Field::LongMonth, 7),
        b'J' if begins("Jan") && !lower(3) => found(Field::Month, 3),
        b'M' if begins("Monday") => found(Field::LongWeekday, 6),
        b'M' if begins("Mon") && !lower(3) => found(Field::Weekday, 3),
        b'M' if begins("MST") => found(Field::ZoneName, 3),
        b'0' => match rest.get(1)? {
            b'1' => found(Field::ZeroMonth, 2),
            b'2' => found(Field::ZeroDay, 2),
            b'3' => found(Field::ZeroHour12, 2),
            b'4' => found(Field::ZeroMinute, 2),
            b'5' => found(Field::ZeroSecond, 2),
            b'6' => found(Field::Year, 2),
            b'0' if begins("002") => found(Field::ZeroYearDay, 3),
            _ => None,
        },
        b'1' if begins("15") => found(Field::Hour, 2),
        b'1' => found(Field::NumberMonth, 1),
        b'2' if begins("2006") => found(Field::LongYear, 4),
        b'2' => found(Field::Day, 1),
        b'_' if begins("_2006") => Some((1, Field::LongYear, 4)),
        b'_' if begins("_2") => found(Field::UnderDay, 2),
        b'_' if begins("__2") => found(Field::UnderYearDay, 3),
        b'3' => found(Field::Hour12, 1),
        b'4' => found(Field::Minute, 1),
        b'5' => found(Field::Second, 1),
        b'P' if begins("PM") => found(Field::UpperHalf, 2),
        b'p' if begins("pm") => found(Field::LowerHalf, 2),
        b'-' | b'Z' => offset(rest),
        b'.' | b',' => fraction(rest),
        _ => None,
    }
}

fn offset(rest: &[u8]) -> Option<(usize, Field, usize)> {
    let (first, behind) = rest.split_first()?;
    let z = *first == b'Z';
    let forms = [
        ("070000", false, true, true),
        ("07:00:00", true, true, true),
        ("0700", false, true, false),
        ("07:00", true, true, false),
        ("07", false, false, false),
    ];
    forms
        .into_iter()
        .find_map(|(text, colon, minutes, seconds)| {
            let field = Field::Offset(Offset {
                z,
                colon,
                minutes,
                seconds,
            });
            behind
                .starts_with(text.as_bytes())
                .then_some((0, field, text.len() + 1))
        })
}

fn fraction(rest: &[u8]) -> Option<(usize, Field, usize)> {
    let digit = *rest.get(1).filter(|digit| matches!(digit, b'0' | b'9'))?;
    let digits = rest
        .iter()
        .skip(1)
        .take_while(|byte| **byte == digit)
        .count();
    // It is not a fraction if other digits follow.
    if rest.get(1 + digits).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let comma = rest.first() == Some(&b',');
    Some((
        0,
        Field::Fraction {
            digits,
            comma,
            trimmed: digit == b'9',
        },
        1 + digits,
    ))
}
