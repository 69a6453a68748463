//! Finds the end of a JSON value, or reports an error with Go's wording.

use crate::rego::value::text::quoted;

/// Go's maximum nesting depth.
const MAX_DEPTH: usize = 10_000;

/// Whether a text is exactly one JSON value.
pub(crate) fn is_valid(text: &str) -> bool {
    match scan(text, 0) {
        Ok(end) => text
            .get(end..)
            .is_some_and(|rest| rest.bytes().all(is_space)),
        Err(_) => false,
    }
}

pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The error of a text that is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// There is no value.
    Nothing,
    /// The text ends too early.
    Short,
    /// An unexpected character.
    Syntax(String),
}

impl Wrong {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Nothing => "EOF".to_owned(),
            Self::Short => "unexpected EOF".to_owned(),
            Self::Syntax(text) => text.clone(),
        }
    }
}

/// The end of the value that begins at `from`, after optional spaces.
pub(crate) fn scan(text: &str, from: usize) -> Result<usize, Wrong> {
    scan_bytes(text.as_bytes(), from)
}

/// The same for bytes. Strings may contain any bytes except control characters.
pub(super) fn scan_bytes(bytes: &[u8], from: usize) -> Result<usize, Wrong> {
    let mut scanner = Scanner { bytes, at: from };
    scanner.spaces();
    if scanner.peek().is_none() {
        return Err(Wrong::Nothing);
    }
    scanner.value()?;
    Ok(scanner.at)
}

struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
}

/// The kind of an open bracket.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Array,
    Object,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn spaces(&mut self) {
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
    }

    fn wrong(&self, context: &str) -> Wrong {
        match self.peek() {
            None => Wrong::Short,
            Some(byte) => Wrong::Syntax(format!("invalid character {} {context}", character(byte))),
        }
    }

    // Without recursion: a text may nest as deep as Go allows.
    fn value(&mut self) -> Result<(), Wrong> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            self.spaces();
            let begun = match self.peek() {
                Some(b'[') => Some(Open::Array),
                Some(b'{') => Some(Open::Object),
                _ => None,
            };
            if let Some(kind) = begun {
                if open.len() >= MAX_DEPTH {
                    return Err(Wrong::Syntax("exceeded max depth".to_owned()));
                }
                self.at += 1;
                self.spaces();
                let close = if kind == Open::Array { b']' } else { b'}' };
                if self.peek() != Some(close) {
                    open.push(kind);
                    if kind == Open::Object {
                        self.key()?;
                    }
                    continue;
                }
                self.at += 1;
            } else {
                self.scalar()?;
            }
            // After a value.
            loop {
                let Some(kind) = open.last() else {
                    return Ok(());
                };
                self.spaces();
                match (kind, self.peek()) {
                    (Open::Array, Some(b',')) => {
                        self.at += 1;
                        break;
                    }
                    (Open::Object, Some(b',')) => {
                        self.at += 1;
                        self.spaces();
                        self.key()?;
                        break;
                    }
                    (Open::Array, Some(b']')) | (Open::Object, Some(b'}')) => {
                        self.at += 1;
                        open.pop();
                    }
                    (Open::Array, _) => return Err(self.wrong("after array element")),
                    (Open::Object, _) => return Err(self.wrong("after object key:value pair")),
                }
            }
        }
    }

    fn key(&mut self) -> Result<(), Wrong> {
        if self.peek() != Some(b'"') {
            return Err(self.wrong("looking for beginning of object key string"));
        }
        self.string()?;
        self.spaces();
        if self.peek() != Some(b':') {
            return Err(self.wrong("after object key"));
        }
        self.at += 1;
        Ok(())
    }

    fn scalar(&mut self) -> Result<(), Wrong> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.literal("true"),
            Some(b'f') => self.literal("false"),
            Some(b'n') => self.literal("null"),
            _ => Err(self.wrong("looking for beginning of value")),
        }
    }

    fn literal(&mut self, word: &str) -> Result<(), Wrong> {
        for expected in word.bytes() {
            if self.peek() != Some(expected) {
                let expected = char::from(expected);
                return Err(self.wrong(&format!("in literal {word} (expecting '{expected}')")));
            }
            self.at += 1;
        }
        Ok(())
    }

    fn string(&mut self) -> Result<(), Wrong> {
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.at += 1;
                    match self.peek() {
                        Some(b'b' | b'f' | b'n' | b'r' | b't' | b'\\' | b'/' | b'"') => {
                            self.at += 1
                        }
                        Some(b'u') => {
                            self.at += 1;
                            for _ in 0..4 {
                                if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                                    return Err(self.wrong("in \\u hexadecimal character escape"));
                                }
                                self.at += 1;
                            }
                        }
                        _ => return Err(self.wrong("in string escape code")),
                    }
                }
                Some(0..=0x1f) | None => return Err(self.wrong("in string literal")),
                Some(_) => self.at += 1,
            }
        }
    }

    fn number(&mut self) -> Result<(), Wrong> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err(self.wrong("in numeric literal")),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return Err(self.wrong("after decimal point in numeric literal"));
            }
            self.digits();
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return Err(self.wrong("in exponent of numeric literal"));
            }
            self.digits();
        }
        Ok(())
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }
}

// A byte in quotes. Go treats each non-ASCII byte as a character.
fn character(byte: u8) -> String {
    match byte {
        b'\'' => "'\\''".to_owned(),
        b'"' => "'\"'".to_owned(),
        _ => {
            let text = quoted(char::from(byte).encode_utf8(&mut [0; 4]));
            format!("'{}'", text.trim_start_matches('"').trim_end_matches('"'))
        }
    }
}
