//! Reads JSON to values.

use super::scan::{is_space, scan};
use crate::rego::value::number;
use crate::rego::value::{MAX_DEPTH, Object, Value};

/// The reason why a text cannot be read.
#[derive(Debug)]
pub(crate) enum Unread<R> {
    /// It is not JSON; the message has Go's wording.
    Wrong(String),
    /// OPA can read it, but this build cannot.
    Beyond(&'static str),
    /// The memory charge was refused.
    Refused(R),
}

/// The approximate memory of a value, in bytes.
const BYTES_OF_VALUE: u64 = 32;

/// Reads a text as OPA's `util.UnmarshalJSON` does. `charge` receives the number of bytes before they are allocated.
pub(crate) fn read<R>(
    text: &str,
    charge: &mut dyn FnMut(u64) -> Result<(), R>,
) -> Result<Value, Unread<R>> {
    let end = scan(text, 0).map_err(|wrong| Unread::Wrong(wrong.text()))?;
    check_rest(text, end).map_err(Unread::Wrong)?;
    let mut reader = Reader {
        text,
        at: 0,
        charge,
    };
    reader.value(0)
}

/// The first value of a text, if there is one: OPA ignores the rest of some texts.
#[cfg(feature = "jwt")]
pub(crate) fn first(text: &str) -> &str {
    scan(text, 0)
        .ok()
        .and_then(|end| text.get(..end))
        .unwrap_or(text)
}

// Go's error for data after a value.
fn check_rest(text: &str, end: usize) -> Result<(), String> {
    let rest = text
        .get(end..)
        .unwrap_or_default()
        .trim_start_matches(|one: char| u8::try_from(one).is_ok_and(is_space));
    let token = match rest.as_bytes().first() {
        None => return Ok(()),
        Some(b'[') => "[".to_owned(),
        Some(b'{') => "{".to_owned(),
        _ => match scan(rest, 0) {
            Err(wrong) => return Err(wrong.text()),
            Ok(length) => match rest.get(..length).unwrap_or_default() {
                // For Go `null` is not a token.
                "null" => return Ok(()),
                word @ ("true" | "false") => format!("%!s(bool={word})"),
                token => match token.strip_prefix('"') {
                    None => token.to_owned(),
                    Some(_) => unescaped(token.get(1..token.len() - 1).unwrap_or_default()),
                },
            },
        },
    };
    Err(format!(
        "error: invalid character '{token}' after top-level value"
    ))
}

struct Reader<'t, 'c, R> {
    text: &'t str,
    at: usize,
    charge: &'c mut dyn FnMut(u64) -> Result<(), R>,
}

// The text is valid JSON, so the reader does not check it again.
impl<'t, R> Reader<'t, '_, R> {
    fn peek(&self) -> u8 {
        self.text
            .as_bytes()
            .get(self.at)
            .copied()
            .unwrap_or_default()
    }

    fn next(&mut self) -> u8 {
        while is_space(self.peek()) {
            self.at += 1;
        }
        self.peek()
    }

    fn value(&mut self, depth: usize) -> Result<Value, Unread<R>> {
        (self.charge)(BYTES_OF_VALUE).map_err(Unread::Refused)?;
        let begin = self.next();
        if matches!(begin, b'[' | b'{') && depth >= MAX_DEPTH {
            return Err(Unread::Beyond("it nests too deep"));
        }
        Ok(match begin {
            b'[' => self.array(depth)?,
            b'{' => self.object(depth)?,
            b'"' => self.string()?.into(),
            b't' => self.word(4, Value::Bool(true)),
            b'f' => self.word(5, Value::Bool(false)),
            b'n' => self.word(4, Value::Null),
            _ => self.number()?,
        })
    }

    fn word(&mut self, length: usize, value: Value) -> Value {
        self.at += length;
        value
    }

    fn array(&mut self, depth: usize) -> Result<Value, Unread<R>> {
        self.at += 1;
        let mut items = Vec::new();
        while !matches!(self.next(), b']' | 0) {
            items.push(self.value(depth + 1)?);
            if self.next() == b',' {
                self.at += 1;
            }
        }
        self.at += 1;
        Ok(items.into())
    }

    fn object(&mut self, depth: usize) -> Result<Value, Unread<R>> {
        self.at += 1;
        let mut fields = Vec::new();
        while self.next() == b'"' {
            (self.charge)(2 * BYTES_OF_VALUE).map_err(Unread::Refused)?;
            let key = self.string()?.into();
            self.next();
            self.at += 1;
            // The last of equal keys stays.
            let value = self.value(depth + 1)?;
            fields.push((key, value));
            if self.next() == b',' {
                self.at += 1;
                self.next();
            }
        }
        self.at += 1;
        Ok(fields.into_iter().collect::<Object>().into())
    }

    fn string(&mut self) -> Result<String, Unread<R>> {
        self.at += 1;
        let begin = self.at;
        let mut escaped = false;
        loop {
            match self.peek() {
                b'"' | 0 => break,
                b'\\' => {
                    escaped = true;
                    self.at += 2;
                }
                _ => self.at += 1,
            }
        }
        let text: &'t str = self.text.get(begin..self.at).unwrap_or_default();
        self.at += 1;
        (self.charge)(u64::try_from(text.len()).unwrap_or(u64::MAX)).map_err(Unread::Refused)?;
        Ok(if escaped {
            unescaped(text)
        } else {
            text.to_owned()
        })
    }

    fn number(&mut self) -> Result<Value, Unread<R>> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let part = |one: char| matches!(one, '0'..='9' | '-' | '+' | '.' | 'e' | 'E');
        let length = rest.find(|one| !part(one)).unwrap_or(rest.len());
        let digits = rest.get(..length).unwrap_or_default();
        // The reader always advances.
        self.at += length.max(1);
        number::parse(digits)
            .map_err(|_| Unread::Wrong("invalid number: number too big".to_owned()))
    }
}

// Unescapes the contents of a JSON string. Half of a surrogate pair becomes the replacement character, as in Go.
fn unescaped(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        output.push_str(before);
        let mut characters = after.chars();
        let escape = characters.next();
        rest = characters.as_str();
        output.push(match escape {
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => {
                let first = unit(rest);
                rest = rest.get(4..).unwrap_or_default();
                let second = rest.strip_prefix("\\u").map(unit);
                match (first, second) {
                    (0xd800..=0xdbff, Some(second @ 0xdc00..=0xdfff)) => {
                        rest = rest.get(6..).unwrap_or_default();
                        let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
                    }
                    _ => char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER),
                }
            }
            Some(other) => other,
            None => '\\',
        });
    }
    output.push_str(rest);
    output
}

fn unit(text: &str) -> u32 {
    let digits = text.get(..4).unwrap_or_default();
    u32::from_str_radix(digits, 16).unwrap_or_default()
}
