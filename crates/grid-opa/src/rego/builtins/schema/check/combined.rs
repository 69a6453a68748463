//! Checks a value against several schemas.

use super::super::super::Failure;
use super::super::fault::{Outcome, Place};
use super::super::node::{Combined, Dependency, Id};
use super::Checker;
use crate::rego::value::{Object, Value};
use std::collections::BTreeMap;

impl Checker<'_, '_, '_> {
    pub(super) fn combined(
        &mut self,
        combined: &Combined,
        value: &Value,
        place: &Place<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        self.any_of(&combined.any_of, value, place, outcome)?;
        self.one_of(&combined.one_of, value, place, outcome)?;
        let mut valid = 0;
        for id in &combined.all_of {
            let part = self.outcome_of(*id, value, place)?;
            valid += usize::from(part.is_valid());
            outcome.merge(part);
        }
        if valid != combined.all_of.len() {
            let text = "Must validate all the schemas (allOf)";
            self.add(outcome, "number_all_of", place, text)?;
        }
        if let Some(not) = combined.not
            && self.outcome_of(not, value, place)?.is_valid()
        {
            self.add(
                outcome,
                "number_not",
                place,
                "Must not validate the schema (not)",
            )?;
        }
        if let Value::Object(fields) = value {
            self.dependencies(&combined.dependencies, value, fields, place, outcome)?;
        }
        let Some(condition) = combined.condition else {
            return Ok(());
        };
        let is_valid = self.outcome_of(condition, value, place)?.is_valid();
        let (branch, kind, text) = match is_valid {
            true => (
                combined.then,
                "condition_then",
                r#"Must validate "then" as "if" was valid"#,
            ),
            false => (
                combined.otherwise,
                "condition_else",
                r#"Must validate "else" as "if" was not valid"#,
            ),
        };
        if let Some(branch) = branch {
            let part = self.outcome_of(branch, value, place)?;
            if !part.is_valid() {
                self.add(outcome, kind, place, text)?;
                outcome.merge(part);
            }
        }
        Ok(())
    }

    fn any_of(
        &mut self,
        schemas: &[Id],
        value: &Value,
        place: &Place<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        let mut best = None;
        for id in schemas {
            let part = self.outcome_of(*id, value, place)?;
            if part.is_valid() {
                return Ok(());
            }
            Outcome::keep_best(&mut best, part);
        }
        if let Some(best) = best {
            let text = "Must validate at least one schema (anyOf)";
            self.add(outcome, "number_any_of", place, text)?;
            outcome.merge(best);
        }
        Ok(())
    }

    fn one_of(
        &mut self,
        schemas: &[Id],
        value: &Value,
        place: &Place<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        let (mut best, mut valid) = (None, 0_usize);
        for id in schemas {
            let part = self.outcome_of(*id, value, place)?;
            if part.is_valid() {
                valid += 1;
            } else if valid == 0 {
                Outcome::keep_best(&mut best, part);
            }
        }
        if !schemas.is_empty() && valid != 1 {
            let text = "Must validate one and only one schema (oneOf)";
            self.add(outcome, "number_one_of", place, text)?;
            if let Some(best) = best.filter(|_| valid == 0) {
                outcome.merge(best);
            }
        }
        Ok(())
    }

    fn dependencies(
        &mut self,
        dependencies: &BTreeMap<Value, Dependency>,
        value: &Value,
        fields: &Object,
        place: &Place<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        for (name, dependency) in dependencies {
            if !fields.contains_key(name) {
                continue;
            }
            match dependency {
                Dependency::Schema(id) => self.check(*id, value, place, outcome)?,
                Dependency::Fields(names) => {
                    for name in names {
                        if let (false, Value::String(name)) = (fields.contains_key(name), name) {
                            let text = format!("Has a dependency on {name}");
                            self.add(outcome, "missing_dependency", place, text)?;
                        }
                    }
                }
            }
        }
        Ok(())
    }
}
