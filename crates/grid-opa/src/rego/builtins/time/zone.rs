//! Time zones.

use super::super::Failure;
use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::{OffsetName, Tz};

/// A time zone.
pub(super) enum Zone {
    Utc,
    Named(Tz),
}

/// What a zone has at a time: seconds that it is ahead of UTC, and what it is called.
pub(super) struct Local {
    pub(super) offset: i64,
    pub(super) name: String,
}

/// From this second on, the first of 2100, the zones here know of no changes any more.
const END: i64 = 4_102_444_800;

impl Zone {
    pub(super) fn named(name: &str) -> Result<Self, Failure> {
        match name {
            "" | "UTC" => return Ok(Self::Utc),
            "Local" => {
                return Err(Failure::unsure(
                    "this build does not know of the zone that a machine is in",
                ));
            }
            _ if name.contains("..") || name.starts_with(['/', '\\']) => {
                return Err("time: invalid location name".into());
            }
            _ => {}
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte);
        if !name.bytes().all(fits) {
            return Err(format!("unknown time zone {name}").into());
        }
        // It may be one that was left out of this build.
        let zone = name
            .parse()
            .map_err(|_| Failure::unsure(format!("the time zone {name} is not in this build")))?;
        Ok(Self::Named(zone))
    }

    /// What it has at a second since 1970.
    pub(super) fn local(&self, second: i64) -> Result<Local, Failure> {
        let Self::Named(zone) = self else {
            return Ok(Local {
                offset: 0,
                name: "UTC".to_owned(),
            });
        };
        let outside = || Failure::unsure("this build knows of no time zones at such a time");
        if second >= END && !zone.name().starts_with("Etc/") {
            return Err(outside());
        }
        let time = DateTime::from_timestamp(second, 0).ok_or_else(outside)?;
        let offset = zone.offset_from_utc_datetime(&time.naive_utc());
        Ok(Local {
            offset: offset.fix().local_minus_utc().into(),
            name: offset.abbreviation().unwrap_or_default().to_owned(),
        })
    }

    /// The second since 1970 at which a clock of it shows this one.
    pub(super) fn to_utc(&self, second: i64) -> Result<i64, Failure> {
        let first = self.local(second)?.offset;
        if first == 0 {
            return Ok(second);
        }
        // The offset may be another one at the time that is meant.
        let offset = self.local(second.saturating_sub(first))?.offset;
        Ok(second.saturating_sub(offset))
    }
}
