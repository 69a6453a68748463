//! Strings and templates.

use crate::rego::syntax::lexer::Lexer;
use crate::rego::syntax::token::Token;

const NOT_ENDED: &str = "non-terminated string";

impl Lexer<'_> {
    /// The start of a literal whose quote is already read.
    const fn quote(&self) -> u32 {
        self.cursor
            .offset
            .saturating_sub(self.cursor.width as u32 + 1)
    }

    pub(super) fn string(&mut self) -> (u32, u32) {
        let start = self.quote();
        loop {
            let c = self.cursor.current;
            if matches!(c, Some('\n') | None) {
                self.errors.push(NOT_ENDED);
                break;
            }
            self.next();
            match c {
                Some('"') => break,
                Some('\\') => self.escape(false),
                _ => {}
            }
        }
        (start, self.read_end())
    }

    pub(super) fn raw_string(&mut self) -> (u32, u32) {
        let start = self.quote();
        loop {
            let c = self.cursor.current;
            self.next();
            match c {
                Some('`') => break,
                None => {
                    self.errors.push(NOT_ENDED);
                    break;
                }
                Some(_) => {}
            }
        }
        (start, self.read_end())
    }

    /// The text of a template up to an expression or the end.
    pub(super) fn template(&mut self) -> (Token, (u32, u32)) {
        let start = self.quote();
        let mut token = Token::TemplatePart;
        loop {
            let c = self.cursor.current;
            if matches!(c, Some('\n') | None) {
                self.errors.push(NOT_ENDED);
                break;
            }
            self.next();
            match c {
                Some('"') => {
                    token = Token::TemplateEnd;
                    break;
                }
                Some('{') => break,
                Some('\\') => self.escape(true),
                _ => {}
            }
        }
        (token, (start, self.read_end()))
    }

    pub(super) fn raw_template(&mut self) -> (Token, (u32, u32)) {
        let start = self.quote();
        let mut token = Token::RawTemplatePart;
        loop {
            let c = self.cursor.current;
            if c.is_none() {
                self.errors.push(NOT_ENDED);
                break;
            }
            self.next();
            match c {
                Some('`') => {
                    token = Token::RawTemplateEnd;
                    break;
                }
                Some('{') => break,
                Some('\\') if self.cursor.current == Some('{') => self.next(),
                _ => {}
            }
        }
        (token, (start, self.read_end()))
    }

    /// Skips the character after a backslash.
    fn escape(&mut self, in_template: bool) {
        match self.cursor.current {
            Some('\\' | '"' | '/' | 'b' | 'f' | 'n' | 'r' | 't') => self.next(),
            Some('{') if in_template => self.next(),
            Some('u') => {
                for _ in 0..4 {
                    self.next();
                }
            }
            _ => self.errors.push("illegal escape sequence"),
        }
    }
}
