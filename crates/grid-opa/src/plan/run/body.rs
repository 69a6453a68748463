//! Bodies: their steps, and the solutions that these find.

use super::{Flow, Held, Locals, Run, Solved, Stop};
use crate::plan::ir::{Each, Step};
use regorus::Value;
use std::borrow::Cow;

impl<'a> Run<'a> {
    /// Does the steps of a body, and `then` for each of its solutions.
    pub(super) fn body(
        &mut self,
        steps: &'a [Step],
        locals: &mut Locals<'a>,
        then: Solved<'_, 'a>,
    ) -> Result<Flow, Stop> {
        for (number, step) in steps.iter().enumerate() {
            self.tick()?;
            let goes_on = match step {
                Step::Holds(term) => holds(&*self.term(term, locals)?),
                Step::Fails(term) => !holds(&*self.term(term, locals)?),
                Step::Let(local, term) => {
                    let value = self.term(term, locals)?;
                    let defined = *value != Value::Undefined;
                    put(locals, Some(*local), || value);
                    defined
                }
                Step::Each(each) => {
                    let rest = steps.get(number + 1..).unwrap_or_default();
                    return self.each(each, locals, &mut |run, locals| {
                        run.body(rest, locals, then)
                    });
                }
                Step::Every { each, body } => {
                    let mut all = true;
                    let of = self.term(&each.of, locals)?;
                    let defined = *of != Value::Undefined;
                    self.items(each, of, locals, &mut |run, locals| {
                        let flow = run.body(body, locals, &mut |_, _| Ok(Flow::Enough))?;
                        all = flow == Flow::Enough;
                        Ok(if all { Flow::On } else { Flow::Enough })
                    })?;
                    defined && all
                }
            };
            if !goes_on {
                return Ok(Flow::On);
            }
        }
        then(self, locals)
    }

    fn each(
        &mut self,
        each: &'a Each,
        locals: &mut Locals<'a>,
        then: Solved<'_, 'a>,
    ) -> Result<Flow, Stop> {
        let of = self.term(&each.of, locals)?;
        self.items(each, of, locals, then)
    }

    fn items(
        &mut self,
        each: &'a Each,
        of: Held<'a>,
        locals: &mut Locals<'a>,
        then: Solved<'_, 'a>,
    ) -> Result<Flow, Stop> {
        match of {
            Cow::Borrowed(of) => self.pairs(each, of, Cow::Borrowed, locals, then),
            Cow::Owned(of) => self.pairs(each, &of, |item| Cow::Owned(item.clone()), locals, then),
        }
    }

    fn pairs<'v>(
        &mut self,
        each: &'a Each,
        of: &'v Value,
        held: impl Fn(&'v Value) -> Held<'a>,
        locals: &mut Locals<'a>,
        then: Solved<'_, 'a>,
    ) -> Result<Flow, Stop> {
        let mut item = |run: &mut Self, key: Option<&'v Value>, index: usize, value: &'v Value| {
            run.tick()?;
            put(locals, each.key, || match key {
                Some(key) => held(key),
                None => Cow::Owned(Value::from(index)),
            });
            put(locals, each.value, || held(value));
            then(run, locals)
        };
        match of {
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    if item(self, None, index, value)? == Flow::Enough {
                        return Ok(Flow::Enough);
                    }
                }
            }
            Value::Set(items) => {
                for value in items.iter() {
                    if item(self, Some(value), 0, value)? == Flow::Enough {
                        return Ok(Flow::Enough);
                    }
                }
            }
            Value::Object(fields) => {
                for (key, value) in fields.iter() {
                    if item(self, Some(key), 0, value)? == Flow::Enough {
                        return Ok(Flow::Enough);
                    }
                }
            }
            Value::Undefined => {}
            _ if each.picky => return Err(Stop::Unsure),
            _ => {}
        }
        Ok(Flow::On)
    }
}

fn holds(value: &Value) -> bool {
    !matches!(value, Value::Undefined | Value::Bool(false))
}

fn put<'a>(locals: &mut Locals<'a>, local: Option<usize>, value: impl FnOnce() -> Held<'a>) {
    if let Some(slot) = local.and_then(|local| locals.get_mut(local)) {
        *slot = value();
    }
}
