//! Checks arrays.

use super::super::super::Failure;
use super::super::fault::{Outcome, Place, Step};
use super::super::node::{Additional, Arrays, Id};
use super::Checker;
use crate::rego::value::Array;
use std::collections::BTreeMap;

impl Checker<'_, '_, '_> {
    pub(super) fn arrays(
        &mut self,
        arrays: &Arrays,
        items: &Array,
        place: &Place<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        for (index, item) in items.iter().enumerate() {
            let schema = match (arrays.each, arrays.first.get(index), arrays.additional) {
                (Some(schema), _, _) | (None, Some(&schema), _) => schema,
                // Without `items` it has no effect.
                _ if arrays.first.is_empty() => break,
                (None, None, Additional::Schema(schema)) => schema,
                (None, None, Additional::Any) => break,
                (None, None, Additional::None) => {
                    let text = "No additional items allowed on array";
                    self.add(outcome, "array_no_additional_items", place, text)?;
                    break;
                }
            };
            let place = Place {
                head: Step::Item(index),
                above: Some(place),
            };
            let part = self.outcome_of(schema, item, &place)?;
            outcome.merge(part);
        }
        let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
        if let Some(least) = arrays.count.least.filter(|least| length < *least) {
            let text = format!("Array must have at least {least} items");
            self.add(outcome, "array_min_items", place, text)?;
        }
        if let Some(most) = arrays.count.most.filter(|most| length > *most) {
            let text = format!("Array must have at most {most} items");
            self.add(outcome, "array_max_items", place, text)?;
        }
        if arrays.unique {
            let mut known = BTreeMap::new();
            for (index, item) in items.iter().enumerate() {
                let text = self.canonical(item)?;
                if let Some(other) = known.insert(text, index) {
                    let text = format!("array items[{other},{index}] must be unique");
                    self.add(outcome, "unique", place, text)?;
                }
            }
        }
        match arrays.contains {
            Some(contains) => self.contains(contains, items, place, outcome),
            None => Ok(()),
        }
    }

    fn contains(
        &mut self,
        schema: Id,
        items: &Array,
        place: &Place<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        let mut best = None;
        for (index, item) in items.iter().enumerate() {
            let place = Place {
                head: Step::Item(index),
                above: Some(place),
            };
            let part = self.outcome_of(schema, item, &place)?;
            if part.is_valid() {
                return Ok(());
            }
            Outcome::keep_best(&mut best, part);
        }
        let text = "At least one of the items must match";
        self.add(outcome, "contains", place, text)?;
        if let Some(best) = best {
            outcome.merge(best);
        }
        Ok(())
    }
}
