//! The lexer: returns one token after the other, from a cursor that the parser can save and restore.

mod digits;
mod literals;
mod words;

use crate::rego::syntax::token::{Keywords, Token};

/// A byte order mark. It may only be the first character.
const MARK: char = '\u{feff}';
const NO_BREAK_SPACE: char = '\u{a0}';

/// A position in the text, after the current character.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor {
    /// The offset after the current character.
    offset: u32,
    row: u32,
    column: u32,
    width: u8,
    /// `None` at the end.
    current: Option<char>,
}

/// A token and its place. Like OPA's offsets, these may be inside a character, so the text is used as bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lexeme {
    pub(crate) token: Token,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) row: u32,
    pub(crate) column: u32,
    /// The bytes of a name, a number or a string, including quotes. Empty for other tokens.
    pub(crate) literal: (u32, u32),
}

/// How a token is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Normal,
    /// The text of a template after an expression.
    Template,
    RawTemplate,
}

/// Reads tokens from a cursor.
pub(crate) struct Lexer<'s> {
    text: &'s str,
    length: u32,
    cursor: Cursor,
    errors: Vec<&'static str>,
}

impl<'s> Lexer<'s> {
    /// Starts at the first character of a text of at most 4 GiB. Its errors belong to the first token.
    pub(crate) fn new(text: &'s str) -> Self {
        let mut lexer = Self {
            text,
            length: u32::try_from(text.len()).unwrap_or(u32::MAX),
            cursor: Cursor {
                offset: 0,
                row: 1,
                column: 0,
                width: 0,
                current: None,
            },
            errors: Vec::new(),
        };
        lexer.next();
        if lexer.cursor.current == Some(MARK) {
            lexer.next();
        }
        lexer
    }

    pub(crate) const fn cursor(&self) -> Cursor {
        self.cursor
    }

    pub(crate) const fn set_cursor(&mut self, cursor: Cursor) {
        self.cursor = cursor;
    }

    /// Takes the errors of the last token.
    pub(crate) fn take_errors(&mut self) -> Vec<&'static str> {
        std::mem::take(&mut self.errors)
    }

    /// Reads one token.
    pub(crate) fn scan(&mut self, keywords: Keywords, mode: Mode) -> Lexeme {
        let start = self.position();
        let (row, column) = (self.cursor.row, self.cursor.column);
        let (token, literal) = match mode {
            Mode::Template => self.template(),
            Mode::RawTemplate => self.raw_template(),
            Mode::Normal => self.normal(keywords),
        };
        Lexeme {
            token,
            start,
            end: self.position(),
            row,
            column,
            literal,
        }
    }

    fn normal(&mut self, keywords: Keywords) -> (Token, (u32, u32)) {
        match self.cursor.current {
            Some(' ' | '\t' | '\n' | '\r') => {
                let start = self.cursor.offset.saturating_sub(1);
                self.next();
                (Token::Whitespace, (start, start + 1))
            }
            Some(c) if is_letter(c) => {
                let literal = self.word();
                let word = self
                    .text
                    .as_bytes()
                    .get(literal.0 as usize..literal.1 as usize);
                (keywords.classify(word.unwrap_or_default()), literal)
            }
            Some(c) if c.is_ascii_digit() => (Token::Number, self.number()),
            other => {
                self.next();
                self.mark(other)
            }
        }
    }

    /// A token that begins with a punctuation mark, which is already read.
    fn mark(&mut self, mark: Option<char>) -> (Token, (u32, u32)) {
        let token = match mark {
            None => Token::Eof,
            Some('#') => return (Token::Comment, self.comment()),
            Some('"') => return (Token::String, self.string()),
            Some('`') => return (Token::String, self.raw_string()),
            Some('$') => return self.dollar(),
            Some('[') => Token::LBrack,
            Some(']') => Token::RBrack,
            Some('{') => Token::LBrace,
            Some('}') => Token::RBrace,
            Some('(') => Token::LParen,
            Some(')') => Token::RParen,
            Some(',') => Token::Comma,
            Some(':') => self.maybe_equal(Token::Assign, Token::Colon),
            Some('+') => Token::Add,
            Some('-') => Token::Sub,
            Some('*') => Token::Mul,
            Some('/') => Token::Quo,
            Some('%') => Token::Rem,
            Some('&') => Token::And,
            Some('|') => Token::Or,
            Some('=') => self.maybe_equal(Token::Equal, Token::Unify),
            Some('>') => self.maybe_equal(Token::Gte, Token::Gt),
            Some('<') => self.maybe_equal(Token::Lte, Token::Lt),
            Some('!') => {
                let token = self.maybe_equal(Token::Neq, Token::Illegal);
                if token == Token::Illegal {
                    self.errors.push("illegal ! character");
                }
                token
            }
            Some(NO_BREAK_SPACE) => {
                self.errors
                    .push("illegal non-breaking space character, use a regular space instead");
                Token::Illegal
            }
            Some(';') => Token::Semicolon,
            Some('.') => Token::Dot,
            Some(_) => Token::Illegal,
        };
        (token, (0, 0))
    }

    fn maybe_equal(&mut self, with: Token, without: Token) -> Token {
        if self.cursor.current == Some('=') {
            self.next();
            with
        } else {
            without
        }
    }

    fn dollar(&mut self) -> (Token, (u32, u32)) {
        match self.cursor.current {
            Some('`') => {
                self.next();
                self.raw_template()
            }
            Some('"') => {
                self.next();
                self.template()
            }
            _ => {
                self.errors.push("illegal $ character");
                (Token::Illegal, (0, 0))
            }
        }
    }

    /// The start of the current character.
    const fn position(&self) -> u32 {
        match self.cursor.current {
            Some(_) => self.cursor.offset.saturating_sub(self.cursor.width as u32),
            None => self.length,
        }
    }

    /// The end of the text read so far. As in OPA, it is wrong if a multi-byte character follows; such a character is always an error.
    const fn read_end(&self) -> u32 {
        self.cursor.offset.saturating_sub(1)
    }

    /// Moves to the next character.
    fn next(&mut self) {
        let cursor = &mut self.cursor;
        let bytes = self.text.as_bytes();
        let offset = cursor.offset as usize;
        let Some(&byte) = bytes.get(offset) else {
            cursor.current = None;
            cursor.offset = self.length.saturating_add(1);
            return;
        };
        let (c, width) = if byte < 0x80 {
            (char::from(byte), 1)
        } else {
            let c = self.text.get(offset..).and_then(|t| t.chars().next());
            c.map_or(('\u{fffd}', 1), |c| (c, width_of(c)))
        };
        if c == '\0' {
            self.errors.push("illegal null character");
        } else if c == MARK && cursor.offset > 0 {
            self.errors.push("illegal byte-order mark");
        }
        cursor.current = Some(c);
        cursor.width = width;
        cursor.offset = cursor.offset.saturating_add(width.into());
        if c == '\n' {
            cursor.row += 1;
            cursor.column = 0;
        } else {
            cursor.column += 1;
        }
    }
}

/// At most four.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a character has at most four bytes"
)]
const fn width_of(c: char) -> u8 {
    c.len_utf8() as u8
}

const fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}
