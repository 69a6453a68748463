//! Evaluates plans.

mod body;
mod build;
mod call;
mod documents;
mod groups;
mod memo;
mod pattern;
mod print;
mod rule;
mod stop;
mod term;
mod walk;
mod watch;
mod world;

use crate::rego::builtins::Context;
use crate::rego::eval::body::Flow;
use crate::rego::eval::world::World;
use crate::rego::plan::ir::{Mark, NodeNo, RuleNo};
use crate::rego::plan::{Path, Plans, Query};
use crate::rego::value::Value;
use std::borrow::Cow;
use std::time::Instant;

pub(crate) use stop::{Code, Failed, Stop};
pub(crate) use watch::Watch;

/// A borrowed value of the input, the data or the plan, or a computed value. Borrowing avoids reference counts, which all workers would
/// update in the same place.
pub(crate) type CowValue<'a> = Cow<'a, Value>;
/// The values of the variables of a clause.
type Slots<'a> = Vec<CowValue<'a>>;

const UNDEFINED: CowValue<'static> = Cow::Borrowed(&Value::Undefined);

/// Steps between two checks of the clock, some tens of microseconds.
const STEPS_PER_CLOCK: u32 = 512;
/// Steps between two checks of the memory.
const STEPS_PER_MEMORY: u32 = 32;
/// With less stack than this left, in bytes, evaluation continues on a new stack.
const LEAST_STACK: usize = if cfg!(debug_assertions) {
    512 << 10
} else {
    128 << 10
};
/// The size of a new stack, in bytes.
const MORE_STACK: usize = if cfg!(debug_assertions) {
    8 << 20
} else {
    2 << 20
};

/// The builtins of the host.
pub(crate) trait Host: Sync {
    fn name(&self, number: usize) -> &str;
    /// Calls the builtin with this number; `None` is undefined. An error ends the evaluation.
    fn call(&self, number: usize, arguments: &[Value]) -> Result<Option<Value>, String>;
}

/// The documents and limits of an evaluation.
pub(crate) struct Environment<'a> {
    pub(crate) plans: &'a Plans,
    pub(crate) data: &'a Value,
    /// The parts of the input by number; unused parts are undefined.
    pub(crate) parts: &'a [Value],
    /// The paths of the parts.
    pub(crate) paths: &'a [Path],
    pub(crate) host: &'a dyn Host,
    /// Whether an error of a builtin ends the evaluation.
    pub(crate) strict: bool,
    pub(crate) deadline: Instant,
    /// How deep rules and functions may call each other, in levels.
    pub(crate) max_depth: u32,
    /// Whether the evaluation exceeded its memory limit.
    pub(crate) is_memory_spent: fn() -> bool,
}

/// One evaluation.
pub(crate) struct Run<'a, 'w> {
    env: Environment<'a>,
    context: Context<'w>,
    watch: Option<&'w mut dyn Watch>,
    /// The documents and functions: the originals, and one view per enclosing `with`.
    worlds: Vec<World<'a>>,
    world: usize,
    steps: u32,
    depth: u32,
    nesting: u32,
    mark: Mark,
}

impl<'a, 'w> Run<'a, 'w> {
    pub(crate) fn new(
        env: Environment<'a>,
        context: Context<'w>,
        watch: Option<&'w mut dyn Watch>,
    ) -> Self {
        Self {
            env,
            context,
            watch,
            worlds: vec![World::default()],
            world: 0,
            steps: 0,
            depth: 0,
            nesting: 0,
            mark: 0,
        }
    }

    /// The value of a rule that is not a function; `Value::Undefined` is undefined.
    pub(crate) fn document(&mut self, rule: RuleNo) -> Result<CowValue<'a>, Stop> {
        // Nothing uses it again, so it is not cached.
        match self.env.plans.rules.get(rule) {
            Some(rule) => self.compute(rule, self.world),
            None => Err(self.failed(Code::Internal, "a rule without a plan")),
        }
    }

    /// The value of a node of the tree of documents.
    pub(crate) fn document_at_node(&mut self, node: NodeNo) -> Result<CowValue<'a>, Stop> {
        self.document_at(node)
    }

    /// Calls `then` with the output values of each answer of a query, until `then` returns `false`.
    pub(crate) fn answers(
        &mut self,
        query: &'a Query,
        then: &mut dyn FnMut(Vec<Value>) -> Result<bool, Stop>,
    ) -> Result<(), Stop> {
        let mut slots = vec![UNDEFINED; query.slots];
        self.body(&query.steps, &mut slots, &mut |_, slots| {
            let values = query.outputs.iter().map(|(_, slot)| {
                slots
                    .get(*slot)
                    .map_or(Value::Undefined, |value| value.clone().into_owned())
            });
            Ok(if then(values.collect())? {
                Flow::Continue
            } else {
                Flow::Stop
            })
        })?;
        Ok(())
    }

    fn tick(&mut self) -> Result<(), Stop> {
        self.advance(1)
    }

    // Counts steps, and looks at the memory and at the clock after each so many.
    fn advance(&mut self, steps: u32) -> Result<(), Stop> {
        let before = self.steps;
        self.steps = before.wrapping_add(steps);
        if self.steps / STEPS_PER_MEMORY != before / STEPS_PER_MEMORY {
            if (self.env.is_memory_spent)() {
                return Err(Stop::Memory);
            }
            if self.steps / STEPS_PER_CLOCK != before / STEPS_PER_CLOCK
                && Instant::now() > self.env.deadline
            {
                return Err(Stop::Time);
            }
        }
        Ok(())
    }

    // An error at the current expression.
    fn failed(&self, code: Code, message: impl Into<String>) -> Stop {
        let message = message.into();
        Stop::Failed(Box::new(Failed {
            code,
            message,
            mark: self.mark,
            values: Vec::new(),
        }))
    }
}
