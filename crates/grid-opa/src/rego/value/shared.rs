//! Comparisons of collections that share parts. A value may contain the same part many times, and its parts too: without a memory of equal
//! parts the comparison of two such values takes exponential time.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The number of pairs that a comparison visits before it remembers any: most comparisons end sooner.
const FREE: u32 = 4096;
/// The most pairs that are remembered. More take too much memory.
const MOST: usize = 1 << 14;

/// The addresses of two equal parts.
type Pair = (usize, usize);

thread_local! {
    /// How deep the current comparison is, and the number of pairs that it has visited.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static VISITED: Cell<u32> = const { Cell::new(0) };
    static EQUAL: RefCell<BTreeSet<Pair>> = const { RefCell::new(BTreeSet::new()) };
}

/// Compares two parts; `equal` is the result for equal ones.
pub(super) fn compared<T, R: PartialEq>(
    left: &Arc<T>,
    right: &Arc<T>,
    equal: R,
    compare: impl FnOnce(&T, &T) -> R,
) -> R {
    if Arc::ptr_eq(left, right) {
        return equal;
    }
    let depth = DEPTH.get();
    if depth == 0 {
        VISITED.set(0);
    }
    let visited = VISITED.get();
    // A part with one owner is compared again only if a part around it is.
    let pair = (visited >= FREE && Arc::strong_count(left) > 1 && Arc::strong_count(right) > 1)
        .then_some((Arc::as_ptr(left) as usize, Arc::as_ptr(right) as usize));
    if pair.is_some_and(is_known) {
        return equal;
    }
    VISITED.set(visited.saturating_add(1));
    let _within = Within::begin(depth);
    let result = compare(left, right);
    if let Some(pair) = pair
        && result == equal
    {
        remember(pair);
    }
    result
}

/// A comparison within others. It ends when it is dropped, also by a panic: what it remembers must not outlive the values.
struct Within {
    depth: u32,
}

impl Within {
    fn begin(depth: u32) -> Self {
        DEPTH.set(depth + 1);
        Self { depth }
    }
}

impl Drop for Within {
    fn drop(&mut self) {
        DEPTH.set(self.depth);
        // The addresses are free after the outermost comparison.
        if self.depth == 0 && VISITED.get() > FREE {
            EQUAL.take();
        }
    }
}

#[cold]
fn is_known(pair: Pair) -> bool {
    EQUAL.with_borrow(|equal| equal.contains(&pair))
}

#[cold]
fn remember(pair: Pair) {
    EQUAL.with_borrow_mut(|equal| {
        if equal.len() < MOST {
            equal.insert(pair);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::super::Value;
    use super::*;
    use std::cmp::Ordering;

    // An array that contains the one before it twice.
    fn doubled(levels: usize, leaf: i64) -> Value {
        let first = Value::from(vec![Value::from(leaf)]);
        (0..levels).fold(first, |inner, _| vec![inner.clone(), inner].into())
    }

    #[test]
    fn values_that_repeat_themselves_compare_in_a_moment() {
        // 2^60 leaves.
        let (one, same, other) = (doubled(60, 1), doubled(60, 1), doubled(60, 2));
        assert_eq!(one, same);
        assert_eq!(one.cmp(&same), Ordering::Equal);
        assert_ne!(one, other);
        assert_eq!(one.cmp(&other), Ordering::Less);
        let pair = |last: &Value| Value::from(vec![one.clone(), last.clone()]);
        assert_eq!(pair(&same).cmp(&pair(&other)), Ordering::Less);
        assert_eq!((DEPTH.get(), EQUAL.take().len()), (0, 0));
    }
}
