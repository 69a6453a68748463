//! The speed of searches on this machine. A search looks at no clock, so it only begins if its longest time is left.

use super::Context;
use crate::rego::builtins::Halt;
use ::regex::Regex;
use std::sync::OnceLock;
use std::time::Instant;

/// A search of less work takes about a millisecond on a slow processor.
const SHORT: u64 = 1 << 16;

/// The product of the length of a text and the number of states of a pattern that the measured search takes.
const LENGTH: usize = 500;
const STATES: u64 = 28;
/// A search that does not fit into the caches takes this many times longer.
const SLOWEST: u64 = 3;

/// Fails if a search would end after the deadline. `work` is the product of the length of the text and the number of states of the pattern.
pub(in crate::rego::builtins) fn check(work: u64, context: &Context<'_>) -> Result<(), Halt> {
    if work <= SHORT {
        return Ok(());
    }
    match context.time_left() {
        Some(left) if u128::from(work / work_per_ms()) > left.as_millis() => Err(Halt::Time),
        _ => Ok(()),
    }
}

// Measured once: the fastest of some searches, since other programs may have delayed one.
fn work_per_ms() -> u64 {
    static FOUND: OnceLock<u64> = OnceLock::new();
    *FOUND.get_or_init(|| {
        let Ok(regex) = Regex::new("^(([a-z])+.)+[A-Z]([a-z])+$") else {
            return u64::MAX;
        };
        let text = "a".repeat(LENGTH);
        let times = (0..5).map(|_| {
            let begun = Instant::now();
            std::hint::black_box(regex.find(&text));
            begun.elapsed().as_nanos()
        });
        let nanoseconds = times.min().unwrap_or(1).max(1);
        let work = u128::from(STATES) * LENGTH as u128 * 1_000_000;
        u64::try_from(work / nanoseconds)
            .unwrap_or(u64::MAX)
            .div_euclid(SLOWEST)
            .max(1)
    })
}
