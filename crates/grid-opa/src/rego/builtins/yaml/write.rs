//! Writes values as YAML, in the layout of yaml.v3 with two spaces per level.

mod style;
mod text;

use super::super::{Context, Failure, Text};
use super::natural;
use super::resolve::{Tag, resolve};
use super::scalar::Scalar;
use super::wrong;
use crate::rego::value::json::key_text;
use crate::rego::value::{Number, Object, Value, number};
use std::borrow::Cow;
use style::is_break;

/// The maximum length, in bytes, of a key that is written without `?`.
const LONGEST_KEY: usize = 128;

/// The maximum length of a key as JSON, without quotes. OPA writes JSON first and reads that as YAML.
const MAX_IN_JSON: usize = 1022;

pub(super) fn write(value: &Value, context: &mut Context<'_>) -> Result<String, Failure> {
    let mut writer = Writer {
        output: Text::new(context),
        column: 0,
        fresh: true,
    };
    writer.node(
        value,
        Place {
            indent: 0,
            is_root: true,
            is_key: false,
        },
    )?;
    if writer.column > 0 {
        writer.line()?;
    }
    Ok(writer.output.into_string())
}

/// The place of a node.
#[derive(Clone, Copy)]
struct Place {
    /// The indent of its lines.
    indent: usize,
    is_root: bool,
    /// Whether it is a key without `?`.
    is_key: bool,
}

struct Writer<'t, 'c> {
    output: Text<'t, 'c>,
    column: usize,
    /// Whether the line has only spaces and `-`, `?` or `:`.
    fresh: bool,
}

impl Writer<'_, '_> {
    fn put(&mut self, text: &str) -> Result<(), Failure> {
        self.column += text.chars().count();
        self.output.push(text)
    }

    fn put_char(&mut self, one: char) -> Result<(), Failure> {
        self.column += 1;
        self.output.push_char(one)
    }

    fn line(&mut self) -> Result<(), Failure> {
        self.output.push("\n")?;
        self.column = 0;
        self.fresh = true;
        Ok(())
    }

    // Starts a line with an indent, or continues a line that has no more than the indent.
    fn indent(&mut self, indent: usize) -> Result<(), Failure> {
        if !self.fresh || self.column > indent {
            self.line()?;
        }
        let count = indent.saturating_sub(self.column);
        self.output.repeat(" ", count)?;
        self.column += count;
        Ok(())
    }

    // Appends a word, after a space unless there is one.
    fn word(&mut self, word: &str) -> Result<(), Failure> {
        self.space()?;
        self.put(word)
    }

    fn space(&mut self) -> Result<(), Failure> {
        let is_blank = self.column == 0 || self.output.as_str().ends_with(' ');
        if is_blank { Ok(()) } else { self.put(" ") }
    }

    fn node(&mut self, value: &Value, place: Place) -> Result<(), Failure> {
        let words = match value {
            Value::Null | Value::Undefined => "null",
            Value::Bool(true) => "true",
            Value::Bool(false) => "false",
            Value::Number(number) => return self.number(number),
            Value::String(text) => return self.text(text, place),
            Value::Array(items) if items.is_empty() => "[]",
            Value::Set(items) if items.is_empty() => "[]",
            Value::Object(fields) if fields.is_empty() => "{}",
            Value::Array(items) => return self.sequence(items.iter(), place),
            Value::Set(items) => return self.sequence(items.iter(), place),
            Value::Object(fields) => return self.mapping(fields, place),
        };
        self.word(words)?;
        self.fresh = false;
        Ok(())
    }

    fn number(&mut self, number: &Number) -> Result<(), Failure> {
        let text = number.text();
        let text = match resolve(Tag::None, &text)? {
            Scalar::Int(0) if text.starts_with('-') => "-0".to_owned(),
            Scalar::Int(number) => number.to_string(),
            Scalar::Unsigned(number) => number.to_string(),
            Scalar::Float(float) => number::general_text(&format!("{float:e}")),
            // OPA reads a number that is too large for a float as a text.
            _ => return Err(Failure::unsure("a number is too large for YAML")),
        };
        self.word(&text)?;
        self.fresh = false;
        Ok(())
    }

    fn sequence<'v>(
        &mut self,
        items: impl Iterator<Item = &'v Value>,
        place: Place,
    ) -> Result<(), Failure> {
        for item in items {
            self.indent(place.indent)?;
            self.word("-")?;
            let indent = place.indent + 2;
            self.node(
                item,
                Place {
                    indent,
                    is_root: false,
                    is_key: false,
                },
            )?;
        }
        Ok(())
    }

    fn mapping(&mut self, fields: &Object, place: Place) -> Result<(), Failure> {
        let mut named: Vec<(Cow<'_, str>, &Value)> = Vec::with_capacity(fields.len());
        for (key, value) in fields.iter() {
            let name = match key {
                Value::String(name) => Cow::Borrowed(&**name),
                other => Cow::Owned(key_text(&mut self.output, other)?),
            };
            self.output.context().charge(name.len().saturating_mul(4))?;
            named.push((name, value));
        }
        let named = natural::sort(
            named
                .iter()
                .map(|(name, value)| (&**name, *value))
                .collect(),
        );
        if named
            .windows(2)
            .any(|pair| matches!(pair, [(one, _), (other, _)] if one == other))
        {
            // OPA keeps either of them.
            return Err(Failure::unsure("two keys of an object have the same text"));
        }
        let inner = Place {
            indent: place.indent + 2,
            is_root: false,
            is_key: false,
        };
        for (name, value) in named {
            if crate::rego::value::json::quoted(name).len() > MAX_IN_JSON + 2 {
                return Err(wrong("did not find expected ',' or '}'"));
            }
            self.indent(place.indent)?;
            let is_simple = name.len() <= LONGEST_KEY && !name.contains(is_break);
            if is_simple {
                self.text(
                    name,
                    Place {
                        is_key: true,
                        ..inner
                    },
                )?;
            } else {
                self.word("?")?;
                self.text(name, inner)?;
                self.indent(place.indent)?;
            }
            self.put(":")?;
            self.fresh = !is_simple;
            self.node(value, inner)?;
        }
        Ok(())
    }
}
