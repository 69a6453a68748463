//! `print`: reports the printed values to the observer.

use super::{Run, Slots, Stop};
use crate::rego::plan::ir::Term;
use crate::rego::value::Value;

impl<'a> Run<'a, '_> {
    /// The parts are sets: prints all combinations of their values. An empty set prints as undefined.
    pub(super) fn print(&mut self, parts: &'a [Term], slots: &mut Slots<'a>) -> Result<(), Stop> {
        if self.watch.is_none() {
            return Ok(());
        }
        let mark = self.mark;
        let mut sets = Vec::with_capacity(parts.len());
        for part in parts {
            sets.push(match &*self.term(part, slots)? {
                Value::Set(items) if !items.is_empty() => items.iter().cloned().map(Some).collect(),
                Value::Set(_) | Value::Undefined => vec![None],
                value => vec![Some(value.clone())],
            });
        }
        self.mark = mark;
        let mut chosen = Vec::with_capacity(sets.len());
        self.print_each(&sets, &mut chosen)
    }

    fn print_each(
        &mut self,
        sets: &[Vec<Option<Value>>],
        chosen: &mut Vec<Option<Value>>,
    ) -> Result<(), Stop> {
        let Some(values) = sets.get(chosen.len()) else {
            self.tick()?;
            if let Some(watch) = &mut self.watch {
                watch.print(self.mark, chosen);
            }
            return Ok(());
        };
        for value in values {
            chosen.push(value.clone());
            let printed = self.print_each(sets, chosen);
            chosen.pop();
            printed?;
        }
        Ok(())
    }
}
