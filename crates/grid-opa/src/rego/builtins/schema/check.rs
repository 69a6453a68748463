//! Validates a document against a schema.

mod arrays;
mod combined;
mod fields;

use super::super::{Context, Failure, Text};
use super::canonical;
use super::decimal::Decimal;
use super::fault::{Fault, Outcome, Place, Step};
use super::formats;
use super::node::{Id, Kind, Node};
use crate::limits::stack;
use crate::rego::value::Value;

/// The maximum depth of nested schemas.
const MAX_NESTED: usize = 2000;

/// The stack is checked once per this many levels.
const STRIDE: usize = 32;

/// Returns the violations of a document.
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

struct Checker<'s, 'c, 'b> {
    schema: &'s [Node],
    context: &'c mut Context<'b>,
    depth: usize,
    steps: u32,
}

impl<'s> Checker<'s, '_, '_> {
    fn outcome_of(&mut self, id: Id, value: &Value, place: &Place<'_>) -> Result<Outcome, Failure> {
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
        if self.depth >= MAX_NESTED {
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

    fn add(
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
            // The number is read only if the schema names types.
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

    fn canonical(&mut self, value: &Value) -> Result<String, Failure> {
        let mut text = Text::new(self.context);
        canonical::write(&mut text, value)?;
        Ok(text.into_string())
    }

    // Checks the keywords that apply to any value.
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
}

fn without_end() -> Failure {
    Failure::unsure("the schema refers to itself without end, or nests too deep")
}
