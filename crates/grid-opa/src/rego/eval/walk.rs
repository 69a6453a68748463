//! `walk`: all pairs of a path in a value and the value at that path.

use super::body::{Flow, Then};
use super::{CowValue, Run, Slots, Stop};
use crate::rego::plan::ir::Pattern;
use crate::rego::value::Value;
use std::borrow::Cow;

impl<'a, 'w> Run<'a, 'w> {
    pub(super) fn walk(
        &mut self,
        of: CowValue<'a>,
        pair: &'a Pattern,
        slots: &mut Slots<'a>,
        then: Then<'_, 'a, 'w>,
    ) -> Result<Flow, Stop> {
        if *of == Value::Undefined {
            return Ok(Flow::Continue);
        }
        let (path, value) = match pair {
            Pattern::Array(items) => match items.as_slice() {
                [path, value] => (Some(path), Some(value)),
                _ => return Ok(Flow::Continue),
            },
            _ => (None, None),
        };
        // Builds paths only if they are used.
        let with_paths = !matches!(path, Some(Pattern::Any));
        let mut waiting: Vec<(Vec<Value>, CowValue<'a>)> = vec![(Vec::new(), of)];
        while let Some((keys, found)) = waiting.pop() {
            self.tick()?;
            let fits = match (path, value) {
                (Some(path), Some(value)) => {
                    let keys = if with_paths { keys.clone() } else { Vec::new() };
                    self.fits(path, Cow::Owned(Value::from(keys)), slots)?
                        && self.fits(value, found.clone(), slots)?
                }
                _ => {
                    let both = vec![Value::from(keys.clone()), found.clone().into_owned()];
                    self.fits(pair, Cow::Owned(Value::from(both)), slots)?
                }
            };
            if fits && then(self, slots)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
            let first = waiting.len();
            self.items(found, &mut |_, key, item| {
                let mut path = Vec::new();
                if with_paths {
                    path.reserve_exact(keys.len() + 1);
                    path.extend_from_slice(&keys);
                    path.push(key.into_owned());
                }
                waiting.push((path, item));
                Ok(Flow::Continue)
            })?;
            if let Some(added) = waiting.get_mut(first..) {
                added.reverse();
            }
        }
        Ok(Flow::Continue)
    }
}
