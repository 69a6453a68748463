//! Rules of operations and their variables.

use super::super::Failure;
use super::super::syntax::At;
use super::super::syntax::document::{Operation, Selection, Variable};
use super::Check;
use crate::rego::value::text::quoted;
use std::collections::{BTreeMap, BTreeSet};

impl<'q> Check<'q, '_, '_> {
    pub(super) fn known_root(&mut self, operation: &Operation) -> Result<(), Failure> {
        if self.root(operation).0.is_some() {
            return Ok(());
        }
        let kind = &operation.kind;
        let text = format!("Schema does not support operation type \"{kind}\"");
        self.error(operation.place, &text)
    }

    pub(super) fn lone_anonymous(&mut self, operation: &Operation) -> Result<(), Failure> {
        if !operation.name.is_empty() || self.query.operations.len() == 1 {
            return Ok(());
        }
        let text = "This anonymous operation must be the only defined operation.";
        self.error(operation.place, text)
    }

    pub(super) fn unique_operation(&mut self, operation: &'q Operation) -> Result<(), Failure> {
        if self.seen_operations.insert(&operation.name) {
            return Ok(());
        }
        let text = format!(
            "There can be only one operation named \"{}\".",
            operation.name
        );
        self.error(operation.place, &text)
    }

    pub(super) fn unused_variables(&mut self, operation: &Operation) -> Result<(), Failure> {
        let of = match &*operation.name {
            "" => String::new(),
            name => format!(" in operation \"{name}\""),
        };
        for variable in operation.variables.iter().filter(|one| !one.is_used.get()) {
            let text = format!("Variable \"${}\" is never used{of}.", variable.name);
            self.error(variable.place, &text)?;
        }
        Ok(())
    }

    pub(super) fn unique_variables(&mut self, operation: &Operation) -> Result<(), Failure> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for variable in &operation.variables {
            let count = counts.entry(&variable.name).or_default();
            *count += 1;
            if *count == 2 {
                let text = format!(
                    "There can be only one variable named \"${}\".",
                    variable.name
                );
                self.error(variable.place, &text)?;
            }
        }
        Ok(())
    }

    pub(super) fn input_variables(&mut self, operation: &Operation) -> Result<(), Failure> {
        for variable in &operation.variables {
            let definition = variable.definition.get().and_then(|id| self.schema.get(id));
            if definition.is_some_and(|definition| !definition.kind.is_input()) {
                let (name, of) = (&variable.name, &variable.of);
                let text = format!("Variable \"${name}\" cannot be non-input type \"{of}\".");
                self.error(variable.place, &text)?;
            }
        }
        Ok(())
    }

    pub(super) fn known_variable_type(&mut self, variable: &Variable) -> Result<(), Failure> {
        if variable.definition.get().is_some() {
            return Ok(());
        }
        let text = format!("Unknown type \"{}\".", variable.of.name());
        self.error(variable.place, &text)
    }

    pub(super) fn single_subscription(&mut self, operation: &'q Operation) -> Result<(), Failure> {
        if self.schema.subscription.is_none() || operation.kind != "subscription" {
            return Ok(());
        }
        let mut fields = Vec::new();
        self.top_fields(&operation.selections, &mut fields, &mut BTreeSet::new())?;
        let mut seen = BTreeSet::new();
        fields.retain(|(name, _)| seen.insert(*name));
        let what = match &*operation.name {
            "" => "Anonymous Subscription".to_owned(),
            name => format!("Subscription {}", quoted(name)),
        };
        if let Some((_, at)) = fields.get(1) {
            self.error(
                *at,
                &format!("{what} must select only one top level field."),
            )?;
        }
        for (name, at) in fields {
            if name.starts_with("__") {
                let text = format!("{what} must not select an introspection top level field.");
                self.error(at, &text)?;
            }
        }
        Ok(())
    }

    fn top_fields(
        &mut self,
        selections: &'q [Selection],
        fields: &mut Vec<(&'q str, At)>,
        inside: &mut BTreeSet<&'q str>,
    ) -> Result<(), Failure> {
        for selection in selections {
            match selection {
                Selection::Field(field) => fields.push((&field.name, field.place)),
                Selection::Inline(inline) => {
                    self.deeper(|check| check.top_fields(&inline.selections, fields, inside))?;
                }
                Selection::Spread(spread) => {
                    let fragment = spread.definition.get();
                    let fragment = fragment.and_then(|index| self.query.fragments.get(index));
                    let Some(fragment) = fragment else {
                        return Ok(());
                    };
                    if inside.insert(&fragment.name) {
                        self.deeper(|check| {
                            check.top_fields(&fragment.selections, fields, inside)
                        })?;
                    }
                }
            }
        }
        Ok(())
    }
}
