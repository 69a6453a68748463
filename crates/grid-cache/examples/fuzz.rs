//! Random calls, compared with the reference of the property tests. The same seed gives the same calls:
//! `cargo run --release --example fuzz -- --calls 1000000 --seed 1`.
//!
//! A case is up to 3000 calls on a cache with random options. `--case N` runs only case N and prints its calls.

#![allow(clippy::unwrap_used)]

#[path = "../tests/model/mod.rs"]
mod model;

use std::process::ExitCode;

use fastrand::Rng;
use grid_cache::Policy;
use model::{Setup, Step, run};

fn main() -> ExitCode {
    let (mut most, mut seed, mut only) = (100_000, 1, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let number: Option<u64> = arguments.next().and_then(|number| number.parse().ok());
        match (name.as_str(), number) {
            ("--calls", Some(number)) => most = number,
            ("--seed", Some(number)) => seed = number,
            ("--case", Some(number)) => only = Some(number),
            _ => {
                eprintln!("usage: fuzz [--calls N] [--seed N] [--case N]; N is a whole number");
                return ExitCode::from(2);
            }
        }
    }
    let (mut calls, mut found) = (0, 0);
    for case in only.map_or(0..u64::MAX, |case| case..case + 1) {
        if calls >= most {
            break;
        }
        let mut random = Rng::with_seed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ case);
        let setup = setup(&mut random);
        let mut steps = steps(&mut random, &setup);
        if only.is_none() {
            steps.truncate(usize::try_from(most - calls).unwrap_or(usize::MAX));
        }
        calls += steps.len() as u64;
        if only.is_some() {
            println!("{setup:?}");
            steps.iter().for_each(|step| println!("{step:?}"));
        }
        if let Err(fault) = run(setup, &steps) {
            println!("case {case} of seed {seed}: {fault}");
            found += 1;
        }
    }
    println!("{calls} calls, {found} cases differ");
    ExitCode::from(u8::from(found > 0))
}

/// A small cache, or in one case of eight a large one.
fn setup(random: &mut Rng) -> Setup {
    let large = random.u8(..8) == 0;
    Setup {
        policy: if random.bool() {
            Policy::S3Fifo
        } else {
            Policy::Lru
        },
        max_entries: random.usize(1..if large { 2000 } else { 20 }),
        max_bytes: random.usize(300..if large { 1 << 20 } else { 5000 }),
        ttl: if random.bool() {
            random.u32(1..5000)
        } else {
            0
        },
        sliding: random.bool(),
        keys: random.u16(2..if large { 3000 } else { 30 }),
    }
}

/// Calls of a case: more for a large cache, so that it fills.
fn steps(random: &mut Rng, setup: &Setup) -> Vec<Step> {
    let most = if setup.keys > 30 { 3000 } else { 500 };
    (0..random.usize(1..most))
        .map(|_| Step {
            call: random.u8(..),
            key: random.u16(..),
            value: random.u16(..),
            ttl: random.u16(..),
            other: random.u16(..),
        })
        .collect()
}
