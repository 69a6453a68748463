//! Builtins that are functions of JavaScript.
//!
//! V8 ends the process where one of its functions is called from another stack than its thread's own, or too far down on that one; and
//! a deep policy is evaluated far down, or on a stack of its own. So an evaluation that may call builtins runs on a thread beside, and
//! the thread of JavaScript, which waits for its answer, calls the functions for it. The one function that knows them comes along with
//! each call into the addon: were it kept, an engine whose builtins use the engine could never be collected.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use napi::Env;
use napi::bindgen_prelude::*;
use napi_derive::napi;

use crate::error::Failure;

/// How many evaluations that may call builtins nest in each other, each with a thread of its own.
const MAX_NESTED: u32 = 16;

/// A builtin as `ts/builtins.ts` describes it.
#[napi(object)]
pub struct BuiltinEntry {
    /// The name by which policies call it.
    pub name: String,
    /// How many arguments it takes.
    pub args: u32,
    /// Whether its answer is that of its arguments alone.
    pub pure: bool,
}

/// Takes the place of a builtin among those of the engine and its arguments as JSON text. Its answer begins with `=` before the value as
/// JSON text, is `?` for undefined, or begins with `!` before why there is none.
pub(crate) type Dispatch<'env> = Function<'env, FnArgs<(u32, String)>, String>;

type Answer = std::result::Result<Option<String>, String>;

/// From the thread of an evaluation to that of JavaScript.
struct Line {
    calls: Sender<(u32, String)>,
    answers: Receiver<Answer>,
}

thread_local! {
    /// Where the evaluation on this thread sends its calls.
    static LINE: RefCell<Option<Line>> = const { RefCell::new(None) };
    /// How many evaluations this thread waits for.
    static NESTED: Cell<u32> = const { Cell::new(0) };
}

/// Evaluates by `work`, which may call the builtins that `dispatch` knows.
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
            LINE.set(Some(Line {
                calls,
                answers: answered,
            }));
            let answer = work();
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
        for (place, arguments) in called {
            // An evaluation that has ended hears nothing.
            let _ = answers.send(call(env, dispatch, place, arguments));
        }
        evaluation.join().map_err(|_| {
            Failure::evaluation("the thread of the evaluation ended without an answer".to_owned())
        })
    })
}

/// The builtins in the crate's terms.
pub(crate) fn builtins_of(entries: &[BuiltinEntry]) -> Vec<grid_opa::Builtin> {
    let builtins = (0_u32..).zip(entries).map(|(place, entry)| {
        // The crate refuses the largest number as it does all that are beyond its own.
        let arity = u8::try_from(entry.args).unwrap_or(u8::MAX);
        let function = Arc::new(move |arguments: &str| ask(place, arguments));
        grid_opa::Builtin::json(&entry.name, arity, entry.pure, function)
    });
    builtins.collect()
}

// On the thread of an evaluation.
fn ask(place: u32, arguments: &str) -> Answer {
    LINE.with_borrow(|line| {
        let Some(Line { calls, answers }) = line else {
            return Err(
                "it is a function of JavaScript, which evaluateAsync cannot call; use evaluate"
                    .to_owned(),
            );
        };
        let lost = "the thread of JavaScript does not answer";
        calls
            .send((place, arguments.to_owned()))
            .map_err(|_| lost.to_owned())?;
        answers.recv().map_err(|_| lost.to_owned())?
    })
}

// On the thread of JavaScript.
fn call(env: Env, dispatch: &Dispatch<'_>, place: u32, arguments: String) -> Answer {
    // A scope of its own, so that values of one call do not wait for the end of the evaluation to be collected.
    let answer = env.run_in_scope(|| dispatch.call((place, arguments).into()));
    let answer = answer.map_err(|error| error.reason.to_string())?;
    match answer.split_at_checked(1) {
        Some(("=", text)) => Ok(Some(text.to_owned())),
        Some(("?", "")) => Ok(None),
        Some(("!", why)) => Err(why.to_owned()),
        _ => Err("its answer came in no form that is known".to_owned()),
    }
}
