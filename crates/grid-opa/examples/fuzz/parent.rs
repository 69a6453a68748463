//! Runs children in parallel, each on a range of cases. Detects a child that ends before its last case, and a case that does not end.

use crate::arguments::Arguments;
use crate::child::{NEXT, TALLY};
use crate::tally::{Finding, Tally, calls, table};
use std::io::{BufRead, BufReader, Read};
use std::ops::Range;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The most processor time of one case.
const LONGEST_CASE: Duration = Duration::from_secs(10);
/// The most wall-clock time of one case: a case that only waits takes no processor time.
const LONGEST_WAIT: Duration = Duration::from_secs(120);
/// The most time before the first case: on a busy machine, reading the corpus is slow.
const LONGEST_START: Duration = Duration::from_secs(60);
/// The run ends after this many lost processes. Otherwise a fault in every case would make it last for days.
const MOST_LOST: u64 = 100;

/// Runs all kinds and prints the results; returns true if there are no findings.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, String> {
    let mut tallies = Vec::new();
    for kind in &arguments.kinds {
        let tally = run_kind(arguments, kind)?;
        for (key, finding) in &tally.findings {
            println!("{key} ({} times): {}", finding.times, finding.text);
            println!(
                "  --kind {kind} --seed {} --case {}",
                arguments.seed, finding.case
            );
        }
        tallies.push((*kind, tally));
    }
    print!("{}{}", calls(&tallies), table(&tallies));
    Ok(tallies.iter().all(|(_, tally)| tally.findings.is_empty()))
}

struct Work {
    ranges: Vec<Range<u64>>,
    tally: Tally,
    lost: u64,
    failure: Option<String>,
}

fn run_kind(arguments: &Arguments, kind: &str) -> Result<Tally, String> {
    let starts =
        (0..arguments.count).step_by(usize::try_from(arguments.batch).unwrap_or(usize::MAX));
    let range = |start: u64| start..arguments.count.min(start.saturating_add(arguments.batch));
    // In reverse order, because work is taken from the end.
    let ranges = starts
        .map(range)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let work = Mutex::new(Work {
        ranges,
        tally: Tally::default(),
        lost: 0,
        failure: None,
    });
    let lock = || work.lock().unwrap_or_else(PoisonError::into_inner);
    std::thread::scope(|scope| {
        for _ in 0..arguments.jobs {
            scope.spawn(|| {
                loop {
                    // A separate statement, so that the lock is free while the child runs.
                    let next = lock().ranges.pop();
                    let Some(cases) = next else { break };
                    match run_range(arguments, kind, cases.clone()) {
                        Ok((tally, None)) => lock().tally.add(tally),
                        Ok((tally, Some(lost))) => {
                            let finding = describe(arguments, kind, &lost);
                            let mut work = lock();
                            work.tally.add(tally);
                            work.tally.cases += 1;
                            work.tally.find(lost.key(), finding);
                            work.lost += 1;
                            // The cases that were not reported yet run again, and then those after the lost one.
                            work.ranges.push(lost.case + 1..cases.end);
                            work.ranges.push(lost.untold..lost.case);
                            work.ranges.retain(|range| !range.is_empty());
                            if work.lost > MOST_LOST {
                                work.failure = Some(format!("{MOST_LOST} processes were lost"));
                                work.ranges.clear();
                            }
                        }
                        Err(reason) => {
                            let mut work = lock();
                            work.ranges.clear();
                            work.failure = Some(reason);
                        }
                    }
                }
            });
        }
    });
    let work = work.into_inner().unwrap_or_else(PoisonError::into_inner);
    match work.failure {
        // The findings so far matter more than the reason why the run ended.
        Some(reason) if work.tally.findings.is_empty() => Err(reason),
        Some(reason) => {
            println!("{reason}");
            Ok(work.tally)
        }
        None => Ok(work.tally),
    }
}

/// A process that ended during a case, or whose case did not end.
struct Lost {
    case: u64,
    /// The first case that no tally has reported.
    untold: u64,
    how: String,
    stderr: String,
}

impl Lost {
    fn key(&self) -> String {
        let last = self
            .stderr
            .lines()
            .rev()
            .find(|line| !line.trim().is_empty());
        format!("{}: {}", self.how, last.unwrap_or("no output"))
    }
}

// Runs the case alone, to learn if it needs the cases before it.
fn describe(arguments: &Arguments, kind: &str, lost: &Lost) -> Finding {
    let alone = run_range(arguments, kind, lost.case..lost.case + 1);
    let again = match alone {
        Ok((_, Some(again))) => format!("also when run alone: {}", again.key()),
        Ok((_, None)) => format!(
            "not when run alone; reproduce it with --first {} --end {}",
            lost.untold,
            lost.case + 1
        ),
        Err(reason) => reason,
    };
    Finding {
        times: 1,
        case: lost.case,
        bytes: 0,
        text: again,
    }
}

fn run_range(
    arguments: &Arguments,
    kind: &str,
    cases: Range<u64>,
) -> Result<(Tally, Option<Lost>), String> {
    let mut child = spawn(arguments, kind, &cases)?;
    let (lines, stderr) = listen(&mut child)?;
    let mut tally = Tally::default();
    let (mut case, mut untold) = (None, cases.start);
    let mut since = (Instant::now(), worked(child.id()));
    let hangs = loop {
        let patience = if case.is_some() {
            LONGEST_CASE
        } else {
            LONGEST_START
        };
        match lines.recv_timeout(patience) {
            Ok(line) => {
                since = (Instant::now(), worked(child.id()));
                if let Some(next) = line.strip_prefix(NEXT) {
                    case = next.parse::<u64>().ok();
                } else if let Some(text) = line.strip_prefix(TALLY) {
                    tally.add(
                        serde_json::from_str(text).map_err(|error| format!("{error}: {text}"))?,
                    );
                    untold = case.map_or(untold, |case| case + 1);
                }
            }
            Err(RecvTimeoutError::Disconnected) => break false,
            Err(RecvTimeoutError::Timeout) => {
                let at_work = match (worked(child.id()), since.1) {
                    (Some(now), Some(then)) => now.saturating_sub(then) >= LONGEST_CASE,
                    _ => true,
                };
                if at_work || since.0.elapsed() >= LONGEST_WAIT {
                    break true;
                }
            }
        }
    };
    if hangs {
        child.kill().map_err(|error| error.to_string())?;
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    let stderr = stderr.recv().unwrap_or_default();
    if status.success() && untold == cases.end {
        return Ok((tally, None));
    }
    let Some(case) = case else {
        return Err(format!(
            "a child ended before its first case, {status}: {stderr}"
        ));
    };
    let how = if hangs {
        format!("a case took longer than {LONGEST_CASE:?}")
    } else {
        format!("the process ended, {status}")
    };
    let lost = Lost {
        case,
        untold,
        how,
        stderr,
    };
    Ok((tally, Some(lost)))
}

fn spawn(arguments: &Arguments, kind: &str, cases: &Range<u64>) -> Result<Child, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.args(["--kind", kind, "--seed", &arguments.seed.to_string()]);
    command.args([
        "--first",
        &cases.start.to_string(),
        "--end",
        &cases.end.to_string(),
    ]);
    if let Some(corpus) = &arguments.corpus {
        command.arg("--corpus").arg(corpus);
    }
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
        .spawn()
        .map_err(|error| format!("cannot start a child: {error}"))
}

// The processor time of a child, on Linux only. The kernel counts it in hundredths of a second.
fn worked(pid: u32) -> Option<Duration> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(')')?;
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Some(Duration::from_millis(10 * ticks))
}

// The lines of a child as they arrive, and all of its stderr after it ended.
fn listen(child: &mut Child) -> Result<(Receiver<String>, Receiver<String>), String> {
    let (Some(stdout), Some(mut stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Err("the child has no pipes".to_owned());
    };
    let (say, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if say.send(line).is_err() {
                break;
            }
        }
    });
    let (say, text) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // After an error of the pipe, the bytes read so far are kept.
        let _ = stderr.read_to_end(&mut bytes);
        let _ = say.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    Ok((lines, text))
}
