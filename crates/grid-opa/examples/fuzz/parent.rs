//! Runs children on ranges of cases, some side by side, and notices one that ends before its last case or goes on with none.

use crate::arguments::Arguments;
use crate::child::{NEXT, TALLY};
use crate::tally::{Finding, Tally, table};
use std::io::{BufRead, BufReader, Read};
use std::ops::Range;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long one case may take of the processor.
const LONGEST_CASE: Duration = Duration::from_secs(10);
/// And by the clock of the wall, however busy the machine is: what waits for something is not at work.
const LONGEST_WAIT: Duration = Duration::from_secs(120);
/// What reading the corpus takes before the first case, on a busy machine.
const LONGEST_START: Duration = Duration::from_secs(60);
/// So many processes lost, and the run ends: one fault that every case has would otherwise take days.
const MOST_LOST: u64 = 100;

/// Runs all kinds and prints what came of them; whether nothing was found.
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
    print!("{}", table(&tallies));
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
    // The first one comes last, because work is taken from the end.
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
                    // On its own, so that the lock is free while the child runs.
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
                            // What had not been told of yet, again, and what comes after.
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
        // What was found until then is worth more than the reason of the end.
        Some(reason) if work.tally.findings.is_empty() => Err(reason),
        Some(reason) => {
            println!("{reason}");
            Ok(work.tally)
        }
        None => Ok(work.tally),
    }
}

/// A process that ended in a case, or did not end it.
struct Lost {
    case: u64,
    /// The first case of those that it had not told of.
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
        format!("{}: {}", self.how, last.unwrap_or("without a word"))
    }
}

// Runs the case alone: whether it needs those before it.
fn describe(arguments: &Arguments, kind: &str, lost: &Lost) -> Finding {
    let alone = run_range(arguments, kind, lost.case..lost.case + 1);
    let again = match alone {
        Ok((_, Some(again))) => format!("alone too: {}", again.key()),
        Ok((_, None)) => format!("not alone; --first {} --end {}", lost.untold, lost.case + 1),
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
        format!("a case that takes longer than {LONGEST_CASE:?}")
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
        .map_err(|error| format!("no child: {error}"))
}

// How long a child was at work; only Linux tells. The kernel counts hundredths of a second there.
fn worked(pid: u32) -> Option<Duration> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(')')?;
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Some(Duration::from_millis(10 * ticks))
}

// The lines of a child as they come, and all of its stderr when it has ended.
fn listen(child: &mut Child) -> Result<(Receiver<String>, Receiver<String>), String> {
    let (Some(stdout), Some(mut stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Err("a child without pipes".to_owned());
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
        // What was read before an error of the pipe is what there is.
        let _ = stderr.read_to_end(&mut bytes);
        let _ = say.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    Ok((lines, text))
}
