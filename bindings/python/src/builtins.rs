//! Builtins that are functions of Python.
//!
//! A deep policy is evaluated on a stack of its own, where CPython, which knows the bounds of its thread's stack, refuses to run or
//! crashes. So an evaluation that may call builtins runs on a thread beside, and the thread of Python, which waits for its answer,
//! calls the functions for it: with its own context, and in the order of the policy. They are attributes of the engine's object, where
//! the garbage collector finds them.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyList, PyTuple};

use crate::call::caught;
use crate::document::read;
use crate::error::Failure;
use crate::fault::Kind;

/// How many evaluations that may call builtins nest in each other, each with a thread of its own.
const MAX_NESTED: u32 = 16;

type Answer = Result<Option<String>, String>;

/// From the thread of an evaluation to that of Python.
struct Line {
    calls: Sender<(usize, String)>,
    answers: Receiver<Answer>,
}

thread_local! {
    /// Where the evaluation on this thread sends its calls.
    static LINE: RefCell<Option<Line>> = const { RefCell::new(None) };
    /// How many evaluations this thread waits for.
    static NESTED: Cell<u32> = const { Cell::new(0) };
}

/// The builtins in the crate's terms: names, counts of arguments, and whether they are pure.
pub(crate) fn builtins_of(entries: Vec<(String, u8, bool)>) -> Vec<grid_opa::Builtin> {
    let builtins = entries.into_iter().enumerate();
    builtins
        .map(|(place, (name, arity, pure))| {
            let function = Arc::new(move |arguments: &str| ask(place, arguments));
            grid_opa::Builtin::json(&name, arity, pure, function)
        })
        .collect()
}

/// Evaluates by `work`, which may call `functions` by their places.
pub(crate) fn with_builtins<T: Send>(
    functions: &Bound<'_, PyTuple>,
    kind: Kind,
    work: impl FnOnce() -> Result<T, grid_opa::Error> + Send,
) -> PyResult<T> {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            NESTED.set(NESTED.get() - 1);
        }
    }
    if NESTED.get() == MAX_NESTED {
        let text = format!(
            "evaluations nest in the builtins of each other, and {MAX_NESTED} levels are the most"
        );
        return Err(Failure::evaluation(text).into());
    }
    NESTED.set(NESTED.get() + 1);
    let _leave = Leave;
    let py = functions.py();
    let (calls, called) = channel();
    let (answers, answered) = channel();
    let mut raised = None;
    let outcome = thread::scope(|scope| {
        // In here a panic drops it, for which the evaluation, and so the scope, would wait for ever.
        let answers = answers;
        let evaluate = move || {
            LINE.set(Some(Line {
                calls,
                answers: answered,
            }));
            let answer = caught(work);
            // With it the other thread hears that there are no more calls.
            LINE.take();
            answer
        };
        let evaluation = thread::Builder::new()
            .spawn_scoped(scope, evaluate)
            .map_err(|error| {
                Failure::evaluation(format!(
                    "there is no thread to evaluate on beside that of the builtins: {error}"
                ))
            })?;
        // A receiver is of one thread, which this one stays.
        let called = std::sync::Mutex::new(called);
        let next = || called.lock().ok().and_then(|called| called.recv().ok());
        while let Some((place, arguments)) = py.detach(next) {
            let answer = match &raised {
                // No more is called of a program that ends.
                Some(raised) if ends(py, raised) => Err(raised.to_string()),
                _ => call(functions, place, &arguments, kind).map_err(|error| {
                    let text = error.to_string();
                    if raised.is_none() || ends(py, &error) {
                        raised = Some(error);
                    }
                    text
                }),
            };
            // An evaluation that has ended hears nothing.
            let _ = answers.send(answer);
        }
        py.detach(|| evaluation.join()).unwrap_or_else(|_| {
            Err(Failure::evaluation(
                "the thread of the evaluation ended without an answer",
            ))
        })
    });
    match (outcome, raised) {
        // Also where errors are part of what is told: by `trace` and `run_tests`.
        (_, Some(raised)) if ends(py, &raised) => Err(raised),
        (outcome, raised) => outcome.map_err(|failure| blame(py, failure, raised)),
    }
}

/// Whether an error ends the program: Ctrl-C, `sys.exit`. Such a one goes on as it is.
fn ends(py: Python<'_>, error: &PyErr) -> bool {
    !error.is_instance_of::<pyo3::exceptions::PyException>(py)
}

/// What an evaluation failed with: what a builtin raised is its cause.
fn blame(py: Python<'_>, failure: Failure, raised: Option<PyErr>) -> PyErr {
    match raised {
        // Other failures, of a limit say, come before that of a builtin.
        Some(raised) if failure.is_evaluation() => {
            let error = PyErr::from(failure);
            error.set_cause(py, Some(raised));
            error
        }
        _ => failure.into(),
    }
}

// On the thread of an evaluation.
fn ask(place: usize, arguments: &str) -> Answer {
    LINE.with_borrow(|line| {
        let lost = || "the thread of Python does not answer".to_owned();
        let Line { calls, answers } = line.as_ref().ok_or_else(lost)?;
        calls
            .send((place, arguments.to_owned()))
            .map_err(|_| lost())?;
        answers.recv().map_err(|_| lost())?
    })
}

// On the thread of Python.
fn call(
    functions: &Bound<'_, PyTuple>,
    place: usize,
    arguments: &str,
    kind: Kind,
) -> PyResult<Option<String>> {
    static LOADS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = functions.py();
    // Its integers have all their digits.
    let arguments = LOADS.import(py, "json", "loads")?.call1((arguments,))?;
    let arguments = arguments.cast_into::<PyList>()?.to_tuple();
    let answer = functions.get_item(place)?.call1(arguments)?;
    if is_undefined(&answer)? {
        return Ok(None);
    }
    let document = read(
        &answer,
        Kind {
            name: "answer",
            ..kind
        },
    )?;
    let text = document.to_json().map_err(Failure::from)?;
    Ok(Some(text))
}

/// Rego's undefined.
pub(crate) fn undefined(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    static UNDEFINED: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    UNDEFINED
        .import(py, "boardkit_grid._undefined", "UNDEFINED")
        .cloned()
}

/// Whether a value is Rego's undefined.
pub(crate) fn is_undefined(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(value.is(&undefined(value.py())?))
}
