//! All loads and evaluations run inside [`guarded`].

use crate::error::{Error, ErrorKind};
use crate::limits::memory::capped;
use crate::limits::stack;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A memory limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowance {
    /// The option that sets the limit, its value, and the message for work that exceeds it.
    pub(crate) option: &'static str,
    pub(crate) bytes: u32,
    pub(crate) too_much: &'static str,
}

impl Allowance {
    /// The error for work that exceeded the limit.
    pub(crate) fn exhausted(self) -> Error {
        Error::limit_of(self.option, self.too_much, self.bytes.into(), "bytes")
    }
}

/// Runs `work`. A panic becomes a `GRID_INTERNAL` error, and too much memory a `GRID_LIMIT` error.
///
/// No caller sees a half-finished change: the serving set is immutable, and `work` changes only clones and sets under construction, which
/// unwinding drops.
///
/// The panic hook of the process still prints its report to stderr. A hook applies to the complete process, so that choice belongs to the
/// host.
pub(crate) fn guarded<T>(
    allowance: Allowance,
    work: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    let mut work = Some(work);
    let mut result = None;
    guarded_once(allowance, &mut || result = work.take().map(|work| work()))?;
    result.unwrap_or_else(|| Err(panicked("the work did not run")))
}

// The part that is the same for all kinds of work, and compiled once.
fn guarded_once(allowance: Allowance, work: &mut dyn FnMut()) -> Result<(), Error> {
    let bytes = allowance.bytes as usize;
    // The thread may have less stack left than the documents checks require.
    let work = || stack::enough(0, work);
    let (outcome, peak) = capped(bytes, || catch_unwind(AssertUnwindSafe(work)));
    match outcome {
        Ok(()) if peak <= bytes => Ok(()),
        Ok(()) => Err(allowance.exhausted()),
        Err(payload) => match reason_of(payload.as_ref()) {
            // The panic message of a collection for a length that no memory could hold.
            "capacity overflow" => Err(allowance.exhausted()),
            reason => Err(panicked(reason)),
        },
    }
}

/// The message of a panic.
pub(crate) fn reason_of(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no reason given")
}

fn panicked(reason: &str) -> Error {
    Error::new(
        ErrorKind::Internal,
        format!(
            "the policy engine panicked ({reason}); there is no decision, and the engine keeps working; please report the policy and input"
        ),
    )
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::*;

    const MUCH: Allowance = Allowance {
        option: "some_bytes",
        bytes: 1 << 20,
        too_much: "it takes too much memory",
    };

    #[test]
    fn a_panic_is_an_error_with_its_reason() {
        let error = guarded::<()>(MUCH, || panic!("window {}", 1))
            .map_err(|error| (error.code(), error.to_string()));
        assert!(matches!(error, Err(("GRID_INTERNAL", text)) if text.contains("window 1")));
        assert_eq!(guarded(MUCH, || Ok(5)), Ok(5));
    }
}
