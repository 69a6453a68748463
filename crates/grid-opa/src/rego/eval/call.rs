//! Calls of functions and builtins, and operators.

use super::world::{Callee, Mock};
use super::{Code, CowValue, Run, Slots, Stop, UNDEFINED};
use crate::rego::builtins::{Builtin, Failure, Halt};
use crate::rego::plan::ir::{Function, Operator};
use crate::rego::value::Value;
use std::borrow::Cow;
use std::cmp::Ordering;

static TRUE: Value = Value::Bool(true);
static FALSE: Value = Value::Bool(false);

impl<'a> Run<'a, '_> {
    /// Calls a function or its replacement.
    pub(super) fn call(
        &mut self,
        function: Function,
        arguments: Vec<CowValue<'a>>,
    ) -> Result<CowValue<'a>, Stop> {
        let callee = || match function {
            Function::Rule(rule) => Callee::Rule(rule),
            Function::Builtin(builtin) => Callee::Builtin(builtin.name.to_owned()),
            Function::Host(number) => Callee::Builtin(self.env.host.name(number).to_owned()),
        };
        match self.mock_of(callee) {
            Some(Mock::Value(value)) => Ok(Cow::Owned(value)),
            Some(Mock::Document(document)) => self.term(document, &mut Slots::default()),
            Some(Mock::Function(function)) => {
                self.without_mocks(|run| run.call_original(function, arguments))
            }
            None => self.call_original(function, arguments),
        }
    }

    fn call_original(
        &mut self,
        function: Function,
        arguments: Vec<CowValue<'a>>,
    ) -> Result<CowValue<'a>, Stop> {
        self.tick()?;
        match function {
            Function::Rule(rule) => self.function(rule, &arguments),
            Function::Builtin(builtin) => {
                let arguments: Vec<Value> = arguments.into_iter().map(Cow::into_owned).collect();
                self.builtin(builtin, &arguments)
            }
            Function::Host(number) => {
                let arguments: Vec<Value> = arguments.into_iter().map(Cow::into_owned).collect();
                match self.env.host.call(number, &arguments) {
                    Ok(value) => Ok(value.map_or(UNDEFINED, Cow::Owned)),
                    Err(text) => Err(self.failed(Code::Host, text)),
                }
            }
        }
    }

    fn builtin(&mut self, builtin: &Builtin, arguments: &[Value]) -> Result<CowValue<'a>, Stop> {
        self.advance(steps_of(arguments))?;
        match (builtin.call)(arguments, &mut self.context) {
            Ok(value) => Ok(value.map_or(UNDEFINED, Cow::Owned)),
            Err(failure) => self.failure(builtin, failure),
        }
    }

    // An error of a builtin makes the call undefined; in strict mode it ends the evaluation.
    fn failure(&mut self, builtin: &Builtin, failure: Failure) -> Result<CowValue<'a>, Stop> {
        let (code, text) = match failure {
            Failure::Halt(halt) => return Err(self.halted(builtin, halt)),
            Failure::Builtin(text) => (Code::Builtin, text),
            Failure::Type(text) => (Code::Type, text),
        };
        if !self.env.strict {
            return Ok(UNDEFINED);
        }
        Err(self.failed(code, format!("{}: {text}", builtin.name)))
    }

    // Converts a halt of a builtin to the end of the evaluation.
    fn halted(&self, builtin: &Builtin, halt: Halt) -> Stop {
        match halt {
            Halt::Memory => Stop::Memory,
            Halt::Time => Stop::Time,
            Halt::Unsure(text) => self.failed(Code::Unsure, format!("{}: {text}", builtin.name)),
        }
    }

    /// Applies an operator to two values.
    pub(super) fn operator(
        &mut self,
        operator: Operator,
        left: CowValue<'a>,
        right: CowValue<'a>,
        builtin: &'static Builtin,
    ) -> Result<CowValue<'a>, Stop> {
        if *left == Value::Undefined || *right == Value::Undefined {
            return Ok(UNDEFINED);
        }
        if self.has_mocks() {
            return self.call(Function::Builtin(builtin), vec![left, right]);
        }
        let ordering = || left.cmp(&right);
        let truth = match operator {
            Operator::Equal => *left == *right,
            Operator::NotEqual => *left != *right,
            Operator::Less => ordering() == Ordering::Less,
            Operator::LessOrEqual => ordering() != Ordering::Greater,
            Operator::Greater => ordering() == Ordering::Greater,
            Operator::GreaterOrEqual => ordering() != Ordering::Less,
            Operator::In => match &*right {
                Value::Array(items) => {
                    self.tick()?;
                    items.contains(&left)
                }
                Value::Set(items) => items.contains(&left),
                Value::Object(fields) => fields.values().any(|item| *item == *left),
                _ => false,
            },
            Operator::Plus | Operator::Minus | Operator::Times => {
                return match small(operator, &left, &right) {
                    Some(value) => Ok(Cow::Owned(Value::from(value))),
                    None => {
                        self.tick()?;
                        self.builtin(builtin, &[left.into_owned(), right.into_owned()])
                    }
                };
            }
        };
        Ok(Cow::Borrowed(if truth { &TRUE } else { &FALSE }))
    }
}

/// The steps of a call of a builtin, apart from the size of its arguments.
const STEPS_PER_CALL: usize = 16;
/// Bytes of a text that a builtin reads in the time of a step.
const BYTES_PER_STEP: usize = 64;
/// More steps say nothing more: the clock is read in any case.
const MAX_STEPS: u32 = 1 << 16;

// The steps that a call of a builtin counts as: an estimate from the size of its arguments, without what they contain.
fn steps_of(arguments: &[Value]) -> u32 {
    let steps = arguments.iter().map(|argument| match argument {
        Value::String(text) => text.len() / BYTES_PER_STEP,
        Value::Array(items) => items.len(),
        Value::Set(items) => items.len(),
        Value::Object(fields) => fields.len(),
        _ => 0,
    });
    let steps = steps.fold(STEPS_PER_CALL, usize::saturating_add);
    u32::try_from(steps).map_or(MAX_STEPS, |steps| steps.min(MAX_STEPS))
}

// The result for small integers, the most frequent case.
fn small(operator: Operator, left: &Value, right: &Value) -> Option<i64> {
    let (Value::Number(left), Value::Number(right)) = (left, right) else {
        return None;
    };
    let (left, right) = (left.to_i64()?, right.to_i64()?);
    match operator {
        Operator::Plus => left.checked_add(right),
        Operator::Minus => left.checked_sub(right),
        Operator::Times => left.checked_mul(right),
        _ => None,
    }
}
