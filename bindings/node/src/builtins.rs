//! Builtins that are functions of JavaScript.
//!
//! V8 ends the process if one of its functions is called on another stack than its thread's own, or too deep on that one. A deep policy
//! is evaluated deep on the stack, or on a separate one. So an evaluation that may call builtins runs on another thread. The thread of
//! JavaScript waits for its answer and calls the functions for it. The one function that dispatches to them is an argument of each call
//! into the addon: if it were kept, an engine whose builtins use the engine could never be collected.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use napi::Env;
use napi::bindgen_prelude::*;
use napi_derive::napi;

use crate::error::Failure;

/// Most levels of evaluations that nest in builtins; each level has its own thread.
const MAX_NESTED: u32 = 16;

/// A builtin as `ts/builtins.ts` describes it.
#[napi(object)]
pub struct BuiltinEntry {
    /// The name by which policies call it.
    pub name: String,
    /// How many arguments it takes.
    pub args: u32,
    /// Whether its answer depends on its arguments alone.
    pub pure: bool,
}

/// Takes the index of a builtin of the engine, and its arguments as JSON text. Its answer is `=` and the value as JSON text, `?` for
/// undefined, or `!` and the error.
pub(crate) type Dispatch<'env> = Function<'env, FnArgs<(u32, String)>, String>;

type Answer = std::result::Result<Option<String>, String>;

/// From the thread of an evaluation to that of JavaScript.
struct Channel {
    calls: Sender<(u32, String)>,
    answers: Receiver<Answer>,
}

thread_local! {
    /// Where the evaluation on this thread sends its calls.
    static CHANNEL: RefCell<Option<Channel>> = const { RefCell::new(None) };
    /// How many evaluations this thread waits for.
    static NESTED: Cell<u32> = const { Cell::new(0) };
}

/// Runs an evaluation, which may call builtins by `dispatch`.
pub(crate) fn with_builtins<T: Send>(
    env: Env,
    dispatch: &Dispatch<'_>,
    work: impl FnOnce() -> T + Send,
) -> std::result::Result<T, Failure> {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            NESTED.set(NESTED.get() - 1);
        }
    }
    if NESTED.get() == MAX_NESTED {
        return Err(Failure::evaluation(format!(
            "evaluations nest in the builtins of each other, and {MAX_NESTED} levels are the most"
        )));
    }
    NESTED.set(NESTED.get() + 1);
    let _leave = Leave;
    let (calls, called) = channel();
    let (answers, answered) = channel();
    thread::scope(|scope| {
        let evaluate = move || {
            CHANNEL.set(Some(Channel {
                calls,
                answers: answered,
            }));
            let answer = work();
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
        for (index, arguments) in called {
            // An evaluation that has ended takes no answer.
            let _ = answers.send(call(env, dispatch, index, arguments));
        }
        evaluation.join().map_err(|_| {
            Failure::evaluation("the thread of the evaluation ended without an answer".to_owned())
        })
    })
}

/// Builtins as the crate takes them.
pub(crate) fn builtins_of(entries: &[BuiltinEntry]) -> Vec<grid_opa::Builtin> {
    let builtins = (0_u32..).zip(entries).map(|(index, entry)| {
        // The crate refuses the largest number, as all numbers beyond its limit.
        let arity = u8::try_from(entry.args).unwrap_or(u8::MAX);
        let function = Arc::new(move |arguments: &str| ask(index, arguments));
        grid_opa::Builtin::json(&entry.name, arity, entry.pure, function)
    });
    builtins.collect()
}

// On the thread of an evaluation.
fn ask(index: u32, arguments: &str) -> Answer {
    CHANNEL.with_borrow(|channel| {
        let Some(Channel { calls, answers }) = channel else {
            return Err(
                "it is a function of JavaScript, which evaluateAsync cannot call; use evaluate"
                    .to_owned(),
            );
        };
        let lost = "the thread of JavaScript does not answer";
        calls
            .send((index, arguments.to_owned()))
            .map_err(|_| lost.to_owned())?;
        answers.recv().map_err(|_| lost.to_owned())?
    })
}

// On the thread of JavaScript.
fn call(env: Env, dispatch: &Dispatch<'_>, index: u32, arguments: String) -> Answer {
    // In its own scope, so that the values of one call can be collected before the evaluation ends.
    let answer = env.run_in_scope(|| dispatch.call((index, arguments).into()));
    let answer = answer.map_err(|error| error.reason.to_string())?;
    match answer.split_at_checked(1) {
        Some(("=", text)) => Ok(Some(text.to_owned())),
        Some(("?", "")) => Ok(None),
        Some(("!", why)) => Err(why.to_owned()),
        _ => Err("its answer has an unknown form".to_owned()),
    }
}
