//! The one gate through which all loads and evaluations pass.

use crate::error::{Error, ErrorKind};
use crate::memory::capped;
use crate::stack;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What work may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowance {
    /// The option that sets the most memory, its value, and what is said of work that takes more.
    pub(crate) option: &'static str,
    pub(crate) bytes: u32,
    pub(crate) too_much: &'static str,
}

impl Allowance {
    /// The error of work that took more.
    pub(crate) fn exhausted(self) -> Error {
        Error::limit_of(self.option, self.too_much, self.bytes.into(), "bytes")
    }
}

/// Runs `work`; a panic of it becomes a `GRID_INTERNAL` error, and more memory than is allowed a `GRID_LIMIT` one.
///
/// That nothing half-changed is seen afterwards follows from how callers use it: the serving set is immutable, and `work`
/// changes only clones and sets under construction, which an unwinding throws away.
///
/// The panic hook of the process still prints its report to stderr: it can be changed for the whole process only, and that is
/// the embedder's choice.
pub(crate) fn guarded<T>(
    allowance: Allowance,
    work: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    let bytes = allowance.bytes as usize;
    // Less may be left than what is refused as too deep.
    let work = || stack::enough(0, work);
    let (outcome, peak) = capped(bytes, || catch_unwind(AssertUnwindSafe(work)));
    match outcome {
        Ok(result) if peak <= bytes => result,
        Ok(_) => Err(allowance.exhausted()),
        Err(payload) => match reason_of(payload.as_ref()) {
            // What a collection says of a length that no memory could hold.
            "capacity overflow" => Err(allowance.exhausted()),
            reason => Err(panicked(reason)),
        },
    }
}

/// What a panic said.
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
            "the policy engine panicked ({reason}); nothing was decided and the engine goes on; please report the policy and input"
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
