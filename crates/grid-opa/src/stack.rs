//! Enough stack for what the core recurses into.

/// What a shallow policy needs, in bytes.
const BASE: usize = 256 << 10;

/// What one level needs, in bytes: about twice what the worst does, which is a rule that uses another one. The tests hold it
/// against every kind of level.
const LEVEL: usize = if cfg!(debug_assertions) {
    40 << 10
} else {
    8 << 10
};

/// Runs `work`, which recurses into so many levels, on this stack if enough of it is left, else on one of its own.
pub(crate) fn enough<T>(levels: u32, work: impl FnOnce() -> T) -> T {
    let need = (levels as usize).saturating_mul(LEVEL).saturating_add(BASE);
    stacker::maybe_grow(need, need.saturating_add(BASE), work)
}
