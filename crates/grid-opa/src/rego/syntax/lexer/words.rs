//! Names, numbers and comments.

use crate::rego::syntax::lexer::digits::is_digit;
use crate::rego::syntax::lexer::{Lexer, is_letter};

impl Lexer<'_> {
    pub(super) fn word(&mut self) -> (u32, u32) {
        let start = self.cursor.offset.saturating_sub(1);
        self.skip_word();
        (start, self.read_end())
    }

    fn skip_word(&mut self) {
        while self
            .cursor
            .current
            .is_some_and(|c| is_letter(c) || is_digit(c))
        {
            self.next();
        }
    }

    fn skip_digits(&mut self) -> bool {
        let mut found = false;
        while self.cursor.current.is_some_and(|c| c.is_ascii_digit()) {
            self.next();
            found = true;
        }
        found
    }

    pub(super) fn number(&mut self) -> (u32, u32) {
        let start = self.cursor.offset.saturating_sub(1);
        self.skip_digits();
        if self.cursor.current == Some('.') {
            self.next();
            if !self.skip_digits() {
                self.errors.push("expected fraction");
            }
        }
        if matches!(self.cursor.current, Some('e' | 'E')) {
            self.next();
            if matches!(self.cursor.current, Some('+' | '-')) {
                self.next();
            }
            if !self.skip_digits() {
                self.errors.push("expected exponent");
            }
        }
        // `0a2b` is one invalid number, not a number and a name.
        if self.cursor.current.is_some_and(is_letter) {
            self.errors.push("illegal number format");
            self.skip_word();
        }
        (start, self.read_end())
    }

    pub(super) fn comment(&mut self) -> (u32, u32) {
        let start = self.position().saturating_sub(1);
        while !matches!(self.cursor.current, Some('\n') | None) {
            self.next();
        }
        (start, self.read_end())
    }
}
