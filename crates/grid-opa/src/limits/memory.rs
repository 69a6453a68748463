//! The memory of one evaluation or one load.
//!
//! A host makes [`CappedAllocator`] its global allocator. While work runs under a cap, the allocator counts the allocated and freed bytes
//! of the thread; it never refuses an allocation. The engine checks the count at regular points and before a builtin allocates large
//! values, and ends work over its limit with an error. The overshoot is the memory that work allocates between two checks; `npm run limits`
//! measures it.
//!
//! Without the allocator nothing is counted and there is no cap.
#![allow(unsafe_code)] // `GlobalAlloc` is an unsafe trait. All memory comes from `System`; this module only counts.

use crate::rego::builtins::Halt;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// Whether an engine can enforce its memory limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemoryCap {
    /// Memory is counted, and work that takes too much is ended.
    Counted,
    /// The process has a global allocator other than [`CappedAllocator`].
    None,
}

/// The system's allocator, which counts the memory of each thread.
///
/// ```
/// #[global_allocator]
/// static ALLOCATOR: grid_opa::CappedAllocator = grid_opa::CappedAllocator;
/// assert_eq!(grid_opa::memory_cap(), grid_opa::MemoryCap::Counted);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct CappedAllocator;

/// The memory that the work of one thread may still take, in bytes. It is also counted outside caps, where it has no meaning: that costs
/// less than a check per allocation.
struct Budget {
    /// Whether there is a cap.
    capped: Cell<bool>,
    /// Negative if the work took more than the cap.
    left: Cell<isize>,
    /// The lowest value of `left` so far.
    least: Cell<isize>,
}

std::thread_local! {
    // A constant without a destructor, so that the allocator can use it at any time of a thread.
    static BUDGET: Budget = const {
        Budget { capped: Cell::new(false), left: Cell::new(0), least: Cell::new(0) }
    };
}

/// Whether this process enforces memory limits.
pub fn memory_cap() -> MemoryCap {
    let probe = capped(isize::MAX as usize, || {
        drop(std::hint::black_box(Box::new(0_u64)))
    });
    match probe {
        (_, 0) => MemoryCap::None,
        _ => MemoryCap::Counted,
    }
}

/// Whether the current work took more than its cap.
pub(crate) fn is_spent() -> bool {
    let budget = budget();
    budget.capped.get() && budget.left.get() < 0
}

/// The budget of calls: fails if the current work may not take that many more bytes.
pub(crate) fn room_for(bytes: u64) -> Result<(), Halt> {
    let budget = budget();
    let has_room = !budget.capped.get()
        || i64::try_from(bytes).is_ok_and(|bytes| bytes <= budget.left.get() as i64);
    has_room.then_some(()).ok_or(Halt::Memory)
}

/// Counts the memory that a thread takes from now on, minus the memory that it frees.
pub(crate) struct Tally(isize);

impl Tally {
    pub(crate) fn start() -> Self {
        Self(budget().left.get())
    }

    /// The counted bytes; 0 without counting.
    pub(crate) fn bytes(&self) -> usize {
        let taken = self.0.wrapping_sub(budget().left.get());
        usize::try_from(taken).unwrap_or(0)
    }
}

/// Runs `work` under a cap and also returns its peak in bytes. Under an outer cap the memory counts towards both.
pub(crate) fn capped<T>(bytes: usize, work: impl FnOnce() -> T) -> (T, usize) {
    struct Restore {
        capped: bool,
        left: isize,
        least: isize,
        given: isize,
    }
    impl Drop for Restore {
        fn drop(&mut self) {
            let budget = budget();
            let taken = self.given.wrapping_sub(budget.left.get());
            let most = self.given.wrapping_sub(budget.least.get());
            budget.capped.set(self.capped);
            budget
                .least
                .set(self.least.min(self.left.wrapping_sub(most)));
            budget.left.set(self.left.wrapping_sub(taken));
        }
    }
    let budget = budget();
    let (outer, left) = (budget.capped.get(), budget.left.get());
    let requested = isize::try_from(bytes).unwrap_or(isize::MAX);
    let given = if outer {
        requested.min(left.max(0))
    } else {
        requested
    };
    let restore = Restore {
        capped: outer,
        left,
        least: budget.least.get(),
        given,
    };
    budget.left.set(given);
    budget.least.set(given);
    budget.capped.set(true);
    let value = work();
    let peak = given.wrapping_sub(budget.least.get());
    drop(restore);
    (value, usize::try_from(peak).unwrap_or(0))
}

/// A value that was allocated outside all caps and is dropped outside all caps.
pub(crate) struct Uncapped<T>(Option<T>);

impl<T> Uncapped<T> {
    /// Runs `work` outside all caps: its memory is not counted. Caps inside `work` apply as usual.
    pub(crate) fn of(work: impl FnOnce() -> T) -> Self {
        Self(Some(uncapped(work)))
    }

    /// The value; it is `None` only during the drop.
    pub(crate) const fn get(&self) -> Option<&T> {
        self.0.as_ref()
    }
}

impl<T> Drop for Uncapped<T> {
    fn drop(&mut self) {
        uncapped(|| drop(self.0.take()));
    }
}

fn uncapped<T>(work: impl FnOnce() -> T) -> T {
    struct Restore {
        capped: bool,
        left: isize,
        least: isize,
    }
    impl Drop for Restore {
        fn drop(&mut self) {
            let budget = budget();
            budget.capped.set(self.capped);
            budget.left.set(self.left);
            budget.least.set(self.least);
        }
    }
    let budget = budget();
    let _restore = Restore {
        capped: budget.capped.replace(false),
        left: budget.left.get(),
        least: budget.least.get(),
    };
    work()
}

/// The budget of this thread. `with` and a closure around each use would be a function call in code that is optimised for size.
#[inline(always)]
fn budget() -> &'static Budget {
    let budget = BUDGET.with(std::ptr::from_ref);
    // SAFETY: the constant has no destructor and lives as long as the thread. No caller stores the reference or passes it to another
    // thread; `Budget` is not `Sync`.
    unsafe { &*budget }
}

#[inline(always)]
fn take(bytes: usize) {
    let budget = budget();
    let left = budget.left.get().wrapping_sub(bytes as isize);
    budget.left.set(left);
    if left < budget.least.get() {
        budget.least.set(left);
    }
}

#[inline(always)]
fn give(bytes: usize) {
    let left = &budget().left;
    left.set(left.get().wrapping_add(bytes as isize));
}

// SAFETY: every block comes from `System` and is freed with the layout of its allocation. `BUDGET` is a constant without a destructor, so
// nothing here allocates or unwinds.
unsafe impl GlobalAlloc for CappedAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        // SAFETY: the caller guarantees the requirements of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        // SAFETY: as in `alloc`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        give(layout.size());
        // SAFETY: as in `alloc`.
        unsafe { System.dealloc(block, layout) };
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Both blocks may exist for a short time, but `System` moves large ones by remapping pages.
        match size.checked_sub(layout.size()) {
            Some(more) => take(more),
            None => give(layout.size() - size),
        }
        // SAFETY: as in `alloc`.
        unsafe { System.realloc(block, layout, size) }
    }
}
