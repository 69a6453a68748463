//! Calls of the engine: they are counted, and checked for properties that every call must have.

use crate::tally::{Finding, Tally};
use grid_opa::{EngineOptions, Error, ErrorKind};
use std::cell::RefCell;
use std::io::Write;
use std::time::{Duration, Instant};

/// The limits of all cases are low, so that cases reach them soon.
pub(crate) const QUESTION_MS: u32 = 50;
const QUESTION_BYTES: u32 = 16 << 20;
const CHANGE_BYTES: u32 = 16 << 20;

/// The most time of an evaluation, with a margin for a busy machine.
const LONGEST: Duration = Duration::from_millis(2 * QUESTION_MS as u64 + 50);
/// The most memory that a case may add to the process: twice the larger cap.
const MOST_KIB: u64 = 2 * (CHANGE_BYTES as u64 >> 10);
/// Repetitions of a question that took too long. They count the processor time of the thread, which a busy machine does not increase.
const RETRIES: usize = 2;

/// Options with the limits of a case.
pub(crate) fn options() -> EngineOptions {
    EngineOptions {
        max_evaluation_ms: QUESTION_MS,
        max_evaluation_memory_bytes: QUESTION_BYTES,
        max_load_memory_bytes: CHANGE_BYTES,
        ..EngineOptions::default()
    }
}

pub(crate) struct Probe {
    pub(crate) tally: Tally,
    case: u64,
    bytes: usize,
    aloud: bool,
}

impl Probe {
    pub(crate) fn new(aloud: bool) -> Self {
        Self {
            tally: Tally::default(),
            case: 0,
            bytes: 0,
            aloud,
        }
    }

    /// Runs one case.
    pub(crate) fn case(&mut self, number: u64, work: impl FnOnce(&mut Self)) {
        self.case = number;
        self.bytes = 0;
        let before = memory::begin();
        work(self);
        self.tally.cases += 1;
        if let Some(taken) = before.and_then(memory::since) {
            self.tally.most_memory_kib = self.tally.most_memory_kib.max(taken);
            if taken > MOST_KIB {
                self.finding("memory", format!("the process grew by {taken} KiB"));
            }
        }
    }

    /// Reports a part of the case. Of several cases with the same fault, the finding names the one with the shortest parts.
    pub(crate) fn note(&mut self, what: &str, text: &str) {
        self.bytes += text.len();
        if self.aloud {
            println!("--- {what}\n{text}");
        }
    }

    /// A change of policies or data.
    pub(crate) fn change<T>(
        &mut self,
        call: impl FnOnce() -> Result<T, Error>,
    ) -> Result<T, Error> {
        let started = Instant::now();
        let outcome = call();
        let took = micros(started.elapsed());
        self.tally.slowest_change_us = self.tally.slowest_change_us.max(took);
        match &outcome {
            Ok(_) => self.tally.loaded += 1,
            Err(error) => self.error(error),
        }
        if self.aloud {
            let end = outcome
                .as_ref()
                .map_or_else(Error::to_string, |_| "done".to_owned());
            println!("=> {end}");
        }
        outcome
    }

    /// A question, which must end in time.
    pub(crate) fn question<T: std::fmt::Debug>(
        &mut self,
        call: impl Fn() -> Result<T, Error>,
    ) -> Result<T, Error> {
        let started = Instant::now();
        let outcome = call();
        let mut took = started.elapsed();
        for _ in 0..RETRIES {
            if took <= LONGEST {
                break;
            }
            let (started, before) = (Instant::now(), processor::time());
            drop(call());
            let worked = before.and_then(processor::since);
            took = took.min(worked.unwrap_or(started.elapsed()));
        }
        self.tally.slowest_question_us = self.tally.slowest_question_us.max(micros(took));
        if took > LONGEST {
            self.finding(
                "time",
                format!("an evaluation with a limit of {QUESTION_MS} ms took {took:?}"),
            );
        }
        match &outcome {
            Ok(_) => self.tally.answered += 1,
            Err(error) => self.error(error),
        }
        if self.aloud {
            match &outcome {
                Ok(answer) => println!("=> {answer:?}"),
                Err(error) => println!("=> {} {error}", error.code()),
            }
        }
        outcome
    }

    /// Counts a call of a builtin.
    pub(crate) fn called(&mut self, builtin: &str, has_value: bool) {
        let (times, valued) = self.tally.calls.entry(builtin.to_owned()).or_default();
        *times += 1;
        *valued += u64::from(has_value);
    }

    /// Reports a fault. Reports with the same `key` are the same fault.
    pub(crate) fn finding(&mut self, key: &str, text: String) {
        if self.aloud {
            println!("!!! {key}: {text}");
        }
        let finding = Finding {
            times: 1,
            case: self.case,
            bytes: self.bytes,
            text,
        };
        self.tally.find(key.to_owned(), finding);
    }

    fn error(&mut self, error: &Error) {
        *self
            .tally
            .errors
            .entry(error.code().to_owned())
            .or_default() += 1;
        let text = error.to_string();
        if error.kind() == ErrorKind::Internal {
            self.finding(&format!("panic at {}", place_of_panic()), text);
        } else if text.is_empty() {
            self.finding("an error has no text", error.code().to_owned());
        }
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

thread_local! {
    // Of a fixed size: the hook runs under the memory cap of the evaluation, and an allocation may be the cause of the panic.
    static PLACE: RefCell<([u8; 256], usize)> = const { RefCell::new(([0; 256], 0)) };
}

/// Keeps the place of each panic, and suppresses the report of the standard library.
pub(crate) fn keep_places_of_panics() {
    std::panic::set_hook(Box::new(|info| {
        PLACE.with_borrow_mut(|(buffer, length)| {
            let mut rest = buffer.as_mut_slice();
            let whole = rest.len();
            if let Some(place) = info.location() {
                let file = place.file();
                // Without the folder of the registry or the toolchain, which differs between machines.
                let file = file
                    .split_once("/index.crates.io-")
                    .and_then(|(_, rest)| rest.split_once('/'))
                    .or_else(|| file.split_once("/library/"))
                    .map_or(file, |(_, rest)| rest);
                // A longer text is cut.
                let _ = write!(rest, "{file}:{}", place.line());
            }
            *length = whole - rest.len();
        });
    }));
}

fn place_of_panic() -> String {
    PLACE.with_borrow(|(buffer, length)| {
        let bytes = buffer.get(..*length).unwrap_or_default();
        String::from_utf8_lossy(bytes).into_owned()
    })
}

mod processor {
    //! The processor time of this thread, on Linux only. It does not grow while other processes run.

    use std::time::Duration;

    pub(super) fn time() -> Option<Duration> {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        text.split(' ')
            .next()?
            .parse()
            .ok()
            .map(Duration::from_nanos)
    }

    pub(super) fn since(before: Duration) -> Option<Duration> {
        time()?.checked_sub(before)
    }
}

mod memory {
    //! The resident memory of this process, on Linux only. Other systems do not report it, so nothing is checked there.

    use std::fs;

    /// Resets the peak, and returns the resident memory in KiB.
    pub(super) fn begin() -> Option<u64> {
        fs::write("/proc/self/clear_refs", "5").ok()?;
        status("VmRSS:")
    }

    /// The KiB by which the peak since `begin` exceeds the memory then.
    pub(super) fn since(before: u64) -> Option<u64> {
        status("VmHWM:").map(|peak| peak.saturating_sub(before))
    }

    fn status(field: &str) -> Option<u64> {
        let text = fs::read_to_string("/proc/self/status").ok()?;
        let line = text.lines().find(|line| line.starts_with(field))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }
}
