//! Errors and hints of the parser.

pub(super) mod details;
pub(super) mod hints;

use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::parser::errors::details::Lines;
use crate::rego::syntax::parser::state::narrow;
use crate::rego::syntax::span::Span;
use crate::rego::syntax::token::Token;

/// An error, the number of the error before it, and the number of its last hint.
pub(super) struct ErrorNode {
    before: u32,
    message: String,
    span: Span,
    hints: u32,
}

impl Parser<'_> {
    /// Adds an error, with the hints since the last error.
    #[cold]
    #[inline(never)]
    pub(super) fn error(&mut self, span: Span, message: impl Into<String>) {
        let message = message.into();
        self.step(message.len() as u64);
        self.errors.push(ErrorNode {
            before: self.now.errors,
            message,
            span,
            hints: self.now.hints,
        });
        self.now.errors = narrow(self.errors.len());
        self.now.hints = 0;
    }

    pub(super) const fn has_errors(&self) -> bool {
        self.now.errors != 0
    }

    /// Reports that the current token is not allowed here.
    pub(super) fn illegal_token(&mut self) {
        self.illegal(String::new());
    }

    #[cold]
    #[inline(never)]
    pub(super) fn illegal(&mut self, note: impl Into<String>) {
        let token = self.now.token;
        if token == Token::Illegal {
            self.error(self.now.span, "illegal token");
            return;
        }
        let note = note.into();
        let kind = if token.is_keyword() {
            "keyword"
        } else {
            "token"
        };
        let mut message = format!("unexpected {} {kind}", token.name());
        if !note.is_empty() {
            message.push_str(": ");
            message.push_str(&note);
        }
        self.error(self.now.span, message);
    }

    /// The errors of the current state, in order.
    pub(super) fn faults(mut self) -> Vec<Fault> {
        let mut numbers = Vec::new();
        let mut at = self.now.errors;
        while let Some(node) = (at as usize)
            .checked_sub(1)
            .and_then(|i| self.errors.get(i))
        {
            numbers.push(at as usize - 1);
            at = node.before;
        }
        numbers.reverse();
        numbers.truncate(self.options.max_faults.max(1));
        let lines = Lines::of(self.text);
        let mut faults = Vec::new();
        for number in numbers {
            let Some(node) = self.errors.get_mut(number) else {
                continue;
            };
            let (span, hints) = (node.span, node.hints);
            let mut fault = Fault::new(Code::Parse, std::mem::take(&mut node.message), span);
            fault.message.push_str(&self.hints_of(hints));
            fault.details = lines.details(span);
            faults.push(fault);
        }
        match self.limits.stopped {
            Some(stopped) => vec![stopped],
            None => faults,
        }
    }
}
