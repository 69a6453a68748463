//! The one gate through which all work of regorus passes.

use crate::error::{Error, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `work` and turns a panic of it into a `GRID_INTERNAL` error.
///
/// That nothing half-changed is seen afterwards follows from how callers use it: the serving set is immutable, and `work`
/// changes only clones and sets under construction, which a panic throws away.
///
/// The panic hook of the process still prints its report to stderr: it can be changed for the whole process only, and that is
/// the embedder's choice.
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let reason = payload
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("no reason given");
        Err(Error::new(
            ErrorKind::Internal,
            format!(
                "the policy core panicked ({reason}); nothing was decided and the engine goes on; please report the policy and input"
            ),
        ))
    })
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_with_its_reason() {
        let error = guarded::<()>(|| panic!("window {}", 1))
            .map_err(|error| (error.code(), error.to_string()));
        assert!(matches!(error, Err(("GRID_INTERNAL", text)) if text.contains("window 1")));
        assert_eq!(guarded(|| Ok(5)), Ok(5));
    }
}
