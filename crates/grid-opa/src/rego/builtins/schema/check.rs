//! Whether a document is what a schema says, and what is wrong if not.

use super::super::{Context, Failure, Text};
use super::canonical;
use super::decimal::Decimal;
use super::fault::{Fault, Outcome, Place, Step};
use super::formats;
use super::node::{Additional, Arrays, Combined, Dependency, Id, Kind, Node};
use crate::limits::stack;
use crate::rego::value::{Array, Object, Value};
use std::collections::BTreeMap;

/// How many schemas may be in use within each other.
const MOST_NESTED: usize = 2000;

/// After how many more of them there must be stack again.
const STRIDE: usize = 32;

/// What a document violates.
pub(super) fn check(
    schema: &[Node],
    document: &Value,
    context: &mut Context<'_>,
) -> Result<Vec<Fault>, Failure> {
    let mut checker = Checker {
        schema,
        context,
        depth: 0,
        steps: 0,
    };
    let root = Place {
        head: Step::Root,
        above: None,
    };
    let mut outcome = Outcome::default();
    checker.check(0, document, &root, &mut outcome)?;
    Ok(outcome.faults)
}

pub(super) struct Checker<'s, 'c, 'b> {
    schema: &'s [Node],
    context: &'c mut Context<'b>,
    depth: usize,
    steps: u32,
}

impl<'s> Checker<'s, '_, '_> {
    pub(super) fn alone(
        &mut self,
        id: Id,
        value: &Value,
        place: &Place<'_>,
    ) -> Result<Outcome, Failure> {
        let mut outcome = Outcome::default();
        self.check(id, value, place, &mut outcome)?;
        Ok(outcome)
    }

    fn check(
        &mut self,
        mut id: Id,
        value: &Value,
        place: &Place<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        self.steps = self.steps.wrapping_add(1);
        if self.steps.is_multiple_of(64) {
            self.context.in_time()?;
        }
        let mut hops = 0;
        let node = loop {
            let Some(node) = self.schema.get(id) else {
                return Ok(());
            };
            match node.target {
                Some(target) => id = target,
                None => break node,
            }
            hops += 1;
            if hops > self.schema.len() {
                return Err(without_end());
            }
        };
        if self.depth >= MOST_NESTED {
            return Err(without_end());
        }
        self.depth += 1;
        let result = if self.depth.is_multiple_of(STRIDE) {
            stack::enough(0, || self.node(node, value, place, outcome))
        } else {
            self.node(node, value, place, outcome)
        };
        self.depth -= 1;
        result
    }

    pub(super) fn add(
        &mut self,
        outcome: &mut Outcome,
        kind: &'static str,
        place: &Place<'_>,
        text: impl Into<String>,
    ) -> Result<(), Failure> {
        outcome.add(kind, place, |_| text.into(), self.context)
    }

    fn node(
        &mut self,
        node: &'s Node,
        value: &Value,
        place: &Place<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        if let Some(pass) = node.pass {
            return match pass {
                true => Ok(()),
                false => self.add(outcome, "false", place, "False always fails validation"),
            };
        }
        let (kind, fits) = match value {
            Value::Null | Value::Undefined => (Kind::Null, false),
            Value::Bool(_) => (Kind::Boolean, false),
            Value::String(_) => (Kind::String, false),
            Value::Array(_) | Value::Set(_) => (Kind::Array, false),
            Value::Object(_) => (Kind::Object, false),
            // Only where it is asked for.
            Value::Number(_) if node.kinds.is_empty() => (Kind::Number, true),
            Value::Number(_) => {
                match Decimal::of(value).is_some_and(|number| number.is_integer()) {
                    true => (Kind::Integer, node.kinds.contains(&Kind::Number)),
                    false => (Kind::Number, false),
                }
            }
        };
        if !node.kinds.is_empty() && !fits && !node.kinds.contains(&kind) {
            let names: Vec<_> = node.kinds.iter().map(|kind| kind.name()).collect();
            let expected = match names.as_slice() {
                [one] => (*one).to_owned(),
                several => format!("[{}]", several.join(",")),
            };
            let text = format!("Invalid type. Expected: {expected}, given: {}", kind.name());
            return self.add(outcome, "invalid_type", place, text);
        }
        if let Some(combined) = &node.combined {
            self.combined(combined, value, place, outcome)?;
        }
        outcome.score += 1;
        match value {
            Value::Number(_) => {
                self.numbers(node.numbers.as_deref(), value, place, outcome)?;
                self.common(node, value, place, outcome)?;
            }
            Value::String(text) => {
                self.common(node, value, place, outcome)?;
                self.texts(node.texts.as_deref(), text, place, outcome)?;
            }
            Value::Array(items) => {
                if let Some(arrays) = node.arrays.as_deref() {
                    self.arrays(arrays, items, place, outcome)?;
                }
                outcome.score += 1;
                self.common(node, value, place, outcome)?;
            }
            Value::Object(fields) => {
                if let Some(objects) = node.objects.as_deref() {
                    self.objects(objects, fields, place, outcome)?;
                }
                outcome.score += 1;
                self.common(node, value, place, outcome)?;
                if let Some(objects) = node.objects.as_deref() {
                    for (name, schema) in &objects.fields {
                        if let (Some(value), Value::String(name)) = (fields.get(name), name) {
                            let place = Place {
                                head: Step::Field(name),
                                above: Some(place),
                            };
                            self.check(*schema, value, &place, outcome)?;
                        }
                    }
                }
            }
            _ => self.common(node, value, place, outcome)?,
        }
        outcome.score += 1;
        Ok(())
    }

    fn combined(
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
            let part = self.alone(*id, value, place)?;
            valid += usize::from(part.is_valid());
            outcome.merge(part);
        }
        if valid != combined.all_of.len() {
            let text = "Must validate all the schemas (allOf)";
            self.add(outcome, "number_all_of", place, text)?;
        }
        if let Some(not) = combined.not
            && self.alone(not, value, place)?.is_valid()
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
        let holds = self.alone(condition, value, place)?.is_valid();
        let (branch, kind, text) = match holds {
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
            let part = self.alone(branch, value, place)?;
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
            let part = self.alone(*id, value, place)?;
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
            let part = self.alone(*id, value, place)?;
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

    fn canonical(&mut self, value: &Value) -> Result<String, Failure> {
        let mut text = Text::new(self.context);
        canonical::write(&mut text, value)?;
        Ok(text.into_string())
    }

    // What may be said of any value.
    fn common(
        &mut self,
        node: &Node,
        value: &Value,
        place: &Place<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        if let Some(constant) = &node.constant
            && self.canonical(value)? != *constant
        {
            self.context.charge(constant.len())?;
            let text = |field: &str| format!("{field} does not match: {constant}");
            outcome.add("const", place, text, self.context)?;
        }
        if let Some(listed) = node.listed.as_deref()
            && !listed.known.contains(self.canonical(value)?.as_str())
        {
            let length: usize = listed.in_order.iter().map(|text| text.len() + 2).sum();
            self.context.charge(length)?;
            let text = |field: &str| {
                let allowed = listed.in_order.join(", ");
                format!("{field} must be one of the following: {allowed}")
            };
            outcome.add("enum", place, text, self.context)?;
        }
        if let (Some(format), Value::String(text)) = (&node.format, value)
            && !formats::fits(format, text)?
        {
            let text = format!("Does not match format '{format}'");
            self.add(outcome, "format", place, text)?;
        }
        outcome.score += 1;
        Ok(())
    }

    fn arrays(
        &mut self,
        arrays: &Arrays,
        items: &Array,
        place: &Place<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        for (index, item) in items.iter().enumerate() {
            let schema = match (arrays.each, arrays.first.get(index), arrays.additional) {
                (Some(schema), _, _) | (None, Some(&schema), _) => schema,
                // Without `items` it says nothing.
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
            let part = self.alone(schema, item, &place)?;
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
            let part = self.alone(schema, item, &place)?;
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

fn without_end() -> Failure {
    Failure::unsure("the schema refers to itself without end, or nests too deep")
}
