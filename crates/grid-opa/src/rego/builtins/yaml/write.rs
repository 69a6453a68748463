//! Writes values as YAML, in the layout of yaml.v3 with two spaces per level.

use super::super::{Context, Failure, Text};
use super::natural;
use super::resolve::{Tag, resolve, tag_of};
use super::scalar::Scalar;
use super::wrong;
use crate::rego::value::json::key_text;
use crate::rego::value::{Number, Object, Value, number};
use std::borrow::Cow;

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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
    Literal,
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

    fn text(&mut self, text: &str, place: Place) -> Result<(), Failure> {
        check(text)?;
        // The lines of a text at the root are indented.
        let indent = if place.is_root { 2 } else { place.indent };
        match style(text, place.is_key) {
            Style::Plain => self.word(text)?,
            Style::Single => self.single(text, indent)?,
            Style::Double => {
                self.space()?;
                self.double(text)?;
            }
            Style::Literal => return self.literal(text, indent),
        }
        self.fresh = false;
        Ok(())
    }

    fn single(&mut self, text: &str, indent: usize) -> Result<(), Failure> {
        self.word("'")?;
        self.fresh = false;
        let mut breaks = false;
        for one in text.chars() {
            if is_break(one) {
                self.broken(one)?;
            } else {
                if breaks {
                    self.indent(indent)?;
                }
                self.put_char(one)?;
                if one == '\'' {
                    self.put("'")?;
                }
                self.fresh = false;
            }
            breaks = is_break(one);
        }
        self.put("'")
    }

    // Ends a line with the given line break.
    fn broken(&mut self, one: char) -> Result<(), Failure> {
        if one == '\n' {
            return self.line();
        }
        self.output.push_char(one)?;
        self.column = 0;
        self.fresh = true;
        Ok(())
    }

    fn double(&mut self, text: &str) -> Result<(), Failure> {
        self.put("\"")?;
        // For each character, yaml.v3 checks for a byte order mark at the start of the text.
        let escapes_all = text.starts_with('\u{feff}');
        for one in text.chars() {
            let code = u32::from(one);
            let escape = match one {
                '\0' => "\\0",
                '\u{7}' => "\\a",
                '\u{8}' => "\\b",
                '\t' => "\\t",
                '\n' => "\\n",
                '\u{b}' => "\\v",
                '\u{c}' => "\\f",
                '\r' => "\\r",
                '\u{1b}' => "\\e",
                '"' => "\\\"",
                '\\' => "\\\\",
                '\u{85}' => "\\N",
                '\u{2028}' => "\\L",
                '\u{2029}' => "\\P",
                _ if is_printable(one) && !escapes_all => {
                    self.put_char(one)?;
                    continue;
                }
                _ if code <= 0xff => &format!("\\x{code:02X}"),
                _ if code <= 0xffff => &format!("\\u{code:04X}"),
                _ => &format!("\\U{code:08X}"),
            };
            self.put(escape)?;
        }
        self.put("\"")
    }

    fn literal(&mut self, text: &str, indent: usize) -> Result<(), Failure> {
        self.word("|")?;
        if text.starts_with(|one| one == ' ' || is_break(one)) {
            self.put("2")?;
        }
        let mut ends = text.chars().rev();
        let last = ends.next().is_some_and(is_break);
        match (last, ends.next().is_none_or(is_break)) {
            (false, _) => self.put("-")?,
            (true, true) => self.put("+")?,
            (true, false) => {}
        }
        self.line()?;
        let mut breaks = true;
        for one in text.chars() {
            if is_break(one) {
                self.broken(one)?;
            } else {
                if breaks {
                    self.indent(indent)?;
                }
                self.put_char(one)?;
                self.fresh = false;
            }
            breaks = is_break(one);
        }
        Ok(())
    }
}

const fn is_break(one: char) -> bool {
    matches!(one, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

const fn is_printable(one: char) -> bool {
    matches!(one, '\n' | ' '..='~' | '\u{a0}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

// OPA reads the JSON of the text as YAML, which does not allow all characters.
fn check(text: &str) -> Result<(), Failure> {
    for one in text.chars() {
        match one {
            '\u{85}' => {
                return Err(Failure::unsure(
                    "a text has the character U+0085, which is a line break in YAML",
                ));
            }
            '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {
                return Err(wrong("control characters are not allowed"));
            }
            _ => {}
        }
    }
    Ok(())
}

fn style(text: &str, is_key: bool) -> Style {
    let looks = Looks::of(text);
    let wanted = if text.contains('\n') {
        Style::Literal
    } else if tag_of(text) == Tag::Text && !is_sexagesimal(text) && !is_old_bool(text) {
        Style::Plain
    } else {
        Style::Double
    };
    match wanted {
        Style::Plain if looks.plain => Style::Plain,
        Style::Plain if looks.single => Style::Single,
        Style::Literal if looks.block && !is_key => Style::Literal,
        _ => Style::Double,
    }
}

/// The styles in which a text can be written.
struct Looks {
    plain: bool,
    single: bool,
    block: bool,
}

impl Looks {
    fn of(text: &str) -> Self {
        let mut looks = Self {
            plain: !text.starts_with("---") && !text.starts_with("..."),
            single: true,
            block: true,
        };
        let mut before = None;
        let mut rest = text.chars();
        while let Some(one) = rest.next() {
            let next = rest.clone().next();
            let is_last = next.is_none();
            let blank_behind = matches!(next, None | Some(' ' | '\t'));
            let blank_before =
                before.is_none_or(|one| matches!(one, ' ' | '\t' | '\0') || is_break(one));
            let indicates = match one {
                '#' => blank_before,
                ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
                | '@' | '`' => before.is_none(),
                '?' | '-' => before.is_none() && blank_behind,
                ':' => blank_behind,
                _ => false,
            };
            let is_special = one != '\t' && !is_printable(one);
            let at_end = before.is_none() || is_last;
            let space_break = is_break(one) && before == Some(' ');
            let break_space = one == ' ' && before.is_some_and(is_break);
            if indicates || is_break(one) || one == ' ' && at_end {
                looks.plain = false;
            }
            if one == ' ' && is_last {
                looks.block = false;
            }
            if is_special || space_break {
                looks.block = false;
            }
            if is_special || space_break || break_space || one == '\t' {
                looks.single = false;
                looks.plain = false;
            }
            before = Some(one);
        }
        looks
    }
}

// Whether a text is a boolean in YAML 1.1.
fn is_old_bool(text: &str) -> bool {
    const WORDS: [&str; 16] = [
        "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off",
        "OFF",
    ];
    WORDS.contains(&text)
}

// Whether a text is a number of base 60 in YAML 1.1, such as `1:30`.
fn is_sexagesimal(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (integer, part) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = integer.split(':');
    let first = groups.next().unwrap_or_default();
    let is_first = first.starts_with(|one: char| one.is_ascii_digit())
        && first
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_');
    let is_group = |group: &str| match group.as_bytes() {
        [one] => one.is_ascii_digit(),
        [ten, one] => (b'0'..=b'5').contains(ten) && one.is_ascii_digit(),
        _ => false,
    };
    let mut groups = groups.peekable();
    is_first
        && groups.peek().is_some()
        && groups.all(is_group)
        && part
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_')
}
