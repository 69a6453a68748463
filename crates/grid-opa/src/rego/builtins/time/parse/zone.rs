//! Offsets and names of zones.

use super::super::layout::Offset;
use super::{Parser, Wrong, signed};

impl Parser<'_> {
    pub(super) fn offset(&mut self, form: Offset) -> Result<(), Wrong> {
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

    pub(super) fn zone_name(&mut self) -> Result<(), Wrong> {
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
