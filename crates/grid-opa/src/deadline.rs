//! When the evaluation of a thread must have ended. The core looks at its clock between steps; a builtin that runs long in one step
//! looks here.

use std::cell::Cell;
use std::time::Instant;

thread_local! {
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Runs `work`, whose builtins are to end at `deadline`.
pub(crate) fn until<T>(deadline: Option<Instant>, work: impl FnOnce() -> T) -> T {
    // Restored by an unwinding too: that of the memory limit passes here.
    struct Restore(Option<Instant>);
    impl Drop for Restore {
        fn drop(&mut self) {
            DEADLINE.set(self.0);
        }
    }
    let _restore = Restore(DEADLINE.replace(deadline));
    work()
}

/// Whether the evaluation took too long already. What a builtin gives then does not matter: no answer is made of it.
pub(crate) fn has_passed() -> bool {
    DEADLINE
        .get()
        .is_some_and(|deadline| Instant::now() > deadline)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn it_holds_while_the_work_lasts() {
        assert!(!has_passed());
        until(Some(Instant::now()), || {
            std::thread::sleep(Duration::from_millis(1));
            assert!(has_passed());
            until(None, || assert!(!has_passed()));
            assert!(has_passed());
        });
        assert!(!has_passed());
    }
}
