//! How much memory one evaluation, or one load, takes.
//!
//! A host makes [`CappedAllocator`] its global allocator. While work runs under a cap the allocator counts what the thread takes and
//! gives back; it never refuses. The engine looks at the count as it goes on, and before a builtin takes what may be much: work that
//! took more than it may ends with an error. What is taken between two looks is the overshoot, which `npm run limits` measures.
//!
//! Without the allocator nothing is counted, and there is no cap.
#![allow(unsafe_code)] // An allocator cannot be had otherwise. All memory comes from `System`; only counting is added.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// Whether an engine can hold work to its memory limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemoryCap {
    /// What work takes is counted, and work that takes too much is ended.
    Counted,
    /// The process has another global allocator than [`CappedAllocator`].
    None,
}

/// The system's allocator, which counts what the work of a thread takes.
///
/// ```
/// #[global_allocator]
/// static ALLOCATOR: grid_opa::CappedAllocator = grid_opa::CappedAllocator;
/// assert_eq!(grid_opa::memory_cap(), grid_opa::MemoryCap::Counted);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct CappedAllocator;

/// What is left to the work of one thread, in bytes. It is counted outside of caps too, where it means nothing: that costs less than to
/// ask each time.
struct Budget {
    /// Whether there is a cap.
    capped: Cell<bool>,
    /// Below zero where more was taken than there is.
    left: Cell<isize>,
    /// The least that was left so far.
    least: Cell<isize>,
}

std::thread_local! {
    // Constant and without a destructor, so that an allocator may use it at any time of a thread.
    static BUDGET: Budget = const {
        Budget { capped: Cell::new(false), left: Cell::new(0), least: Cell::new(0) }
    };
}

/// How far memory limits hold in this process.
pub fn memory_cap() -> MemoryCap {
    let probe = capped(isize::MAX as usize, || {
        drop(std::hint::black_box(Box::new(0_u64)))
    });
    match probe {
        (_, 0) => MemoryCap::None,
        _ => MemoryCap::Counted,
    }
}

/// Whether the work at hand took more than it may.
pub(crate) fn is_spent() -> bool {
    let budget = budget();
    budget.capped.get() && budget.left.get() < 0
}

/// Whether the work at hand may take so many bytes more.
pub(crate) fn has_room_for(bytes: u64) -> bool {
    let budget = budget();
    !budget.capped.get()
        || i64::try_from(bytes).is_ok_and(|bytes| bytes <= budget.left.get() as i64)
}

/// What a thread takes from here on, less what it gives back.
pub(crate) struct Tally(isize);

impl Tally {
    pub(crate) fn start() -> Self {
        Self(budget().left.get())
    }

    /// So many bytes; 0 where nothing is counted.
    pub(crate) fn bytes(&self) -> usize {
        let taken = self.0.wrapping_sub(budget().left.get());
        usize::try_from(taken).unwrap_or(0)
    }
}

/// Runs `work` under a cap, and tells its peak in bytes too. Under an outer cap the work takes from both.
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
    let wanted = isize::try_from(bytes).unwrap_or(isize::MAX);
    let given = if outer {
        wanted.min(left.max(0))
    } else {
        wanted
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

/// What was made outside of every cap, and is given back outside of it.
pub(crate) struct Uncapped<T>(Option<T>);

impl<T> Uncapped<T> {
    /// Runs `work` outside of every cap: what it takes is not counted. Caps inside of it are as ever.
    pub(crate) fn of(work: impl FnOnce() -> T) -> Self {
        Self(Some(uncapped(work)))
    }

    /// What it gave; there until it is dropped.
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

/// The budget of this thread. A closure around each use would be a call in code that is compiled for size.
#[inline(always)]
fn budget() -> &'static Budget {
    let budget = BUDGET.with(std::ptr::from_ref);
    // SAFETY: it has no destructor and lives as long as the thread; no caller keeps it or hands it to another thread, which it is not
    // `Sync` for.
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

// SAFETY: every block comes from `System` under the layout that it is given back with. `BUDGET` is a constant without a destructor, so
// nothing here allocates or unwinds.
unsafe impl GlobalAlloc for CappedAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        // SAFETY: the caller's promises are the ones that `System` asks for.
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
        // Both blocks may exist for a while, but `System` moves large ones by remapping pages.
        match size.checked_sub(layout.size()) {
            Some(more) => take(more),
            None => give(layout.size() - size),
        }
        // SAFETY: as in `alloc`.
        unsafe { System.realloc(block, layout, size) }
    }
}
