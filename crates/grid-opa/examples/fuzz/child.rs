//! Runs cases in this process, and prints the number of each case before it starts. So the parent knows which case ended the process.

use crate::arguments::Arguments;
use crate::corpus::Corpus;
use crate::kinds;
use crate::probe::{Probe, keep_places_of_panics};
use fastrand::Rng;
use std::io::Write;
use std::ops::Range;

/// Cases per tally. If the process ends, its parent runs the cases after the last tally again.
const CASES_PER_TALLY: u64 = 500;

/// The stack of threads in most hosts; a main thread has 8 MiB.
const STACK: usize = 2 << 20;

/// Begins the line with the number of the next case.
pub(crate) const NEXT: &str = "next ";
/// Begins the line with the results of the cases since the previous tally.
pub(crate) const TALLY: &str = "tally ";

/// Runs the cases of a range.
pub(crate) fn run(
    arguments: &Arguments,
    corpus: Corpus,
    cases: Range<u64>,
) -> Result<bool, String> {
    on_a_thread(arguments, corpus, move |kind, seed, mut make| {
        let mut out = std::io::stdout();
        let mut say = |text: String| out.write_all(text.as_bytes()).and_then(|()| out.flush());
        let mut probe = Probe::new(false);
        let end = cases.end;
        for case in cases {
            let told = say(format!("{NEXT}{case}\n"));
            told.map_err(|error| format!("cannot write to the parent: {error}"))?;
            probe.case(case, |probe| {
                make.case(probe, &mut random(seed, kind, case))
            });
            if probe.tally.cases == CASES_PER_TALLY || case + 1 == end {
                let tally = std::mem::take(&mut probe.tally);
                let text = serde_json::to_string(&tally).map_err(|error| error.to_string())?;
                let told = say(format!("{TALLY}{text}\n"));
                told.map_err(|error| format!("cannot write to the parent: {error}"))?;
            }
        }
        Ok(true)
    })
}

/// Runs one case and prints its steps; returns true if there are no findings.
pub(crate) fn show(arguments: &Arguments, corpus: Corpus, case: u64) -> Result<bool, String> {
    on_a_thread(arguments, corpus, move |kind, seed, mut make| {
        let mut probe = Probe::new(true);
        probe.case(case, |probe| {
            make.case(probe, &mut random(seed, kind, case))
        });
        Ok(probe.tally.findings.is_empty())
    })
}

fn on_a_thread(
    arguments: &Arguments,
    corpus: Corpus,
    work: impl FnOnce(&'static str, u64, Box<dyn kinds::Kind>) -> Result<bool, String> + Send + 'static,
) -> Result<bool, String> {
    let kind = arguments.kinds.first().copied().unwrap_or_default();
    let seed = arguments.seed;
    keep_places_of_panics();
    let thread = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || {
            let make = kinds::make(kind, corpus)?;
            work(kind, seed, make)
        });
    let thread = thread.map_err(|error| format!("cannot start a thread: {error}"))?;
    thread
        .join()
        .map_err(|_| "a panic outside the engine".to_owned())?
}

// Each case has its own random numbers, so that it can run alone. SplitMix64 makes those of neighbouring cases unrelated.
fn random(seed: u64, kind: &str, case: u64) -> Rng {
    let kind = kind.bytes().fold(0_u64, |sum, byte| {
        sum.wrapping_mul(131).wrapping_add(byte.into())
    });
    let mut mixed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)
        ^ kind.rotate_left(32)
        ^ case.wrapping_mul(0xd1b5_4a32_d192_ed03);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    Rng::with_seed(mixed ^ (mixed >> 31))
}
