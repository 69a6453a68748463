//! Writes values as JSON, as Go's json.Marshal does for OPA: sets as arrays, keys that are not strings as their JSON text.

use crate::rego::value::text::Sink;
use crate::rego::value::{Object, Value};
use std::collections::BTreeMap;

/// The layout of JSON: a prefix for each line but the first, and the indentation per level. Without a style all is on one line.
#[derive(Clone, Copy)]
pub(crate) struct Style<'s> {
    pub(crate) prefix: &'s str,
    pub(crate) indent: &'s str,
}

/// Writes a value.
pub(crate) fn write<S: Sink>(
    sink: &mut S,
    value: &Value,
    style: Option<Style<'_>>,
) -> Result<(), S::Refusal> {
    write_at(sink, value, style, 0)
}

fn write_at<S: Sink>(
    sink: &mut S,
    value: &Value,
    style: Option<Style<'_>>,
    level: usize,
) -> Result<(), S::Refusal> {
    match value {
        Value::Null => sink.put("null"),
        Value::Bool(true) => sink.put("true"),
        Value::Bool(false) => sink.put("false"),
        Value::String(text) => sink.put(&quoted(text)),
        Value::Number(number) => match number.json_text() {
            Some(text) => sink.put(&text),
            None => Err(sink.refusal("a number does not have a JSON form")),
        },
        Value::Array(items) => list(sink, items.iter(), style, level),
        Value::Set(items) => list(sink, items.iter(), style, level),
        Value::Object(fields) => object(sink, fields, style, level),
        Value::Undefined => Err(sink.refusal("an item is undefined")),
    }
}

fn line<S: Sink>(sink: &mut S, style: Option<Style<'_>>, level: usize) -> Result<(), S::Refusal> {
    if let Some(Style { prefix, indent }) = style {
        sink.put("\n")?;
        sink.put(prefix)?;
        for _ in 0..level {
            sink.put(indent)?;
        }
    }
    Ok(())
}

fn list<'v, S: Sink>(
    sink: &mut S,
    items: impl Iterator<Item = &'v Value>,
    style: Option<Style<'_>>,
    level: usize,
) -> Result<(), S::Refusal> {
    sink.put("[")?;
    let mut any = false;
    for item in items {
        if any {
            sink.put(",")?;
        }
        any = true;
        line(sink, style, level + 1)?;
        write_at(sink, item, style, level + 1)?;
    }
    if any {
        line(sink, style, level)?;
    }
    sink.put("]")
}

fn object<S: Sink>(
    sink: &mut S,
    fields: &Object,
    style: Option<Style<'_>>,
    level: usize,
) -> Result<(), S::Refusal> {
    let mut named: BTreeMap<String, &Value> = BTreeMap::new();
    for (key, value) in fields.iter() {
        let name = match key {
            Value::String(name) => name.to_string(),
            other => key_text(sink, other)?,
        };
        if named.insert(name, value).is_some() {
            // OPA keeps one of the two.
            return Err(sink.refusal("two keys of an object have the same text"));
        }
    }
    sink.put("{")?;
    let colon = if style.is_some() { ": " } else { ":" };
    for (index, (name, value)) in named.iter().enumerate() {
        if index > 0 {
            sink.put(",")?;
        }
        line(sink, style, level + 1)?;
        sink.put(&quoted(name))?;
        sink.put(colon)?;
        write_at(sink, value, style, level + 1)?;
    }
    if !named.is_empty() {
        line(sink, style, level)?;
    }
    sink.put("}")
}

/// The text of a key that is not a string.
pub(crate) fn key_text<S: Sink>(sink: &mut S, key: &Value) -> Result<String, S::Refusal> {
    let mut inner = Inner {
        sink,
        text: String::new(),
    };
    write_at(&mut inner, key, None, 0)?;
    Ok(inner.text)
}

/// The text of a value; `None` if it contains a number without a JSON form.
pub(crate) fn text_of(value: &Value) -> Option<String> {
    struct All(String);
    impl Sink for All {
        type Refusal = ();
        fn put(&mut self, text: &str) -> Result<(), ()> {
            self.0.push_str(text);
            Ok(())
        }
        fn charge(&mut self, _: usize) -> Result<(), ()> {
            Ok(())
        }
        fn refusal(&self, _: &str) {}
    }
    let mut all = All(String::new());
    write(&mut all, value, None).ok().map(|()| all.0)
}

/// A text that is written separately; its bytes must be charged too.
struct Inner<'s, R> {
    // A trait object: keys nest, and each level would otherwise create another type.
    sink: &'s mut dyn Sink<Refusal = R>,
    text: String,
}

impl<R> Sink for Inner<'_, R> {
    type Refusal = R;

    fn put(&mut self, text: &str) -> Result<(), R> {
        self.sink.charge(text.len())?;
        self.text.push_str(text);
        Ok(())
    }

    fn charge(&mut self, bytes: usize) -> Result<(), R> {
        self.sink.charge(bytes)
    }

    fn refusal(&self, why: &str) -> R {
        self.sink.refusal(why)
    }
}

/// A quoted text with Go's escapes for HTML.
pub(crate) fn quoted(text: &str) -> String {
    let mut output = String::with_capacity(text.len() + 2);
    output.push('"');
    for character in text.chars() {
        match character {
            '"' => output.push_str("\\\""),
            '\\' => output.push_str("\\\\"),
            '\u{8}' => output.push_str("\\b"),
            '\u{c}' => output.push_str("\\f"),
            '\n' => output.push_str("\\n"),
            '\r' => output.push_str("\\r"),
            '\t' => output.push_str("\\t"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                output.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            _ => output.push(character),
        }
    }
    output.push('"');
    output
}
