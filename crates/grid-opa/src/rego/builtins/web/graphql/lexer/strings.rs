//! Strings and block strings.

use super::{Kind, Lexer, Token};
use std::borrow::Cow;

impl<'s> Lexer<'s> {
    pub(super) fn string(&mut self) -> Token<'s> {
        self.advance(1);
        self.start = self.end;
        self.start_chars = self.end_chars;
        // Filled from the first escape on.
        let mut changed: Option<String> = None;
        while let Some(byte) = self.byte(0) {
            match byte {
                b'\n' | b'\r' => break,
                b'\t' | b' '.. if byte != b'"' && byte != b'\\' => {
                    if let (Some(next), Some(text)) = (self.advance_char(), &mut changed) {
                        text.push(next);
                    }
                }
                b'"' => {
                    let mut token = self.whole(Kind::String);
                    if let Some(text) = changed {
                        token.value = Cow::Owned(text);
                    }
                    self.advance(1);
                    return token;
                }
                b'\\' => {
                    let before = self.text.get(self.start..self.end).unwrap_or("");
                    let text = changed.get_or_insert_with(|| before.to_owned());
                    let Some((next, length)) = escaped(self.text.as_bytes(), self.end) else {
                        self.advance(1);
                        return self.invalid();
                    };
                    text.push(next);
                    self.advance(length);
                }
                _ => return self.invalid(),
            }
        }
        self.invalid()
    }

    pub(super) fn block_string(&mut self) -> Token<'s> {
        self.advance(3);
        self.start = self.end;
        self.start_chars = self.end_chars;
        let mut raw = String::new();
        while let Some(byte) = self.byte(0) {
            match byte {
                b'"' => {
                    let rest = self.rest();
                    let count = rest.len() - rest.trim_start_matches('"').len();
                    if count >= 3 {
                        raw.extend(std::iter::repeat_n('"', count - 3));
                        let token = self.token(Kind::BlockString, dedented(&raw));
                        for _ in 0..count {
                            self.advance(1);
                        }
                        return token;
                    }
                    raw.push('"');
                    self.advance(1);
                }
                b'\\' if self.rest().starts_with("\\\"\"\"") => {
                    raw.push_str("\"\"\"");
                    self.advance(4);
                }
                b'\r' => {
                    self.advance(if self.byte(1) == Some(b'\n') { 2 } else { 1 });
                    raw.push('\n');
                    self.begin_line();
                }
                b'\n' | b'\t' | b' '.. => {
                    if let Some(next) = self.advance_char() {
                        raw.push(next);
                    }
                    if byte == b'\n' {
                        self.begin_line();
                    }
                }
                _ => return self.invalid(),
            }
        }
        self.invalid()
    }
}

// The character of an escape at an index, and the length of the escape.
fn escaped(bytes: &[u8], at: usize) -> Option<(char, u8)> {
    let next = match bytes.get(at + 1)? {
        b'u' => {
            // As in gqlparser, a byte must follow the digits.
            let digits = bytes.get(at + 2..at + 6).filter(|_| bytes.len() > at + 6)?;
            let code = digits.iter().try_fold(0, |code, byte| {
                Some(code * 16 + char::from(*byte).to_digit(16)?)
            })?;
            return Some((
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
                6,
            ));
        }
        byte @ (b'"' | b'/' | b'\\') => char::from(*byte),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        _ => return None,
    };
    Some((next, 2))
}

// The value of a block string: without common indent, and without blank lines at both ends.
fn dedented(raw: &str) -> String {
    let mut lines: Vec<&str> = raw.split('\n').collect();
    let common = lines.iter().filter_map(|line| indent(line)).min();
    if let Some(common) = common {
        for line in lines.iter_mut().skip(1) {
            *line = line.get(common..).unwrap_or("");
        }
    }
    let first = lines.iter().position(|line| indent(line).is_some());
    let last = lines.iter().rposition(|line| indent(line).is_some());
    match (first, last) {
        (Some(first), Some(last)) => lines.get(first..=last).unwrap_or(&[]).join("\n"),
        _ => String::new(),
    }
}

// The number of spaces and tabs before the first other character of a line.
fn indent(line: &str) -> Option<usize> {
    line.find(|one| one != ' ' && one != '\t')
}
