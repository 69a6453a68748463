//! Times decisions of the engine and of the regorus interpreter; a part of `npm run bench:engine`.
//!
//! The argument is a file of policies, `[{"name", "query", "source", "data", "input"}]`. The output is a JSON array of times. The engine
//! is also timed without the allocator's counting. The variants are timed in turns in one process, so a disturbance affects all of them.

use grid_opa::{CappedAllocator, Engine, EngineOptions};
use serde::{Deserialize, Serialize};
use std::alloc::{GlobalAlloc, Layout, System};
use std::error::Error;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: Switched = Switched;

/// Whether the allocator counts, as it does in an addon.
static COUNTS: AtomicBool = AtomicBool::new(true);

/// [`CappedAllocator`], or the system's allocator below it, so that one process times both.
struct Switched;

// SAFETY: both allocate from `System`, so each can free the blocks of the other.
#[allow(unsafe_code)] // `GlobalAlloc` is an unsafe trait.
unsafe impl GlobalAlloc for Switched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if COUNTS.load(Relaxed) {
            unsafe { CappedAllocator.alloc(layout) }
        } else {
            unsafe { System.alloc(layout) }
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if COUNTS.load(Relaxed) {
            unsafe { CappedAllocator.dealloc(block, layout) }
        } else {
            unsafe { System.dealloc(block, layout) }
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if COUNTS.load(Relaxed) {
            unsafe { CappedAllocator.realloc(block, layout, size) }
        } else {
            unsafe { System.realloc(block, layout, size) }
        }
    }
}

const ROUND: Duration = Duration::from_millis(40);
const ROUNDS: usize = 25;

type Failure = Box<dyn Error + Send + Sync>;
type Ask<'a> = Box<dyn Fn() -> Result<(), Failure> + 'a>;

#[derive(Deserialize)]
struct Policy {
    name: String,
    query: String,
    source: String,
    data: serde_json::Value,
    input: serde_json::Value,
}

/// Microseconds per decision, and ratios of times.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Times {
    name: String,
    /// The regorus interpreter alone.
    bare: f64,
    /// The engine, with all limits on.
    grid: f64,
    grid_to_bare: f64,
    /// The time with the counting allocator, divided by the time without it.
    grid_counting: f64,
}

fn main() -> Result<(), Failure> {
    let file = std::env::args().nth(1);
    let file = file
        .ok_or("the argument is missing: a file of policies, which npm run bench:engine writes")?;
    let text = std::fs::read_to_string(file)?;
    let policies: Vec<Policy> = serde_json::from_str(&text)?;
    let times: Vec<Times> = policies
        .iter()
        .map(times_of)
        .collect::<Result<_, Failure>>()?;
    println!("{}", serde_json::to_string(&times)?);
    Ok(())
}

fn times_of(policy: &Policy) -> Result<Times, Failure> {
    let input = policy.input.to_string();
    let ways = [
        bare(policy, &input)?,
        grid(policy, &input)?,
        uncounted(grid(policy, &input)?),
    ];
    let [bare, grid, uncounted] = in_turns(&ways)?;
    Ok(Times {
        name: policy.name.clone(),
        grid_to_bare: ratio(&grid, &bare),
        grid_counting: ratio(&grid, &uncounted),
        bare: median(bare),
        grid: median(grid),
    })
}

/// The same call with the system's allocator.
fn uncounted(ask: Ask<'_>) -> Ask<'_> {
    Box::new(move || {
        COUNTS.store(false, Relaxed);
        let answer = ask();
        COUNTS.store(true, Relaxed);
        answer
    })
}

// As a host uses regorus: the policy is analysed once, and each decision gets a clone.
fn bare<'a>(policy: &'a Policy, input: &'a str) -> Result<Ask<'a>, Failure> {
    let mut engine = regorus::Engine::new();
    engine.add_policy("bench.rego".to_owned(), policy.source.clone())?;
    engine.add_data(regorus::Value::from_json_str(&policy.data.to_string())?)?;
    engine.eval_query("true".to_owned(), false)?;
    Ok(Box::new(move || {
        let mut engine = engine.clone();
        engine.set_input(regorus::Value::from_json_str(input)?);
        let answer = engine.eval_rule(policy.query.clone())?.to_json_str()?;
        allows(policy, Some(answer))
    }))
}

fn grid<'a>(policy: &'a Policy, input: &'a str) -> Result<Ask<'a>, Failure> {
    let engine = Engine::new(EngineOptions::default())?;
    engine.load_policy("bench.rego", &policy.source)?;
    engine.set_data(&policy.data)?;
    Ok(Box::new(move || {
        allows(policy, engine.evaluate_json(&policy.query, Some(input))?)
    }))
}

fn allows(policy: &Policy, answer: Option<String>) -> Result<(), Failure> {
    match black_box(answer).as_deref() {
        Some("true") => Ok(()),
        other => Err(format!("{} is {other:?}, not true", policy.query).into()),
    }
}

// The times of each variant, one per round.
fn in_turns<const N: usize>(ways: &[Ask<'_>; N]) -> Result<[Vec<f64>; N], Failure> {
    let mut times: [Vec<f64>; N] = std::array::from_fn(|_| Vec::new());
    let mut counts = [0; N];
    for (count, way) in counts.iter_mut().zip(ways) {
        *count = calls_within(way)?;
    }
    for _ in 0..ROUNDS {
        for ((times, way), count) in times.iter_mut().zip(ways).zip(counts) {
            times.push(time_of(way, count)?);
        }
    }
    Ok(times)
}

// The median of the ratios within a round.
fn ratio(times: &[f64], base: &[f64]) -> f64 {
    median(
        times
            .iter()
            .zip(base)
            .map(|(time, base)| time / base)
            .collect(),
    )
}

// The number of calls that fit into a round. It is found by doubling, which also warms up.
fn calls_within(way: &Ask<'_>) -> Result<u32, Failure> {
    let mut count = 16;
    while time_of(way, count)? * f64::from(count) < ROUND.as_secs_f64() * 1e6 {
        count *= 2;
    }
    Ok(count)
}

// Microseconds of one call.
fn time_of(way: &Ask<'_>, count: u32) -> Result<f64, Failure> {
    let started = Instant::now();
    for _ in 0..count {
        way()?;
    }
    Ok(started.elapsed().as_secs_f64() * 1e6 / f64::from(count))
}

fn median(mut list: Vec<f64>) -> f64 {
    list.sort_by(f64::total_cmp);
    list.get(list.len() / 2).copied().unwrap_or(f64::NAN)
}
