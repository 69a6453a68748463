//! `strings.render_template`: templates of Go's text/template with fields, variables, `if`, `range` and `with`.
//!
//! Functions, pipes, constants and other templates, and what Go reports while it renders, end the evaluation.

mod parse;
mod print;

use super::operands::{object, string};
use super::{Answer, Builtin, Context, Failure, Text, builtin};
use crate::rego::value::Value;
use parse::{Branch, Kind, Node, Reference};
use std::borrow::Cow;

pub(super) const ALL: &[Builtin] = &[builtin("strings.render_template", 2, render)];

fn unsure(what: &str) -> Failure {
    Failure::unsure(format!("this build cannot render a template with {what}"))
}

fn render(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let (source, fields) = (string(operands, 1)?, object(operands, 2)?);
    // A node takes more than the text that it is made of.
    context.charge(source.len().saturating_mul(16))?;
    let nodes = parse::parse(source)?;
    let root = Value::from(fields.clone());
    print::check(&root)?;
    let mut state = State {
        output: Text::new(context),
        root: Some(&root),
        variables: Vec::new(),
    };
    state.nodes(&nodes, Some(&root))?;
    // As in OPA, also where the text has it otherwise.
    let text = state.output.into_string();
    context.charge(text.len().saturating_mul(2))?;
    Ok(Some(text.replace("<no value>", "<undefined>").into()))
}

/// A value; `None` is Go's value of a missing key, and of null at the end of an action.
type Found<'v> = Option<&'v Value>;

struct State<'v, 't, 'c> {
    output: Text<'t, 'c>,
    root: Found<'v>,
    variables: Vec<(&'v str, Cow<'v, Value>)>,
}

impl<'v> State<'v, '_, '_> {
    fn nodes(&mut self, nodes: &'v [Node<'v>], dot: Found<'v>) -> Result<(), Failure> {
        let count = self.variables.len();
        for node in nodes {
            match node {
                Node::Text(text) => self.output.push(text)?,
                Node::Print(reference) => match self.value(reference, dot)? {
                    Some(value) => print::write(&mut self.output, &value)?,
                    None => self.output.push("<no value>")?,
                },
                Node::Declare(name, reference) => {
                    let value = self.value(reference, dot)?;
                    self.variables.push((name, value.unwrap_or_default()));
                }
                Node::Branch(branch) => self.branch(branch, dot)?,
            }
        }
        self.variables.truncate(count);
        Ok(())
    }

    fn branch(&mut self, branch: &'v Branch<'v>, dot: Found<'v>) -> Result<(), Failure> {
        self.output.context().in_time()?;
        let count = self.variables.len();
        let value = self.value(&branch.of, dot)?;
        let inside = match branch.kind {
            Kind::Range => self.range(branch, value)?,
            kind => {
                let is_true = match &value {
                    None => false,
                    // The index of an item, a number in Go.
                    Some(Cow::Owned(Value::Number(index))) => index.to_i64() != Some(0),
                    Some(value) => is_true(value),
                };
                if let [name] = &*branch.names {
                    self.variables
                        .push((name, value.clone().unwrap_or_default()));
                }
                if is_true {
                    let dot = match (kind, value) {
                        (Kind::With, Some(Cow::Borrowed(value))) => Some(value),
                        (Kind::With, _) => return Err(unsure("this use of with")),
                        _ => dot,
                    };
                    self.nodes(&branch.then, dot)?;
                }
                is_true
            }
        };
        if !inside {
            self.nodes(&branch.other, dot)?;
        }
        self.variables.truncate(count);
        Ok(())
    }

    // Returns whether there is an item.
    fn range(
        &mut self,
        branch: &'v Branch<'v>,
        value: Option<Cow<'v, Value>>,
    ) -> Result<bool, Failure> {
        let items: Vec<(Value, &'v Value)> = match value {
            None => Vec::new(),
            Some(Cow::Borrowed(Value::Array(items))) => {
                let items = items.iter().enumerate();
                items.map(|(index, item)| (index.into(), item)).collect()
            }
            Some(Cow::Borrowed(Value::Object(fields))) => {
                let fields = fields.iter();
                fields.map(|(key, value)| (key.clone(), value)).collect()
            }
            Some(_) => return Err(unsure("a range over this value")),
        };
        let is_empty = items.is_empty();
        for (key, item) in items {
            self.output.context().in_time()?;
            let count = self.variables.len();
            match &*branch.names {
                [] => {}
                [name] => self.variables.push((name, Cow::Borrowed(item))),
                [first, second, ..] => {
                    self.variables.push((first, Cow::Owned(key)));
                    self.variables.push((second, Cow::Borrowed(item)));
                }
            }
            self.nodes(&branch.then, Some(item))?;
            self.variables.truncate(count);
        }
        Ok(!is_empty)
    }

    fn value(
        &self,
        reference: &Reference<'v>,
        dot: Found<'v>,
    ) -> Result<Option<Cow<'v, Value>>, Failure> {
        let start = match reference.variable {
            None => dot.map(Cow::Borrowed),
            Some("") => self.root.map(Cow::Borrowed),
            Some(name) => {
                let mut variables = self.variables.iter().rev();
                let found = variables.find(|(known, _)| *known == name);
                let value = found.map(|(_, value)| value.clone());
                // The parser would have seen an unknown one.
                Some(value.ok_or_else(|| unsure("an unknown variable"))?)
            }
        };
        let mut value = start.filter(|value| **value != Value::Undefined);
        for field in &reference.fields {
            value = match value {
                None => None,
                Some(Cow::Borrowed(Value::Object(fields))) => {
                    fields.field(field).map(Cow::Borrowed)
                }
                Some(_) => return Err(unsure("a field of a value that has none")),
            };
        }
        Ok(value.filter(|value| **value != Value::Null))
    }
}

// A number of the variables is a text in Go, which is not empty.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Undefined | Value::Null => false,
        Value::Bool(is_true) => *is_true,
        Value::Number(_) => true,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Set(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}
