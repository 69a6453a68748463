//! Tokens of templates, as Go's text/template/parse reads them.

use super::super::{fails, is_word};
use crate::rego::builtins::Failure;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Assign,
    Bool,
    /// A single character, such as a comma.
    Char,
    CharConstant,
    Complex,
    Declare,
    End,
    Field,
    Identifier,
    LeftDelimiter,
    LeftParenthesis,
    Number,
    Pipe,
    RawString,
    RightDelimiter,
    RightParenthesis,
    Space,
    String,
    Text,
    Variable,
    Dot,
    Nil,
    Keyword,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'s> {
    pub(super) kind: Kind,
    pub(super) text: &'s str,
    pub(super) place: usize,
}

const KEYWORDS: [&str; 10] = [
    "block", "break", "continue", "define", "else", "end", "if", "range", "template", "with",
];

pub(super) struct Lexer<'s> {
    input: &'s str,
    place: usize,
    is_inside: bool,
    parentheses: usize,
}

pub(super) const fn is_space(one: char) -> bool {
    matches!(one, ' ' | '\t' | '\r' | '\n')
}

impl<'s> Lexer<'s> {
    pub(super) const fn of(input: &'s str) -> Self {
        Self {
            input,
            place: 0,
            is_inside: false,
            parentheses: 0,
        }
    }

    pub(super) const fn place(&self) -> usize {
        self.place
    }

    fn rest(&self) -> &'s str {
        self.input.get(self.place..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let one = self.peek()?;
        self.place += one.len_utf8();
        Some(one)
    }

    fn accept(&mut self, valid: &str) -> bool {
        let fits = self.peek().is_some_and(|one| valid.contains(one));
        self.place += usize::from(fits);
        fits
    }

    fn skip(&mut self, fits: impl Fn(char) -> bool) {
        self.place += self.rest().len() - self.rest().trim_start_matches(fits).len();
    }

    fn token(&self, kind: Kind, from: usize) -> Token<'s> {
        Token {
            kind,
            text: self.input.get(from..self.place).unwrap_or_default(),
            place: from,
        }
    }

    pub(super) fn next(&mut self) -> Result<Token<'s>, Failure> {
        if self.is_inside {
            self.inside()
        } else {
            self.text()
        }
    }

    fn text(&mut self) -> Result<Token<'s>, Failure> {
        loop {
            let (from, rest) = (self.place, self.rest());
            let Some((before, after)) = rest.split_once("{{") else {
                self.place = self.input.len();
                let kind = if rest.is_empty() {
                    Kind::End
                } else {
                    Kind::Text
                };
                return Ok(self.token(kind, from));
            };
            let trimmed = after.strip_prefix('-').filter(|after| {
                // Without the space it is the minus of a number.
                after.starts_with(is_space)
            });
            if !before.is_empty() {
                self.place += before.len();
                let text = match trimmed {
                    Some(_) => before.trim_end_matches(is_space),
                    None => before,
                };
                if !text.is_empty() {
                    return Ok(Token {
                        text,
                        ..self.token(Kind::Text, from)
                    });
                }
            }
            let from = self.place;
            self.place += if trimmed.is_some() { 4 } else { 2 };
            if !self.rest().starts_with("/*") {
                self.is_inside = true;
                self.parentheses = 0;
                return Ok(self.token(Kind::LeftDelimiter, from));
            }
            let end = self.rest().find("*/");
            self.place += end.ok_or_else(|| fails("unclosed comment"))? + 2;
            if !self.right_delimiter() {
                return Err(fails("comment ends before closing delimiter"));
            }
        }
    }

    // Takes a right delimiter and the space that it trims.
    fn right_delimiter(&mut self) -> bool {
        let rest = self.rest();
        let trimming = rest.starts_with(is_space) && rest.get(1..4) == Some("-}}");
        if trimming {
            self.place += 4;
            self.skip(is_space);
        } else if rest.starts_with("}}") {
            self.place += 2;
        } else {
            return false;
        }
        self.is_inside = false;
        true
    }

    fn inside(&mut self) -> Result<Token<'s>, Failure> {
        let from = self.place;
        if self.right_delimiter() {
            if self.parentheses > 0 {
                return Err(fails("unclosed left paren"));
            }
            return Ok(self.token(Kind::RightDelimiter, from));
        }
        let first = self.take().ok_or_else(|| fails("unclosed action"))?;
        let kind = match first {
            _ if is_space(first) => {
                self.skip(is_space);
                let last = self.place - 1;
                if self.input.get(last + 1..last + 4) == Some("-}}") {
                    // The last space belongs to the delimiter.
                    self.place = last;
                }
                Kind::Space
            }
            '=' => Kind::Assign,
            ':' if self.accept("=") => Kind::Declare,
            ':' => return Err(fails("expected :=")),
            '|' => Kind::Pipe,
            '"' => {
                self.quoted('"', "unterminated quoted string")?;
                Kind::String
            }
            '\'' => {
                self.quoted('\'', "unterminated character constant")?;
                Kind::CharConstant
            }
            '`' => {
                let end = self.rest().find('`');
                self.place += end.ok_or_else(|| fails("unterminated raw quoted string"))? + 1;
                Kind::RawString
            }
            '$' => {
                self.word()?;
                Kind::Variable
            }
            '.' if !self.peek().is_none_or(|one| one.is_ascii_digit()) => {
                self.word()?;
                if self.place == from + 1 {
                    Kind::Dot
                } else {
                    Kind::Field
                }
            }
            '.' | '+' | '-' | '0'..='9' => {
                self.place = from;
                self.number()?
            }
            _ if is_word(first) => {
                self.word()?;
                match self.token(Kind::Identifier, from).text {
                    "true" | "false" => Kind::Bool,
                    "nil" => Kind::Nil,
                    word if KEYWORDS.contains(&word) => Kind::Keyword,
                    _ => Kind::Identifier,
                }
            }
            '(' => {
                self.parentheses += 1;
                Kind::LeftParenthesis
            }
            ')' => {
                let fewer = self.parentheses.checked_sub(1);
                self.parentheses = fewer.ok_or_else(|| fails("unexpected right paren"))?;
                Kind::RightParenthesis
            }
            _ if first.is_ascii_graphic() => Kind::Char,
            _ => return Err(fails("unrecognized character in action")),
        };
        Ok(self.token(kind, from))
    }

    // Takes the rest of a word, which something must end.
    fn word(&mut self) -> Result<(), Failure> {
        self.skip(is_word);
        let ends = |one| is_space(one) || ".,|:)(".contains(one);
        let rest = self.rest();
        if rest.is_empty() || rest.starts_with(ends) || rest.starts_with("}}") {
            Ok(())
        } else {
            Err(fails("bad character in action"))
        }
    }

    fn quoted(&mut self, quote: char, open: &str) -> Result<(), Failure> {
        loop {
            let mut one = self.take();
            if one == Some(quote) {
                return Ok(());
            }
            if one == Some('\\') {
                one = self.take();
            }
            if matches!(one, None | Some('\n')) {
                return Err(fails(open));
            }
        }
    }

    // Accepts more than numbers. Their parser finds out.
    fn number(&mut self) -> Result<Kind, Failure> {
        let bad = || fails("bad number syntax");
        let from = self.place;
        if !self.scan_number() {
            return Err(bad());
        }
        if !matches!(self.peek(), Some('+' | '-')) {
            return Ok(Kind::Number);
        }
        if !self.scan_number() || !self.token(Kind::Complex, from).text.ends_with('i') {
            return Err(bad());
        }
        Ok(Kind::Complex)
    }

    fn scan_number(&mut self) -> bool {
        self.accept("+-");
        let (mut digits, mut exponent) = ("0123456789_", "eE");
        if self.accept("0") {
            if self.accept("xX") {
                (digits, exponent) = ("0123456789abcdefABCDEF_", "pP");
            } else if self.accept("oO") {
                (digits, exponent) = ("01234567_", "");
            } else if self.accept("bB") {
                (digits, exponent) = ("01_", "");
            }
        }
        self.skip(|one| digits.contains(one));
        if self.accept(".") {
            self.skip(|one| digits.contains(one));
        }
        if self.accept(exponent) {
            self.accept("+-");
            self.skip(|one| one.is_ascii_digit() || one == '_');
        }
        self.accept("i");
        !self.peek().is_some_and(is_word)
    }
}
