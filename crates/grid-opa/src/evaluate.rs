//! One evaluation on one set.

mod input;
mod prepared;
mod results;
mod stopped;

pub(crate) use input::Input;
pub(crate) use prepared::{effects, is_path, prepared};
pub(crate) use results::results;

use crate::document::answer;
use crate::error::Error;
use crate::limits::evaluation_clock::{EvaluationClock, timed};
use crate::limits::memory;
use crate::options::EngineOptions;
use crate::rego::builtins::{Context, Remembered};
use crate::rego::eval::{Environment, Run, Stop, Watch};
use crate::rego::plan::Query;
use crate::rego::value::Value;
use crate::set::{Form, PolicySet, Prepared};
use serde_json::Map;
use std::time::{Duration, Instant};

pub(crate) use stopped::several;

/// The duration of the parts of an evaluation with a watch.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Times {
    pub(crate) input: Duration,
    pub(crate) evaluation: Duration,
}

/// Evaluates `query` on `set` and writes the answer; `None` is undefined.
pub(crate) fn evaluate<T>(
    set: &PolicySet,
    options: &EngineOptions,
    query: &str,
    input: Input<'_>,
    write: impl FnOnce(&Value) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    watched(
        set,
        options,
        query,
        input,
        write,
        None,
        &mut Times::default(),
    )
}

/// Like [`evaluate`], with a `watch` that observes the evaluation.
pub(crate) fn watched<T>(
    set: &PolicySet,
    options: &EngineOptions,
    query: &str,
    input: Input<'_>,
    write: impl FnOnce(&Value) -> Result<T, Error>,
    watch: Option<&mut dyn Watch>,
    times: &mut Times,
) -> Result<Option<T>, Error> {
    let target = target_of(set, options, query)?;
    timed(options, |clock| {
        let value = value_of(set, options, &target, input, clock, watch, times)?;
        (value != Value::Undefined)
            .then(|| write(&value))
            .transpose()
    })
}

fn target_of(set: &PolicySet, options: &EngineOptions, query: &str) -> Result<Target, Error> {
    Ok(match set.rule_at(query) {
        Some(rule) => Target::Rule(rule),
        None => Target::Query(prepared(set, options, query, Form::Value)?),
    })
}

// The part of `watched` that is the same for all kinds of answers, and compiled once.
fn value_of(
    set: &PolicySet,
    options: &EngineOptions,
    target: &Target,
    input: Input<'_>,
    clock: &EvaluationClock,
    watch: Option<&mut dyn Watch>,
    times: &mut Times,
) -> Result<Value, Error> {
    let begun = watch.is_some().then(Instant::now);
    let reading = || begun.map_or(Duration::ZERO, |begun| begun.elapsed());
    let value = match target {
        Target::Rule(rule) => {
            let parts = input.parts(set.input_parts(*rule), set.paths().len(), options)?;
            times.input = reading();
            let work = Work {
                set,
                options,
                parts: &parts,
                query: None,
                clock,
            };
            work.run(watch, times, |run| {
                run.document(*rule).map(std::borrow::Cow::into_owned)
            })?
        }
        Target::Query(prepared) => {
            let query = &prepared.query;
            let parts = input.parts(&prepared.input_parts, query.paths.len(), options)?;
            times.input = reading();
            let work = Work {
                set,
                options,
                parts: &parts,
                query: Some(query),
                clock,
            };
            let mut answers = Vec::new();
            work.run(watch, times, |run| {
                run.answers(query, &mut |values| {
                    answers.push(values);
                    Ok(answers.len() < 2)
                })
            })?;
            if answers.len() > 1 {
                return Err(several("answers"));
            }
            match answers.pop() {
                None => Value::Undefined,
                // An expression without a value is true here.
                Some(values) => values.into_iter().next().unwrap_or(Value::Bool(true)),
            }
        }
    };
    Ok(value)
}

/// Evaluates a query with any number of expressions and answers on `set`. Returns the variables of each answer.
pub(crate) fn query(
    set: &PolicySet,
    options: &EngineOptions,
    query: &str,
    input: Input<'_>,
) -> Result<Vec<Map<String, serde_json::Value>>, Error> {
    let prepared = prepared(set, options, query, Form::Variables)?;
    timed(options, |clock| {
        answers(set, options, &prepared, input, clock)
    })
}

fn answers(
    set: &PolicySet,
    options: &EngineOptions,
    prepared: &Prepared,
    input: Input<'_>,
    clock: &EvaluationClock,
) -> Result<Vec<Map<String, serde_json::Value>>, Error> {
    let query = &prepared.query;
    let parts = input.parts(&prepared.input_parts, query.paths.len(), options)?;
    let work = Work {
        set,
        options,
        parts: &parts,
        query: Some(query),
        clock,
    };
    let mut answers = Vec::new();
    work.run(None, &mut Times::default(), |run| {
        run.answers(query, &mut |values| {
            answers.push(values);
            Ok(true)
        })
    })?;
    answers
        .into_iter()
        .map(|values| {
            let mut answer = Map::new();
            for ((name, _), value) in query.outputs.iter().zip(values) {
                if value != Value::Undefined {
                    answer.insert(name.to_string(), answer::write_value(&value)?);
                }
            }
            Ok(answer)
        })
        .collect()
}

enum Target {
    Rule(usize),
    Query(std::sync::Arc<Prepared>),
}

/// The set, options and documents of one evaluation.
pub(crate) struct Work<'w> {
    pub(crate) set: &'w PolicySet,
    pub(crate) options: &'w EngineOptions,
    pub(crate) parts: &'w [Value],
    /// The query, if it was planned separately.
    pub(crate) query: Option<&'w Query>,
    pub(crate) clock: &'w EvaluationClock,
}

impl<'w> Work<'w> {
    /// Runs `compute` within the limits of the options.
    pub(crate) fn run<T>(
        &self,
        watch: Option<&mut dyn Watch>,
        times: &mut Times,
        compute: impl FnOnce(&mut Run<'w, '_>) -> Result<T, Stop>,
    ) -> Result<T, Error> {
        self.run_noting(watch, None, times, compute)
    }

    /// Like [`run`](Self::run); `notes` receives the notes of `trace`.
    pub(crate) fn run_noting<T>(
        &self,
        watch: Option<&mut dyn Watch>,
        notes: Option<&mut dyn FnMut(&str)>,
        times: &mut Times,
        compute: impl FnOnce(&mut Run<'w, '_>) -> Result<T, Stop>,
    ) -> Result<T, Error> {
        let Self {
            set,
            options,
            parts,
            query,
            clock,
        } = *self;
        // Reading the clock takes a measurable part of a fast decision.
        let begun = watch.is_some().then(Instant::now);
        let end = clock.end();
        let environment = Environment {
            plans: set.plans(),
            data: set.data(),
            parts,
            paths: query.map_or(set.paths(), |query| query.paths.as_slice()),
            host: set.host(),
            strict: options.strict_builtin_errors,
            deadline: end,
            max_depth: options.max_depth,
            is_memory_spent: memory::is_spent,
        };
        let mut remembered = Remembered::default();
        // Reborrow for this run only.
        let notes = notes.map(|notes| -> &mut dyn FnMut(&str) { notes });
        let watch = watch.map(|watch| -> &mut dyn Watch { watch });
        let context = Context {
            remembered: &mut remembered,
            outside: Some(set.outside()),
            budget: &mut memory::room_for,
            deadline: Some(end),
            notes,
            charged: 0,
        };
        let answer = compute(&mut Run::new(environment, context, watch));
        times.evaluation = begun.map_or(Duration::ZERO, |begun| begun.elapsed());
        match answer {
            Ok(value) => Ok(value),
            Err(stop) => Err(stopped::error(self, stop)),
        }
    }
}
