//! JSON becomes values.

use super::scan::{is_space, scan};
use crate::rego::value::number::{self, NumberFault};
use crate::rego::value::{MAX_DEPTH, Value};
use std::collections::BTreeMap;

/// Why a text is not read.
#[derive(Debug)]
pub(crate) enum Unread<R> {
    /// It is no JSON, in Go's words.
    Wrong(String),
    /// OPA reads it, and this build cannot.
    Beyond(&'static str),
    /// What it takes is refused.
    Refused(R),
}

/// What a value takes in memory, about.
const BYTES_OF_VALUE: u64 = 32;

/// The value of a text, as OPA's `util.UnmarshalJSON` reads it. `charge` is told of the bytes that it is about to take.
pub(crate) fn read<R>(
    text: &str,
    charge: &mut dyn FnMut(u64) -> Result<(), R>,
) -> Result<Value, Unread<R>> {
    let end = scan(text, 0).map_err(|wrong| Unread::Wrong(wrong.text()))?;
    behind(text, end).map_err(Unread::Wrong)?;
    let mut reader = Reader {
        text,
        at: 0,
        charge,
    };
    reader.value(0)
}

// What Go makes of more behind a value.
fn behind(text: &str, end: usize) -> Result<(), String> {
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
                // No token at all, to Go.
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

// The text is JSON, so nothing else than JSON is looked for.
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
        let mut fields: BTreeMap<Value, Value> = BTreeMap::new();
        while self.next() == b'"' {
            (self.charge)(2 * BYTES_OF_VALUE).map_err(Unread::Refused)?;
            let key = self.string()?.into();
            self.next();
            self.at += 1;
            // Of fields of one name the last one stays.
            let value = self.value(depth + 1)?;
            fields.insert(key, value);
            if self.next() == b',' {
                self.at += 1;
                self.next();
            }
        }
        self.at += 1;
        Ok(fields.into())
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
        // Whatever comes, the reader goes on.
        self.at += length.max(1);
        number::parse(digits).map_err(|fault| match fault {
            NumberFault::TooBig => Unread::Wrong("invalid number: number too big".to_owned()),
            NumberFault::Beyond => Unread::Beyond("it has a number that this build cannot hold"),
        })
    }
}

// The inside of a JSON string without its escapes. Half of a surrogate pair is the replacement character, as in Go.
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
