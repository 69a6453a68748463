//! The locking core under schedules that shuttle chooses, each test under thousands of them:
//! `RUSTFLAGS="--cfg shuttle" cargo test --package grid-cache --lib schedules`. GRID_SCHEDULES is their number per kind; a
//! failure prints its schedule, which `shuttle::replay` runs again. A thread that waits forever is a failure too.
//!
//! Threads switch at locks, so a critical section is one step, as in production. Not covered: the memory order of the one atomic, and
//! several shards of the map of names, which has one lock here. Miri and the stress run cover those.

mod caps;
mod events;
mod leases;
mod registry;
mod winners;

use std::sync::Arc;

use shuttle::scheduler::{DfsScheduler, PctScheduler, RandomScheduler, Scheduler};
use shuttle::sync::mpsc;
use shuttle::{Config, Runner, thread};

use crate::{CacheOptions, Wake};

/// Runs a test under random schedules, and under ones that switch threads at few places chosen at random.
fn explore(test: impl Fn() + Send + Sync + 'static) {
    let count = std::env::var("GRID_SCHEDULES").map_or(1000, |count| count.parse().unwrap());
    let test = Arc::new(test);
    let run = |scheduler: Box<dyn Scheduler + Send>| {
        let test = Arc::clone(&test);
        assert_eq!(Runner::new(scheduler, config()).run(move || test()), count);
    };
    run(Box::new(RandomScheduler::new(count)));
    run(Box::new(PctScheduler::new(3, count)));
}

/// Runs a test of very few steps under every schedule.
fn exhaust(test: impl Fn() + Send + Sync + 'static) {
    let count = Runner::new(DfsScheduler::new(None, false), config()).run(test);
    println!("{count} schedules, which are all");
}

fn config() -> Config {
    let mut config = Config::new();
    // Sixteen times the need of a test: a panic needs stack for its message.
    config.stack_size = 512 * 1024;
    config.silence_warnings = true;
    config
}

/// Runs a function in several threads, with the number of each; returns their results.
fn in_threads<T: Send + 'static>(
    count: usize,
    run: impl Fn(usize) -> T + Send + Sync + 'static,
) -> Vec<T> {
    let run = Arc::new(run);
    let threads: Vec<_> = (0..count)
        .map(|number| {
            let run = Arc::clone(&run);
            thread::spawn(move || run(number))
        })
        .collect();
    threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .collect()
}

fn entries(max_entries: usize) -> CacheOptions {
    CacheOptions {
        max_entries: Some(max_entries),
        ..CacheOptions::default()
    }
}

/// A wake, and its receiver.
fn wake() -> (Wake, mpsc::Receiver<()>) {
    let (sender, receiver) = mpsc::channel();
    (Box::new(move || sender.send(()).unwrap()), receiver)
}
