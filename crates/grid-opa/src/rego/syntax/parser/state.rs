//! The parser state, which backtracking restores.

use crate::rego::syntax::ast::{Comment, Version};
use crate::rego::syntax::lexer::{Cursor, Lexer, Mode};
use crate::rego::syntax::parser::limits::Limits;
use crate::rego::syntax::parser::{ParseOptions, Parser};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::token::{Keywords, Token};

/// The position of the parser. Errors and hints are numbers of linked nodes; 0 means none.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    pub(super) token: Token,
    pub(super) literal: (u32, u32),
    /// The place of the token.
    pub(super) span: Span,
    /// The end of the previous token, not counting white space.
    pub(super) last_end: u32,
    pub(super) token_end: u32,
    pub(super) skipped_newline: bool,
    pub(super) wildcards: u32,
    pub(super) errors: u32,
    pub(super) hints: u32,
    comments: u32,
    cursor: Cursor,
}

impl<'s> Parser<'s> {
    pub(super) fn new(text: &'s str, options: &'s ParseOptions) -> Self {
        let keywords = match options.version {
            Version::V0 | Version::V0CompatV1 => Keywords::V0,
            Version::V1 => Keywords::V1,
            Version::V2 => Keywords::V2,
        };
        let lexer = Lexer::new(text);
        let now = State {
            token: Token::Illegal,
            literal: (0, 0),
            span: Span {
                file: options.file,
                ..Span::default()
            },
            last_end: 0,
            token_end: 0,
            skipped_newline: false,
            wildcards: 0,
            errors: 0,
            hints: 0,
            comments: 0,
            cursor: lexer.cursor(),
        };
        Self {
            text,
            options,
            lexer,
            now,
            keywords,
            not_bodies: keywords.has(Keywords::NOT),
            cache: Vec::new(),
            continued: None,
            errors: Vec::new(),
            hints: Vec::new(),
            comments: Vec::new(),
            limits: Limits::new(options.max_depth, text.len()),
        }
    }

    /// Moves to the next token, skipping white space.
    pub(super) fn scan(&mut self) {
        self.advance(true, Mode::Normal);
    }

    /// Moves to the next token, including white space.
    pub(super) fn scan_space(&mut self) {
        self.advance(false, Mode::Normal);
    }

    pub(super) fn advance(&mut self, skip_space: bool, mode: Mode) {
        if self.now.token != Token::Whitespace {
            self.now.last_end = self.now.token_end;
            self.now.skipped_newline = false;
        }
        loop {
            if !self.step(1) {
                self.now.token = Token::Illegal;
                return;
            }
            self.lexer.set_cursor(self.now.cursor);
            let lexeme = self.lexer.scan(self.keywords, mode);
            self.now.cursor = self.lexer.cursor();
            self.now.token = lexeme.token;
            self.now.literal = lexeme.literal;
            self.now.token_end = lexeme.end;
            self.now.span.row = lexeme.row;
            self.now.span.column = lexeme.column;
            self.now.span.start = lexeme.start;
            self.now.span.end = lexeme.end.max(lexeme.start);
            for message in self.lexer.take_errors() {
                self.error(self.now.span, message);
                self.now.token = Token::Illegal;
            }
            match self.now.token {
                Token::Whitespace => {
                    if self.literal() == b"\n" {
                        self.now.skipped_newline = true;
                    }
                    if !skip_space {
                        return;
                    }
                }
                Token::Comment => self.comment(),
                _ => return,
            }
        }
    }

    /// Records a comment, unless an earlier reading already did.
    fn comment(&mut self) {
        let span = self.now.span;
        let at = self.now.comments as usize;
        self.now.comments += 1;
        if self
            .comments
            .get(at)
            .is_some_and(|known| known.span.start == span.start)
        {
            return;
        }
        self.comments.truncate(at);
        let text = span.text(self.text);
        let text = text.strip_prefix('#').unwrap_or(text);
        self.comments.push(Comment {
            text: without_line_ends(text).to_owned(),
            span,
        });
    }

    /// The bytes of the token, if it is a word or a literal.
    pub(super) fn literal(&self) -> &'s [u8] {
        let (start, end) = self.now.literal;
        self.text
            .as_bytes()
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    /// The text range from an offset to an end, with the row and column of another place. The two may differ, for example for a
    /// parenthesized operand, as in OPA.
    pub(super) fn spanning(&self, at: Span, offset: u32, end: u32) -> Span {
        // An offset at the end has no text.
        let length = narrow(self.text.len());
        let end = if offset >= length || end > length {
            offset
        } else {
            end.max(offset)
        };
        Span {
            start: offset,
            end,
            ..at
        }
    }

    /// A place, extended to the end of the previous token.
    pub(super) fn extended(&self, at: Span) -> Span {
        self.spanning(at, at.start, self.now.last_end)
    }

    /// The number of comments read so far.
    pub(super) const fn comments_read(&self) -> u32 {
        self.now.comments
    }
}

/// The text of a comment. As in OPA, if it consists of several carriage returns, one stays.
fn without_line_ends(text: &str) -> &str {
    match text.trim_end_matches('\r') {
        "" => text.get(..1).filter(|_| text.len() > 1).unwrap_or_default(),
        trimmed => trimmed,
    }
}

pub(super) fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
