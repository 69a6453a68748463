//! Builtins that are functions of Python.
//!
//! A deep policy is evaluated on a separate stack. CPython knows the bounds of its thread's stack, and refuses to run or crashes on
//! another one. So an evaluation that may call builtins runs on another thread. The thread of Python waits for its answer and calls the
//! functions for it, with its own context and in the order of the policy. The functions are attributes of the engine's object, where the
//! garbage collector finds them.

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

/// Most levels of evaluations that nest in builtins; each level has its own thread.
const MAX_NESTED: u32 = 16;

type Answer = Result<Option<String>, String>;

/// From the thread of an evaluation to that of Python.
struct Channel {
    calls: Sender<(usize, String)>,
    answers: Receiver<Answer>,
}

thread_local! {
    /// Where the evaluation on this thread sends its calls.
    static CHANNEL: RefCell<Option<Channel>> = const { RefCell::new(None) };
    /// How many evaluations this thread waits for.
    static NESTED: Cell<u32> = const { Cell::new(0) };
}

/// The builtins in the crate's terms: names, counts of arguments, and whether they are pure.
pub(crate) fn builtins_of(entries: Vec<(String, u8, bool)>) -> Vec<grid_opa::Builtin> {
    let builtins = entries.into_iter().enumerate();
    builtins
        .map(|(index, (name, arity, pure))| {
            let function = Arc::new(move |arguments: &str| ask(index, arguments));
            grid_opa::Builtin::json(&name, arity, pure, function)
        })
        .collect()
}

/// Runs an evaluation, which may call `functions` by their indices.
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
        // Moved into the scope, so that a panic drops it: otherwise the evaluation, and so the scope, would wait forever.
        let answers = answers;
        let evaluate = move || {
            CHANNEL.set(Some(Channel {
                calls,
                answers: answered,
            }));
            let answer = caught(work);
            // This ends the loop of the other thread: no more calls follow.
            CHANNEL.take();
            answer
        };
        let evaluation = thread::Builder::new()
            .spawn_scoped(scope, evaluate)
            .map_err(|error| {
                Failure::evaluation(format!(
                    "there is no thread to evaluate on beside that of the builtins: {error}"
                ))
            })?;
        // A receiver is not Sync; only this thread uses it.
        let called = std::sync::Mutex::new(called);
        let next = || called.lock().ok().and_then(|called| called.recv().ok());
        while let Some((index, arguments)) = py.detach(next) {
            let answer = match &raised {
                // A program that ends runs no more builtins.
                Some(raised) if ends(py, raised) => Err(raised.to_string()),
                _ => call(functions, index, &arguments, kind).map_err(|error| {
                    let text = error.to_string();
                    if raised.is_none() || ends(py, &error) {
                        raised = Some(error);
                    }
                    text
                }),
            };
            // An evaluation that has ended takes no answer.
            let _ = answers.send(answer);
        }
        py.detach(|| evaluation.join()).unwrap_or_else(|_| {
            Err(Failure::evaluation(
                "the thread of the evaluation ended without an answer",
            ))
        })
    });
    match (outcome, raised) {
        // Also for `trace` and `run_tests`, whose reports contain errors.
        (_, Some(raised)) if ends(py, &raised) => Err(raised),
        (outcome, raised) => outcome.map_err(|failure| exception_of(py, failure, raised)),
    }
}

/// Whether an error ends the program, as Ctrl-C and `sys.exit` do. Such an error is raised unchanged.
fn ends(py: Python<'_>, error: &PyErr) -> bool {
    !error.is_instance_of::<pyo3::exceptions::PyException>(py)
}

/// The exception of an evaluation that failed; an exception of a builtin is its cause.
fn exception_of(py: Python<'_>, failure: Failure, raised: Option<PyErr>) -> PyErr {
    match raised {
        // Other failures, such as a limit, take precedence over that of a builtin.
        Some(raised) if failure.is_evaluation() => {
            let error = PyErr::from(failure);
            error.set_cause(py, Some(raised));
            error
        }
        _ => failure.into(),
    }
}

// On the thread of an evaluation.
fn ask(index: usize, arguments: &str) -> Answer {
    CHANNEL.with_borrow(|channel| {
        let lost = || "the thread of Python does not answer".to_owned();
        let Channel { calls, answers } = channel.as_ref().ok_or_else(lost)?;
        calls
            .send((index, arguments.to_owned()))
            .map_err(|_| lost())?;
        answers.recv().map_err(|_| lost())?
    })
}

// On the thread of Python.
fn call(
    functions: &Bound<'_, PyTuple>,
    index: usize,
    arguments: &str,
    kind: Kind,
) -> PyResult<Option<String>> {
    static LOADS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = functions.py();
    // It keeps all digits of integers.
    let arguments = LOADS.import(py, "json", "loads")?.call1((arguments,))?;
    let arguments = arguments.cast_into::<PyList>()?.to_tuple();
    let answer = functions.get_item(index)?.call1(arguments)?;
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
