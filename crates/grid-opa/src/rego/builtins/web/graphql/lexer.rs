//! The tokens of GraphQL.
//!
//! gqlparser's errors do not show why a token is not valid, only its place.

mod strings;

use super::syntax::Place;
use std::borrow::Cow;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Invalid,
    End,
    Bang,
    Dollar,
    Amp,
    ParenL,
    ParenR,
    Spread,
    Colon,
    Equals,
    At,
    BracketL,
    BracketR,
    BraceL,
    BraceR,
    Pipe,
    Name,
    Int,
    Float,
    String,
    BlockString,
    Comment,
}

impl Kind {
    /// The name in errors.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Invalid => "<Invalid>",
            Self::End => "<EOF>",
            Self::Bang => "!",
            Self::Dollar => "$",
            Self::Amp => "&",
            Self::ParenL => "(",
            Self::ParenR => ")",
            Self::Spread => "...",
            Self::Colon => ":",
            Self::Equals => "=",
            Self::At => "@",
            Self::BracketL => "[",
            Self::BracketR => "]",
            Self::BraceL => "{",
            Self::BraceR => "}",
            Self::Pipe => "|",
            Self::Name => "Name",
            Self::Int => "Int",
            Self::Float => "Float",
            Self::String => "String",
            Self::BlockString => "BlockString",
            Self::Comment => "Comment",
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Token<'s> {
    pub(super) kind: Kind,
    /// The text of a name, number or comment, or the value of a string.
    pub(super) value: Cow<'s, str>,
    pub(super) place: Place,
}

pub(super) struct Lexer<'s> {
    text: &'s str,
    is_built_in: bool,
    /// The begin of the token and the end of what is read, in bytes and in characters.
    start: usize,
    start_chars: i64,
    end: usize,
    end_chars: i64,
    line: i64,
    /// The begin of the line, in characters.
    line_start: i64,
}

impl<'s> Lexer<'s> {
    pub(super) const fn new(text: &'s str, is_built_in: bool) -> Self {
        Self {
            text,
            is_built_in,
            start: 0,
            start_chars: 0,
            end: 0,
            end_chars: 0,
            line: 1,
            line_start: 0,
        }
    }

    /// The next token; at the end of the text always [`Kind::End`].
    pub(super) fn read(&mut self) -> Token<'s> {
        self.skip_space();
        self.start = self.end;
        self.start_chars = self.end_chars;
        let Some(first) = self.byte(0) else {
            return self.token(Kind::End, "");
        };
        if first == b'.' && self.rest().starts_with("...") {
            self.advance(3);
            return self.token(Kind::Spread, "");
        }
        let kind = match first {
            b'!' => Kind::Bang,
            b'$' => Kind::Dollar,
            b'&' => Kind::Amp,
            b'(' => Kind::ParenL,
            b')' => Kind::ParenR,
            b':' => Kind::Colon,
            b'=' => Kind::Equals,
            b'@' => Kind::At,
            b'[' => Kind::BracketL,
            b']' => Kind::BracketR,
            b'{' => Kind::BraceL,
            b'}' => Kind::BraceR,
            b'|' => Kind::Pipe,
            b'#' => return self.comment(),
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => return self.name(),
            b'-' | b'0'..=b'9' => return self.number(),
            b'"' if self.rest().starts_with("\"\"\"") => return self.block_string(),
            b'"' => return self.string(),
            _ => return self.invalid(),
        };
        self.advance(1);
        self.token(kind, "")
    }

    fn rest(&self) -> &'s str {
        self.text.get(self.end..).unwrap_or("")
    }

    // The byte some bytes after the end of what is read.
    fn byte(&self, after: usize) -> Option<u8> {
        self.text.as_bytes().get(self.end + after).copied()
    }

    // Reads ASCII characters.
    fn advance(&mut self, count: u8) {
        self.end += usize::from(count);
        self.end_chars += i64::from(count);
    }

    // Reads one character of any length.
    fn advance_char(&mut self) -> Option<char> {
        let next = self.rest().chars().next()?;
        self.end += next.len_utf8();
        self.end_chars += 1;
        Some(next)
    }

    fn begin_line(&mut self) {
        self.line += 1;
        self.line_start = self.end_chars;
    }

    fn place(&self, chars: i64) -> Place {
        Place {
            line: self.line,
            column: chars - self.line_start + 1,
            is_built_in: self.is_built_in,
        }
    }

    fn token(&self, kind: Kind, value: impl Into<Cow<'s, str>>) -> Token<'s> {
        Token {
            kind,
            value: value.into(),
            place: self.place(self.start_chars),
        }
    }

    fn invalid(&self) -> Token<'s> {
        Token {
            kind: Kind::Invalid,
            value: Cow::Borrowed(""),
            place: self.place(self.end_chars),
        }
    }

    // The token of all that was read since its begin.
    fn whole(&self, kind: Kind) -> Token<'s> {
        self.token(kind, self.text.get(self.start..self.end).unwrap_or(""))
    }

    fn skip_space(&mut self) {
        loop {
            match self.byte(0) {
                Some(b'\t' | b' ' | b',') => self.advance(1),
                Some(b'\n') => {
                    self.advance(1);
                    self.begin_line();
                }
                Some(b'\r') => {
                    self.advance(1);
                    self.begin_line();
                    if self.byte(0) == Some(b'\n') {
                        self.advance(1);
                    }
                }
                Some(0xef) if self.rest().starts_with('\u{feff}') => drop(self.advance_char()),
                _ => return,
            }
        }
    }

    fn comment(&mut self) -> Token<'s> {
        while let Some(next) = self.rest().chars().next() {
            if next <= '\u{1f}' && next != '\t' {
                break;
            }
            self.advance_char();
        }
        self.whole(Kind::Comment)
    }

    fn name(&mut self) -> Token<'s> {
        while matches!(
            self.byte(0),
            Some(b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_')
        ) {
            self.advance(1);
        }
        self.whole(Kind::Name)
    }

    fn number(&mut self) -> Token<'s> {
        let mut kind = Kind::Int;
        self.accept(b"-");
        if self.accept(b"0") {
            if self.byte(0).is_some_and(|byte| byte.is_ascii_digit()) {
                return self.invalid();
            }
        } else if !self.digits() {
            return self.invalid();
        }
        if self.accept(b".") {
            kind = Kind::Float;
            if !self.digits() {
                return self.invalid();
            }
        }
        if self.accept(b"eE") {
            kind = Kind::Float;
            self.accept(b"-+");
            if !self.digits() {
                return self.invalid();
            }
        }
        self.whole(kind)
    }

    fn accept(&mut self, bytes: &[u8]) -> bool {
        let accepted = self.byte(0).is_some_and(|byte| bytes.contains(&byte));
        if accepted {
            self.advance(1);
        }
        accepted
    }

    // Reads digits, and returns whether there is one.
    fn digits(&mut self) -> bool {
        let begin = self.end;
        while self.byte(0).is_some_and(|byte| byte.is_ascii_digit()) {
            self.advance(1);
        }
        self.end > begin
    }
}
