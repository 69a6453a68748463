//! A cap on the memory that one evaluation may take, which ends in an error and not in an abort.
//!
//! A host makes [`CappedAllocator`] its global allocator. While work runs under a cap, the allocator counts what the thread takes
//! and gives back, and refuses what goes beyond. What then happens depends on how this crate was built:
//!
//! - With `cfg(alloc_error_hook)`, which the build script sets where the compiler allows unstable features to this crate, a hook
//!   turns the refusal into an unwinding that the engine catches: the cap is hard. Boardkit builds its addons so.
//! - Without it a refused allocation would abort the process, so none is refused: the engine looks at the count when the work is
//!   done and discards an answer that took too much. The cap then keeps no memory.
//!
//! Without the allocator nothing is counted and there is no cap.
//!
//! The hard cap is one on the stack too: work that is about to run out of it is refused memory. What the engine cannot tell beforehand,
//! functions that call each other without end, so ends in an error.
#![allow(unsafe_code)] // An allocator cannot be had otherwise. All memory comes from `System`; only counting is added.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use crate::stack;

/// How far an engine can hold work to its memory limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemoryCap {
    /// What goes beyond a limit is refused before it is taken.
    Hard,
    /// What went beyond a limit is discarded afterwards: the crate was built without `alloc_error_hook`.
    Afterwards,
    /// The process has another global allocator than [`CappedAllocator`].
    None,
}

/// What work took more of than there is for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exhausted {
    /// Memory, than its cap.
    Memory,
    /// Stack, than its thread has.
    Stack,
}

/// With less stack left than this an allocation is refused, in bytes: what has no end takes memory on its way, and an unwinding needs
/// stack itself. The least that the engine begins work with is four times as much.
pub(crate) const LEAST_STACK: usize = if cfg!(debug_assertions) {
    128 << 10
} else {
    64 << 10
};

/// The system's allocator, which counts what work under a cap takes.
///
/// ```
/// #[global_allocator]
/// static ALLOCATOR: grid_opa::CappedAllocator = grid_opa::CappedAllocator;
/// assert_ne!(grid_opa::memory_cap(), grid_opa::MemoryCap::None);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct CappedAllocator;

/// Sizes that are never refused, in bytes. Collections of the standard library stand an unwinding out of an allocation, save one:
/// a `BTreeMap` or `BTreeSet` that is about to split loses half of its nodes, and ends the process when it is dropped. A node is
/// eleven entries of at least a pointer each, and no entry of the core has more than a few hundred bytes. Work that goes on asks
/// for other sizes soon.
const NODES: std::ops::RangeInclusive<usize> = 11 * size_of::<usize>()..=4096;

/// What is left to the work of one thread, in bytes. It is counted outside of caps too, where it means nothing: that costs less than to
/// ask each time.
struct Budget {
    /// Whether anything may be refused.
    capped: Cell<bool>,
    /// Whether it was the stack that made the last refusal.
    stack: Cell<bool>,
    /// Below zero where nothing could be refused.
    left: Cell<isize>,
    /// The least that was left so far; outside of caps none is less.
    least: Cell<isize>,
    /// The address on the stack below which an allocation is refused; 0 where that is nowhere.
    lowest: Cell<usize>,
}

std::thread_local! {
    // Constant and without a destructor, so that an allocator may use it at any time of a thread.
    static BUDGET: Budget = const {
        Budget {
            capped: Cell::new(false),
            stack: Cell::new(false),
            left: Cell::new(0),
            least: Cell::new(isize::MIN),
            lowest: Cell::new(0),
        }
    };
}

/// How far memory limits hold in this process.
pub fn memory_cap() -> MemoryCap {
    let probe = capped(isize::MAX as usize, || {
        drop(std::hint::black_box(Box::new(0_u64)))
    });
    match probe {
        (_, 0) => MemoryCap::None,
        _ if cfg!(alloc_error_hook) => MemoryCap::Hard,
        _ => MemoryCap::Afterwards,
    }
}

/// Runs `work` under a cap, and tells its peak in bytes too. An unwinding because of the cap has [`Exhausted`] for its payload.
///
/// Under an outer cap the work takes from both.
pub(crate) fn capped<T>(bytes: usize, work: impl FnOnce() -> T) -> (T, usize) {
    struct Restore {
        capped: bool,
        left: isize,
        least: isize,
        given: isize,
        _lowest: Lowest,
    }
    impl Drop for Restore {
        fn drop(&mut self) {
            BUDGET.with(|budget| {
                let taken = self.given.wrapping_sub(budget.left.get());
                let most = self.given.wrapping_sub(budget.least.get());
                budget.capped.set(self.capped);
                budget
                    .least
                    .set(self.least.min(self.left.wrapping_sub(most)));
                budget.left.set(self.left.wrapping_sub(taken));
            });
        }
    }
    let restore = BUDGET.with(|budget| {
        let (capped, left) = (budget.capped.get(), budget.left.get());
        let wanted = isize::try_from(bytes).unwrap_or(isize::MAX);
        let given = if capped {
            wanted.min(left.max(0))
        } else {
            wanted
        };
        let restore = Restore {
            capped,
            left,
            least: budget.least.get(),
            given,
            _lowest: on_this_stack(),
        };
        budget.left.set(given);
        budget.least.set(given);
        budget.capped.set(true);
        restore
    });
    let value = work();
    let peak = BUDGET.with(|budget| restore.given.wrapping_sub(budget.least.get()));
    (value, usize::try_from(peak).unwrap_or(0))
}

/// The end of the stack that work under a cap was on before; it is back on that when this is dropped.
pub(crate) struct Lowest(usize);

impl Drop for Lowest {
    fn drop(&mut self) {
        BUDGET.with(|budget| budget.lowest.set(self.0));
    }
}

/// Notes where the stack ends that the thread is on now, so that an allocation need not ask: as work under a cap begins, and whenever it
/// changes to another stack.
pub(crate) fn on_this_stack() -> Lowest {
    let lowest = stack::left().map_or(0, |left| stack::here().saturating_sub(left) + LEAST_STACK);
    Lowest(BUDGET.with(|budget| budget.lowest.replace(lowest)))
}

/// What work outside of every cap gave. It is dropped outside too: its memory was never taken from the cap, so it must not be given
/// back to it.
pub(crate) struct Uncapped<T>(Option<T>);

impl<T> Uncapped<T> {
    /// Runs `work` outside of every cap: what it takes is not counted, and none of it is refused. Caps inside of it are as ever.
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
        lowest: usize,
    }
    impl Drop for Restore {
        fn drop(&mut self) {
            BUDGET.with(|budget| {
                budget.capped.set(self.capped);
                budget.left.set(self.left);
                budget.least.set(self.least);
                budget.lowest.set(self.lowest);
            });
        }
    }
    let _restore = BUDGET.with(|budget| Restore {
        capped: budget.capped.replace(false),
        left: budget.left.get(),
        least: budget.least.replace(isize::MIN),
        lowest: budget.lowest.replace(0),
    });
    work()
}

/// Makes refusals unwind, once for the process.
///
/// What the core builds at its first use and keeps for the process, its table of builtins, is built now, without a cap: a refusal amid
/// that would leave it unusable to all engines for good.
pub(crate) fn install() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        stack::find();
        // Whatever it answers, the work is done.
        let _ = regorus::Engine::new().eval_query("lower(\"\")".to_owned(), false);
        #[cfg(alloc_error_hook)]
        std::alloc::set_alloc_error_hook(on_refusal);
    });
}

// The panic machinery takes memory too, so the cap goes first. Without a cap it is the system that has no more: what the default
// does, which is to say so and abort, is all that can be done.
#[cfg(alloc_error_hook)]
fn on_refusal(layout: Layout) {
    let (capped, stack) =
        BUDGET.with(|budget| (budget.capped.replace(false), budget.stack.replace(false)));
    if capped {
        let what = if stack {
            Exhausted::Stack
        } else {
            Exhausted::Memory
        };
        // Not `panic!`: the panic hook would print a report of what is no fault.
        std::panic::resume_unwind(Box::new(what));
    }
    eprintln!("memory allocation of {} bytes failed", layout.size());
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
fn take(bytes: usize) -> bool {
    let budget = budget();
    let left = budget.left.get().wrapping_sub(bytes as isize);
    let stack = stack::here() < budget.lowest.get();
    if (stack || left < budget.least.get()) && !take_at_a_new_low(budget, bytes, left, stack) {
        return false;
    }
    budget.left.set(left);
    true
}

// While a thread panics its panic hook and the destructors are at work: a refusal there would end the process. What they take is counted.
#[inline(never)]
fn take_at_a_new_low(budget: &Budget, bytes: usize, left: isize, stack: bool) -> bool {
    if (stack || left < 0)
        && budget.capped.get()
        && cfg!(alloc_error_hook)
        && !NODES.contains(&bytes)
        && !std::thread::panicking()
    {
        budget.stack.set(stack);
        return false;
    }
    budget.least.set(budget.least.get().min(left));
    true
}

#[inline(always)]
fn give(bytes: usize) {
    let left = &budget().left;
    left.set(left.get().wrapping_add(bytes as isize));
}

// SAFETY: every block comes from `System` under the layout that it is given back with. A refusal is a null pointer, as the trait
// allows. `BUDGET` is a constant without a destructor, so nothing here allocates or unwinds.
unsafe impl GlobalAlloc for CappedAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !take(layout.size()) {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller's promises are the ones that `System` asks for.
        let block = unsafe { System.alloc(layout) };
        if block.is_null() {
            give(layout.size());
        }
        block
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if !take(layout.size()) {
            return std::ptr::null_mut();
        }
        // SAFETY: as in `alloc`.
        let block = unsafe { System.alloc_zeroed(layout) };
        if block.is_null() {
            give(layout.size());
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        give(layout.size());
        // SAFETY: as in `alloc`.
        unsafe { System.dealloc(block, layout) };
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Both blocks may exist for a while, but `System` moves large ones by remapping pages.
        let more = size.saturating_sub(layout.size());
        if !take(more) {
            return std::ptr::null_mut();
        }
        // SAFETY: as in `alloc`.
        let moved = unsafe { System.realloc(block, layout, size) };
        if moved.is_null() {
            give(more);
        } else {
            give(layout.size().saturating_sub(size));
        }
        moved
    }
}

#[cfg(all(test, alloc_error_hook))]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[global_allocator]
    static ALLOCATOR: CappedAllocator = CappedAllocator;

    // Recurses without end, as functions that call each other would.
    fn deep(level: u64) -> u64 {
        let more = std::hint::black_box(vec![level; 1000]);
        let below = if more.len() > 1 { deep(level + 1) } else { 0 };
        below + more.iter().sum::<u64>()
    }

    #[test]
    fn a_stack_that_runs_out_is_told_from_memory_that_does() {
        install();
        for (bytes, what) in [(1 << 30, Exhausted::Stack), (100_000, Exhausted::Memory)] {
            let outcome = catch_unwind(AssertUnwindSafe(|| capped(bytes, || deep(0))));
            let payload = outcome.map(drop).unwrap_err();
            assert_eq!(payload.downcast_ref(), Some(&what), "{bytes}");
        }
        assert_eq!(capped(1000, || *Box::new(5)).0, 5);
    }

    #[test]
    fn what_counts_is_the_end_of_the_stack_that_work_is_on() {
        install();
        let refused = || {
            let outcome = catch_unwind(|| deep(0));
            outcome.map(drop).unwrap_err().downcast_ref().copied()
        };
        // A refusal ends the cap, so one for each.
        let on_another = move || {
            stack::enough(200, || {
                let deep_down = std::hint::black_box([0_u8; 512 << 10]);
                (vec![deep_down[0]; 5000].len(), refused())
            })
        };
        let back_again = move || {
            let length = stack::enough(200, || vec![0_u8; 5000].len());
            (length, refused())
        };
        let both = move || (capped(1 << 30, on_another).0, capped(1 << 30, back_again).0);
        let thread = std::thread::Builder::new().stack_size(1 << 20);
        let answers = thread.spawn(both).unwrap().join().unwrap();
        let answer = (5000, Some(Exhausted::Stack));
        assert_eq!(answers, (answer, answer));
    }
}
