//! Texts of values, as OPA writes them in Rego.

use super::Value;
use regex::Regex;
use std::sync::OnceLock;

/// Receives a text in parts, and may refuse more.
pub(crate) trait Sink {
    type Refusal;
    fn put(&mut self, text: &str) -> Result<(), Self::Refusal>;
    /// Charges the bytes of a temporary text.
    fn charge(&mut self, bytes: usize) -> Result<(), Self::Refusal>;
    /// The error for a value that cannot be written.
    fn refusal(&self, why: &str) -> Self::Refusal;
}

/// The error for a long integer.
pub(crate) const TOO_LONG: &str = "an integer has too many digits to be written";

/// The zeros that digits lack to a width. The width of a placeholder of `format!` has at most 65,535 characters; beyond it panics.
pub(crate) fn zeros(digits: &str, width: usize) -> String {
    "0".repeat(width.saturating_sub(digits.len()))
}

/// Writes a value.
pub(crate) fn write<S: Sink>(sink: &mut S, value: &Value) -> Result<(), S::Refusal> {
    match value {
        Value::Null => sink.put("null"),
        Value::Bool(true) => sink.put("true"),
        Value::Bool(false) => sink.put("false"),
        Value::String(text) => sink.put(&quoted(text)),
        Value::Number(number) => sink.put(&number.text()),
        Value::Array(items) => list(sink, ["[", "]"], items.iter()),
        Value::Set(items) if items.is_empty() => sink.put("set()"),
        Value::Set(items) => list(sink, ["{", "}"], items.iter()),
        Value::Object(fields) => {
            sink.put("{")?;
            for (index, (key, value)) in fields.iter().enumerate() {
                if index > 0 {
                    sink.put(", ")?;
                }
                write(sink, key)?;
                sink.put(": ")?;
                write(sink, value)?;
            }
            sink.put("}")
        }
        Value::Undefined => Err(sink.refusal("an item is undefined")),
    }
}

fn list<'v, S: Sink>(
    sink: &mut S,
    [open, close]: [&str; 2],
    items: impl Iterator<Item = &'v Value>,
) -> Result<(), S::Refusal> {
    sink.put(open)?;
    for (index, item) in items.enumerate() {
        if index > 0 {
            sink.put(", ")?;
        }
        write(sink, item)?;
    }
    sink.put(close)
}

/// Collects a text until it exceeds `most` bytes.
struct Bounded {
    text: String,
    most: usize,
}

impl Sink for Bounded {
    type Refusal = ();

    fn put(&mut self, text: &str) -> Result<(), ()> {
        self.text.push_str(text);
        if self.text.len() > self.most {
            Err(())
        } else {
            Ok(())
        }
    }

    fn charge(&mut self, _: usize) -> Result<(), ()> {
        Ok(())
    }

    fn refusal(&self, _: &str) {}
}

/// The text of a value, cut after about `most` bytes.
pub(crate) fn begin_of(value: &Value, most: usize) -> String {
    let mut bounded = Bounded {
        text: String::new(),
        most,
    };
    // Writing stops at the limit.
    let _ = write(&mut bounded, value);
    bounded.text
}

/// The path of a document as OPA writes it: `data.a["b c"].d`.
pub(crate) fn of_path(keys: &[Value]) -> String {
    keys.iter().fold("data".to_owned(), |path, key| match key {
        Value::String(name) if is_name(name) => path + "." + name,
        key => format!("{path}[{}]", begin_of(key, usize::MAX)),
    })
}

fn is_name(text: &str) -> bool {
    let first = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    text.as_bytes().first().is_some_and(first)
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A quoted text, as Go's `strconv.Quote` writes it.
pub(crate) fn quoted(text: &str) -> String {
    let mut output = String::with_capacity(text.len() + 2);
    quote(&mut output, text, false);
    output
}

/// Appends a quoted text; with `ascii` all other characters are escaped too.
pub(crate) fn quote(output: &mut String, text: &str, ascii: bool) {
    output.push('"');
    for character in text.chars() {
        let code = u32::from(character);
        match character {
            '"' => output.push_str("\\\""),
            '\\' => output.push_str("\\\\"),
            '\u{7}' => output.push_str("\\a"),
            '\u{8}' => output.push_str("\\b"),
            '\u{c}' => output.push_str("\\f"),
            '\n' => output.push_str("\\n"),
            '\r' => output.push_str("\\r"),
            '\t' => output.push_str("\\t"),
            '\u{b}' => output.push_str("\\v"),
            ' '..='~' => output.push(character),
            _ if !ascii && is_printed(character) => output.push(character),
            _ if code < 0x80 => output.push_str(&format!("\\x{code:02x}")),
            _ if code < 0x1_0000 => output.push_str(&format!("\\u{code:04x}")),
            _ => output.push_str(&format!("\\U{code:08x}")),
        }
    }
    output.push('"');
}

/// Whether Go prints a character unescaped.
pub(crate) fn is_printed(character: char) -> bool {
    static PRINTED: OnceLock<Option<Regex>> = OnceLock::new();
    if character.is_ascii() {
        return (' '..='~').contains(&character);
    }
    is_of(&PRINTED, r"^[\p{L}\p{M}\p{N}\p{P}\p{S}]$", character)
}

/// Whether a character is a letter or a digit for Go.
pub(crate) fn is_letter_or_digit(character: char) -> bool {
    static WORD: OnceLock<Option<Regex>> = OnceLock::new();
    if character.is_ascii() {
        return character.is_ascii_alphanumeric();
    }
    is_of(&WORD, r"^[\p{L}\p{Nd}]$", character)
}

fn is_of(class: &OnceLock<Option<Regex>>, pattern: &str, character: char) -> bool {
    let class = class.get_or_init(|| Regex::new(pattern).ok());
    let mut bytes = [0; 4];
    class
        .as_ref()
        .is_some_and(|class| class.is_match(character.encode_utf8(&mut bytes)))
}
