//! `time.*`, with Go's layouts.

mod civil;
pub(super) mod duration;
mod format;
mod layout;
pub(super) mod parse;
mod quote;
mod zone;

use super::operands::{any, int, string, string_of, wrong_type};
use super::{Answer, Builtin, Context, Failure, builtin, impure};
use crate::rego::value::Value;
use crate::rego::value::number::i64_of;
use civil::{Civil, days_in_month};
use zone::Zone;

/// The maximum number of years, months or days to add.
const MAX_ADDED: u64 = 1_000_000_000;

pub(super) const ALL: &[Builtin] = &[
    builtin("time.add_date", 4, |operands, _| {
        let time = Time::of(any(operands, 1)?)?;
        let (years, months, days) = (int(operands, 2)?, int(operands, 3)?, int(operands, 4)?);
        // With larger numbers, Go's sums overflow and can result in a valid time.
        if [years, months, days]
            .iter()
            .any(|number| number.unsigned_abs() > MAX_ADDED)
        {
            return Err(Failure::unsure(
                "this many years, months or days cannot be added",
            ));
        }
        let civil = time.civil()?;
        let day = civil::day_of(
            i128::from(civil.year) + i128::from(years),
            i128::from(civil.month) + i128::from(months),
            i128::from(civil.day) + i128::from(days),
        );
        let seconds = day * i128::from(civil::DAY) + i128::from(civil.second_of_day());
        let seconds = i64::try_from(seconds).map_err(|_| OUTSIDE)?;
        nanoseconds(time.zone.to_utc(seconds)?, civil.nanosecond)
    }),
    builtin("time.clock", 1, |operands, _| {
        let time = Time::of(any(operands, 1)?)?.civil()?;
        Ok(Some(numbers([time.hour, time.minute, time.second])))
    }),
    builtin("time.date", 1, |operands, _| {
        let time = Time::of(any(operands, 1)?)?.civil()?;
        Ok(Some(numbers([time.year, time.month, time.day])))
    }),
    builtin("time.diff", 2, diff),
    builtin("time.format", 1, |operands, context| {
        let time = Time::of(any(operands, 1)?)?;
        let layout = match time.layout {
            "" => layout::RFC3339_NANO,
            name => layout::named(name),
        };
        context.charge(layout.len().saturating_mul(4))?;
        Ok(Some(format::format(&time.civil()?, layout).into()))
    }),
    impure("time.now_ns", 0, |_, context| {
        Ok(Some(context.now_ns().into()))
    }),
    builtin("time.parse_duration_ns", 1, |operands, _| {
        Ok(Some(duration::nanoseconds(string(operands, 1)?)?.into()))
    }),
    builtin("time.parse_ns", 2, |operands, _| {
        let layout = layout::named(string(operands, 1)?);
        let (seconds, nanosecond) = parse::parse(layout, string(operands, 2)?)?;
        nanoseconds(seconds, nanosecond)
    }),
    builtin("time.parse_rfc3339_ns", 1, |operands, _| {
        let (seconds, nanosecond) = parse::parse(layout::RFC3339, string(operands, 1)?)?;
        nanoseconds(seconds, nanosecond)
    }),
    builtin("time.weekday", 1, |operands, _| {
        let time = Time::of(any(operands, 1)?)?.civil()?;
        Ok(Some(
            layout::DAYS
                .get(time.weekday())
                .copied()
                .unwrap_or_default()
                .into(),
        ))
    }),
];

const OUTSIDE: &str = "time outside of valid range";

fn numbers<const N: usize>(numbers: [i64; N]) -> Value {
    numbers.map(Value::from).to_vec().into()
}

// A time as nanoseconds since 1970, if it fits into 64 bits.
fn nanoseconds(seconds: i64, nanosecond: i64) -> Answer {
    let total = i128::from(seconds) * 1_000_000_000 + i128::from(nanosecond);
    Ok(Some(i64::try_from(total).map_err(|_| OUTSIDE)?.into()))
}

/// A time operand: nanoseconds since 1970, with an optional zone and layout.
struct Time<'v> {
    nanoseconds: i64,
    zone: Zone,
    layout: &'v str,
}

impl<'v> Time<'v> {
    fn of(value: &'v Value) -> Result<Self, Failure> {
        let wrong = || {
            wrong_type(
                1,
                value,
                &["either number (ns) or [number (ns), string (tz)]"],
            )
        };
        let (number, zone, layout) = match value {
            Value::Number(_) => (value, None, None),
            Value::Array(parts) => {
                let number = parts.first().ok_or_else(wrong)?;
                if !matches!(number, Value::Number(_)) {
                    return Err(wrong_type(1, number, &["number"]));
                }
                (number, parts.get(1), parts.get(2))
            }
            _ => return Err(wrong()),
        };
        let text = |part: Option<&'v Value>| part.map(|part| string_of(part, 1)).transpose();
        let zone = text(zone)?.map_or(Ok(Zone::Utc), Zone::named)?;
        let layout = text(layout)?.unwrap_or_default();
        let nanoseconds = i64_of(number).ok_or("timestamp too big")?;
        Ok(Self {
            nanoseconds,
            zone,
            layout,
        })
    }

    fn civil(&self) -> Result<Civil, Failure> {
        self.in_zone(&self.zone)
    }

    fn in_zone(&self, zone: &Zone) -> Result<Civil, Failure> {
        let seconds = self.nanoseconds.div_euclid(1_000_000_000);
        let local = zone.local(seconds)?;
        Ok(Civil::of(
            seconds,
            self.nanoseconds.rem_euclid(1_000_000_000),
            local,
        ))
    }
}

// Years, months, days, hours, minutes and seconds between two times, in the zone of the first.
fn diff(operands: &[Value], _: &mut Context<'_>) -> Answer {
    let (first, second) = (Time::of(any(operands, 1)?)?, Time::of(any(operands, 2)?)?);
    let (mut earlier, mut later) = (first.civil()?, second.in_zone(&first.zone)?);
    if first.nanoseconds > second.nanoseconds {
        std::mem::swap(&mut earlier, &mut later);
    }
    let mut years = later.year - earlier.year;
    let mut months = later.month - earlier.month;
    let mut days = later.day - earlier.day;
    let mut hours = later.hour - earlier.hour;
    let mut minutes = later.minute - earlier.minute;
    let mut seconds = later.second - earlier.second;
    if seconds < 0 {
        seconds += 60;
        minutes -= 1;
    }
    if minutes < 0 {
        minutes += 60;
        hours -= 1;
    }
    if hours < 0 {
        hours += 24;
        days -= 1;
    }
    if days < 0 {
        days += days_in_month(earlier.year, earlier.month);
        months -= 1;
    }
    if months < 0 {
        months += 12;
        years -= 1;
    }
    Ok(Some(numbers([
        years, months, days, hours, minutes, seconds,
    ])))
}
