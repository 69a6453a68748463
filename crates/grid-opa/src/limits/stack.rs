//! Makes sure that recursive work has enough stack.

use crate::error::Error;
use crate::limits::kind::LimitKind;
#[cfg(target_env = "musl")]
use std::sync::OnceLock;

/// The stack that a shallow policy needs, in bytes.
const BASE: usize = 256 << 10;

/// The stack that one level needs, in bytes. It is about twice the requirement of the worst kind of level, a rule that uses another rule.
/// The tests check every kind of level.
const LEVEL: usize = if cfg!(debug_assertions) {
    40 << 10
} else {
    8 << 10
};

/// With less stack than this left, no further level of a document is read or written, in bytes. It is about thirty times the requirement of
/// one level. The reserve also covers the host's work at the deepest level, and the unwinding.
const LEAST_FOR_DOCUMENTS: usize = if cfg!(debug_assertions) {
    128 << 10
} else {
    32 << 10
};

/// The stack of the process's main thread, once it was looked up and if it was found.
#[cfg(target_env = "musl")]
static MAIN: OnceLock<Option<main_thread::Range>> = OnceLock::new();

/// Runs `work`, which recurses up to `levels` levels. It uses the current stack if enough is left, else a new one.
pub(crate) fn enough<T>(levels: u32, work: impl FnOnce() -> T) -> T {
    let need = (levels as usize).saturating_mul(LEVEL).saturating_add(BASE);
    if left().is_some_and(|left| left >= need) {
        work()
    } else {
        stacker::grow(need.saturating_add(BASE), work)
    }
}

/// The approximate address to which the stack has grown.
#[inline]
#[cfg(target_env = "musl")]
pub(crate) fn here() -> usize {
    let here = 0_u8;
    std::ptr::from_ref(&here).addr()
}

/// The bytes of stack that are left, if known.
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

/// The bytes of stack that are left on this thread, if known exactly. Hosts that convert documents on their own stacks use it to refuse
/// documents that nest too deep.
pub fn stack_left() -> Option<usize> {
    find();
    // musl reports too little for the main thread, so the main stack must be known.
    #[cfg(target_env = "musl")]
    MAIN.get()?.as_ref()?;
    left()
}

/// Whether there is too little stack for a further level of a document.
pub(crate) fn is_short() -> bool {
    stack_left().is_some_and(|left| left < LEAST_FOR_DOCUMENTS)
}

/// Passed to serde as the error for a document that nests deeper while [`is_short`] is true. serde converts errors to texts, so
/// [`too_deep`] recognises this one by its text.
pub(crate) const TOO_DEEP: &str = "it nests deeper than this thread has stack left for";

/// The error for a document without enough stack, if serde failed with [`TOO_DEEP`].
pub(crate) fn too_deep(failed: &str, what: &str) -> Option<Error> {
    failed.starts_with(TOO_DEEP).then(|| {
        let text = format!(
            "less than {} KiB of stack are left on this thread, and the {what} nests deeper; give the thread a larger stack, or flatten \
            the {what}",
            LEAST_FOR_DOCUMENTS >> 10
        );
        Error::fixed_limit(LimitKind::Depth, LEAST_FOR_DOCUMENTS as u64, text)
    })
}

/// Looks up the stack of the main thread, once per process and before memory is capped.
///
/// musl reports only the part of the main stack that was used so far. That is less than a decision needs: each decision would create a new
/// stack, at five times the cost of the decision.
pub(crate) fn find() {
    #[cfg(target_env = "musl")]
    MAIN.get_or_init(main_thread::find);
}

#[cfg(any(target_env = "musl", test))]
mod main_thread {
    pub(super) type Range = std::ops::Range<usize>;

    /// The maximum size that is assumed, in bytes: the default of Linux, and QEMU's size regardless of the limit.
    const MOST: usize = 8 << 20;
    /// The reserve at its end, in bytes: the kernel keeps a gap there, and signal handlers run on it.
    const RESERVE: usize = 1 << 20;

    /// Reads /proc, which may not be mounted.
    #[cfg(target_env = "musl")]
    pub(super) fn find() -> Option<Range> {
        range(
            &std::fs::read_to_string("/proc/self/maps").ok()?,
            &std::fs::read_to_string("/proc/self/limits").ok()?,
        )
    }

    /// The range of the stack: its lowest possible address and its end.
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
