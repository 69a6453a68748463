//! Checks objects, texts and numbers.

use super::super::super::Failure;
use super::super::decimal::Decimal;
use super::super::fault::{Outcome, Place, Step};
use super::super::node::{Additional, Numbers, Objects, Texts};
use super::Checker;
use crate::rego::value::{Object, Value};
use std::cmp::Ordering;

impl Checker<'_, '_, '_> {
    pub(super) fn objects(
        &mut self,
        objects: &Objects,
        fields: &Object,
        place: &Place<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        let count = i64::try_from(fields.len()).unwrap_or(i64::MAX);
        if let Some(least) = objects.count.least.filter(|least| count < *least) {
            let text = format!("Must have at least {least} properties");
            self.add(outcome, "array_min_properties", place, text)?;
        }
        if let Some(most) = objects.count.most.filter(|most| count > *most) {
            let text = format!("Must have at most {most} properties");
            self.add(outcome, "array_max_properties", place, text)?;
        }
        for name in &objects.required {
            match name {
                name if fields.contains_key(name) => outcome.score += 1,
                Value::String(name) => {
                    self.add(outcome, "required", place, format!("{name} is required"))?;
                }
                _ => {}
            }
        }
        for (key, value) in fields.iter() {
            let Value::String(name) = key else { continue };
            let here = Place {
                head: Step::Field(name),
                above: Some(place),
            };
            let mut described = false;
            if !objects.by_pattern.is_empty() {
                self.context.in_time()?;
            }
            for (pattern, schema) in &objects.by_pattern {
                if pattern.is_match(name, self.context)? {
                    described = true;
                    let part = self.outcome_of(*schema, value, &here)?;
                    outcome.merge(part);
                }
            }
            outcome.score += i64::from(described);
            if described || objects.fields.contains_key(key) {
                continue;
            }
            match objects.additional {
                Additional::Any => {}
                Additional::None => {
                    let text = format!("Additional property {name} is not allowed");
                    self.add(outcome, "additional_property_not_allowed", place, text)?;
                }
                Additional::Schema(schema) => {
                    let part = self.outcome_of(schema, value, &here)?;
                    outcome.merge(part);
                }
            }
        }
        let Some(names) = objects.names else {
            return Ok(());
        };
        for key in fields.keys() {
            let part = self.outcome_of(names, key, place)?;
            if let (false, Value::String(name)) = (part.is_valid(), key) {
                let text = format!("Property name of \"{name}\" does not match");
                self.add(outcome, "invalid_property_name", place, text)?;
                outcome.merge(part);
            }
        }
        Ok(())
    }

    pub(super) fn texts(
        &mut self,
        texts: Option<&Texts>,
        text: &str,
        place: &Place<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        outcome.score += 1;
        let Some(Texts { length, pattern }) = texts else {
            return Ok(());
        };
        let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        if let Some(least) = length.least.filter(|least| count < *least) {
            let text = format!("String length must be greater than or equal to {least}");
            self.add(outcome, "string_gte", place, text)?;
        }
        if let Some(most) = length.most.filter(|most| count > *most) {
            let text = format!("String length must be less than or equal to {most}");
            self.add(outcome, "string_lte", place, text)?;
        }
        if let Some((pattern, compiled)) = pattern
            && !compiled.is_match(text, self.context)?
        {
            let text = format!("Does not match pattern '{pattern}'");
            self.add(outcome, "pattern", place, text)?;
        }
        Ok(())
    }

    pub(super) fn numbers(
        &mut self,
        numbers: Option<&Numbers>,
        value: &Value,
        place: &Place<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        outcome.score += 1;
        let Some(numbers) = numbers else {
            return Ok(());
        };
        let number =
            Decimal::of(value).ok_or_else(|| Failure::unsure("a number is too large to check"))?;
        if let Some(factor) = &numbers.multiple_of
            && !number.is_multiple_of(factor)
        {
            let text = format!("Must be a multiple of {}", factor.text());
            self.add(outcome, "multiple_of", place, text)?;
        }
        let limits = [
            (&numbers.maximum, "number_lte", "less than or equal to"),
            (&numbers.exclusive_maximum, "number_lt", "less than"),
            (&numbers.minimum, "number_gte", "greater than or equal to"),
            (&numbers.exclusive_minimum, "number_gt", "greater than"),
        ];
        for (limit, kind, relation) in limits {
            let Some(limit) = limit else { continue };
            let fits = match (kind, number.compare(limit)) {
                ("number_lte", order) => order != Ordering::Greater,
                ("number_lt", order) => order == Ordering::Less,
                ("number_gte", order) => order != Ordering::Less,
                (_, order) => order == Ordering::Greater,
            };
            if !fits {
                let text = format!("Must be {relation} {}", limit.text());
                self.add(outcome, kind, place, text)?;
            }
        }
        Ok(())
    }
}
