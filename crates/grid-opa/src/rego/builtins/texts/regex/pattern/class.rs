//! Character classes.

use super::{Failure, Translation, wrong};
use regex::Regex;

/// The named classes, as in `[[:alpha:]]`.
#[rustfmt::skip]
const NAMED: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word", "xdigit",
];

impl<'p> Translation<'p> {
    /// Reads a class after its opening bracket. `text` starts with the bracket.
    pub(super) fn class(&mut self, text: &'p str) -> Result<(), Failure> {
        self.output.push('[');
        if self.take("^") {
            self.output.push('^');
        }
        let mut first = true;
        let mut any = false;
        while first || !self.take("]") {
            first = false;
            if let Some((name, after)) = self.named() {
                let all = self.read_until(after);
                self.rest = after;
                if !NAMED.contains(&name.strip_prefix('^').unwrap_or(name)) {
                    return Err(wrong("invalid character class range", all));
                }
                self.output.push_str(all);
                any = true;
                continue;
            }
            let before = self.rest;
            if self.take("\\") {
                if self.class_escape(before)? {
                    any = true;
                    continue;
                }
                self.rest = before;
            }
            let from = self.member(text)?;
            let mut to = from;
            if self.rest.len() >= 2 && self.rest.starts_with('-') && !self.rest.starts_with("-]") {
                self.take("-");
                to = self.member(text)?;
            }
            if to < from {
                return Err(wrong("invalid character class range", self.read(before)));
            }
            // No text contains halves of surrogate pairs.
            let (low, high) = match (char::from_u32(from), char::from_u32(to)) {
                (None, None) => continue,
                (low, high) => (low.unwrap_or('\u{e000}'), high.unwrap_or('\u{d7ff}')),
            };
            any = true;
            self.literal(low);
            self.output.push('-');
            self.literal(high);
        }
        if !any {
            self.output.push_str("a&&b");
        }
        self.output.push(']');
        Ok(())
    }

    // The name of a named class, and the text after it.
    fn named(&self) -> Option<(&'p str, &'p str)> {
        self.rest.strip_prefix("[:")?.split_once(":]")
    }

    // Reads the code of a character in a class.
    fn member(&mut self, text: &'p str) -> Result<u32, Failure> {
        let before = self.rest;
        match self.next() {
            None => Err(wrong("missing closing ]", text)),
            Some('\\') => match self.character_escape(before)? {
                Some(character) => Ok(character.into()),
                None => Ok(0xd800),
            },
            Some(character) => Ok(character.into()),
        }
    }

    /// Reads a class escape such as `\d` or `\pL`, after the backslash.
    pub(super) fn class_escape(&mut self, before: &'p str) -> Result<bool, Failure> {
        for (escape, class) in [
            ("d", "[0-9]"),
            ("D", "[^0-9]"),
            ("s", "[\\t\\n\\f\\r ]"),
            ("S", "[^\\t\\n\\f\\r ]"),
            ("w", "[0-9A-Za-z_]"),
            ("W", "[^0-9A-Za-z_]"),
        ] {
            if self.take(escape) {
                self.output.push_str(class);
                return Ok(true);
            }
        }
        let negated = match self.rest.as_bytes().first() {
            Some(b'p') => false,
            Some(b'P') => true,
            _ => return Ok(false),
        };
        self.next();
        let name = match self.next() {
            // Go treats `\p` at the end as an invalid escape.
            None => {
                self.rest = before.get(1..).unwrap_or_default();
                return Ok(false);
            }
            Some('{') => match self.rest.split_once('}') {
                Some((name, after)) => {
                    self.rest = after;
                    name.to_owned()
                }
                None => return Err(wrong("invalid character class range", before)),
            },
            Some(other) => other.to_string(),
        };
        let (negated, name) = match name.strip_prefix('^') {
            Some(name) => (!negated, name),
            None => (negated, name.as_str()),
        };
        let letter = if negated { 'P' } else { 'p' };
        let class = format!("\\{letter}{{{name}}}");
        let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b' ');
        if name.is_empty() || !name.bytes().all(word) || Regex::new(&class).is_err() {
            return Err(wrong("invalid character class range", self.read(before)));
        }
        self.output.push_str(&class);
        Ok(true)
    }
}
