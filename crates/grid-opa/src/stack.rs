//! Enough stack for what is done by recursion.

use crate::error::Error;
use crate::limit_kind::LimitKind;
#[cfg(target_env = "musl")]
use std::sync::OnceLock;

/// What a shallow policy needs, in bytes.
const BASE: usize = 256 << 10;

/// What one level needs, in bytes: about twice what the worst does, which is a rule that uses another one. The tests hold it
/// against every kind of level.
const LEVEL: usize = if cfg!(debug_assertions) {
    40 << 10
} else {
    8 << 10
};

/// With less left than this no further level of a document is read or written, in bytes: about thirty times what one takes. What a host
/// does at the lowest needs some too, and so does the way back.
const LEAST_FOR_DOCUMENTS: usize = if cfg!(debug_assertions) {
    128 << 10
} else {
    32 << 10
};

/// Where the stack of the process's main thread lies, once it was looked for and if it was found.
#[cfg(target_env = "musl")]
static MAIN: OnceLock<Option<main_thread::Range>> = OnceLock::new();

/// Runs `work`, which recurses into so many levels, on this stack if enough of it is left, else on one of its own.
pub(crate) fn enough<T>(levels: u32, work: impl FnOnce() -> T) -> T {
    let need = (levels as usize).saturating_mul(LEVEL).saturating_add(BASE);
    if left().is_some_and(|left| left >= need) {
        work()
    } else {
        stacker::grow(need.saturating_add(BASE), work)
    }
}

/// About where the stack has grown to, as an address.
#[inline]
#[cfg(target_env = "musl")]
pub(crate) fn here() -> usize {
    let here = 0_u8;
    std::ptr::from_ref(&here).addr()
}

/// Bytes of stack that are left, where that is known.
pub(crate) fn left() -> Option<usize> {
    #[cfg(target_env = "musl")]
    if let Some(Some(main)) = MAIN.get() {
        let here = here();
        if main.contains(&here) {
            return Some(here - main.start);
        }
    }
    stacker::remaining_stack()
}

/// Bytes of stack that are left on this thread, where that is known for sure: for hosts that convert documents on a stack of theirs, and
/// have to refuse what is too deep for it.
pub fn stack_left() -> Option<usize> {
    find();
    // musl understates it on the main thread, and where that one lies is not known.
    #[cfg(target_env = "musl")]
    MAIN.get()?.as_ref()?;
    left()
}

/// Whether there is no stack for a further level of a document.
pub(crate) fn is_short() -> bool {
    stack_left().is_some_and(|left| left < LEAST_FOR_DOCUMENTS)
}

/// What serde is told of a document that nests deeper where [`is_short`]. It makes a text of each error, so it is this one that tells
/// [`too_deep`] from others.
pub(crate) const TOO_DEEP: &str = "it nests deeper than this thread has stack left for";

/// The error of a document for which there is no stack, if that is what serde failed with.
pub(crate) fn too_deep(failed: &str, what: &str) -> Option<Error> {
    failed.starts_with(TOO_DEEP).then(|| {
        let text = format!(
            "less than {} KiB of stack are left on this thread, and the {what} nests deeper; give the thread a larger stack, or flatten it",
            LEAST_FOR_DOCUMENTS >> 10
        );
        Error::fixed_limit(LimitKind::Depth, LEAST_FOR_DOCUMENTS as u64, text)
    })
}

/// Looks for the stack of the main thread, once for the process, before memory is capped.
///
/// musl tells of it only the part that was touched so far, which is less than a decision needs: each would have a stack of its own
/// made, at five times the cost of the decision.
pub(crate) fn find() {
    #[cfg(target_env = "musl")]
    MAIN.get_or_init(main_thread::find);
}

#[cfg(any(target_env = "musl", test))]
mod main_thread {
    pub(super) type Range = std::ops::Range<usize>;

    /// The most that is counted on, in bytes: what Linux gives by default, and QEMU whatever the limit.
    const MOST: usize = 8 << 20;
    /// What is not counted on at its end, in bytes: the kernel keeps a gap there, and handlers of signals run on it.
    const RESERVE: usize = 1 << 20;

    /// From /proc, which may not be mounted.
    #[cfg(target_env = "musl")]
    pub(super) fn find() -> Option<Range> {
        range(
            &std::fs::read_to_string("/proc/self/maps").ok()?,
            &std::fs::read_to_string("/proc/self/limits").ok()?,
        )
    }

    /// Where the stack may grow to, and where it ends.
    pub(super) fn range(maps: &str, limits: &str) -> Option<Range> {
        let line = maps.lines().find(|line| line.ends_with("[stack]"))?;
        let end = line.split([' ', '-']).nth(1)?;
        let end = usize::from_str_radix(end, 16).ok()?;
        let limit = limits
            .lines()
            .find_map(|line| line.strip_prefix("Max stack size"))?;
        let limit = match limit.split_whitespace().next()? {
            "unlimited" => MOST,
            bytes => bytes.parse::<usize>().ok()?.min(MOST),
        };
        let room = limit.checked_sub(RESERVE)?;
        Some(end.checked_sub(room)?..end)
    }
}

#[cfg(test)]
mod tests {
    use super::main_thread::range;

    const MAPS: &str = "\
        b6f00000-b6f21000 rw-p 00000000 00:00 0 \n\
        be8c0000-be8e1000 rw-p 00000000 00:00 0          [stack]\n\
        be9f0000-be9f4000 r--p 00000000 00:00 0          [vvar]\n";

    fn limits(stack: &str) -> String {
        format!(
            "Limit                     Soft Limit           Hard Limit           Units     \n\
             Max data size             unlimited            unlimited            bytes     \n\
             Max stack size            {stack:<20} unlimited            bytes     \n"
        )
    }

    #[test]
    fn the_main_stack_is_as_large_as_its_limit_and_8_mib_at_most() {
        let end = 0xbe8e_1000;
        let size = |stack| range(MAPS, &limits(stack)).map(|range| (range.end, range.len()));
        assert_eq!(size("8388608"), Some((end, 7 << 20)));
        assert_eq!(size("unlimited"), Some((end, 7 << 20)));
        assert_eq!(size("67108864"), Some((end, 7 << 20)));
        assert_eq!(size("2097152"), Some((end, 1 << 20)));
        assert_eq!(size("65536"), None, "less than the reserve");
        assert_eq!(range("", &limits("8388608")), None);
        assert_eq!(range(MAPS, ""), None);
    }
}
