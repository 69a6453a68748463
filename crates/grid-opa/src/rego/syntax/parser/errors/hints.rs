//! Hints of errors, most of them about the import of a keyword.
//!
//! Some hints require that a text would be valid with all keywords imported. OPA checks this immediately, even in readings that are undone
//! later. Here it is checked when an error is reported.

use crate::rego::syntax::ast::{Expr, ExprKind};
use crate::rego::syntax::parser::Parser;
use crate::rego::syntax::parser::cache::Cache;
use crate::rego::syntax::parser::expressions::literals::membership;
use crate::rego::syntax::parser::state::{State, narrow};
use crate::rego::syntax::token::{Keywords, Token};
use std::borrow::Cow;

/// A hint for the next error, and the number of the hint before it.
pub(crate) struct HintNode {
    before: u32,
    text: Cow<'static, str>,
    /// Whether it is given only if there is no other hint.
    only_first: bool,
    condition: Option<Condition>,
}

/// A reading that must succeed with all keywords.
#[derive(Clone, Copy)]
struct Condition {
    reading: Reading,
    state: State,
    not_bodies: bool,
}

#[derive(Clone, Copy)]
enum Reading {
    /// The token begins `every`.
    Every,
    /// The token begins `x in xs` or `k, v in xs`. It was read with the active keywords.
    Membership,
}

impl Parser<'_> {
    pub(crate) fn hint(&mut self, text: String) {
        self.push_hint(text, false, None);
    }

    #[cold]
    fn push_hint(
        &mut self,
        text: impl Into<Cow<'static, str>>,
        only_first: bool,
        reading: Option<(Reading, State)>,
    ) {
        let text = text.into();
        self.step(text.len() as u64);
        let not_bodies = self.not_bodies;
        self.hints.push(HintNode {
            before: self.now.hints,
            text,
            only_first,
            condition: reading.map(|(reading, state)| Condition {
                reading,
                state,
                not_bodies,
            }),
        });
        self.now.hints = narrow(self.hints.len());
    }

    /// The texts of a hint and those before it, as a suffix for a message.
    pub(crate) fn hints_of(&mut self, last: u32) -> String {
        let mut numbers = Vec::new();
        let mut at = last;
        while let Some(node) = (at as usize).checked_sub(1).and_then(|i| self.hints.get(i)) {
            numbers.push(at as usize - 1);
            at = node.before;
        }
        let mut texts = Vec::new();
        for number in numbers.into_iter().rev() {
            let Some(node) = self.hints.get(number) else {
                continue;
            };
            let (only_first, condition, text) =
                (node.only_first, node.condition, node.text.clone());
            if (!only_first || texts.is_empty()) && condition.is_none_or(|c| self.holds(c)) {
                texts.push(text);
            }
        }
        match texts.as_slice() {
            [] => String::new(),
            [text] => format!(" (hint: {text})"),
            texts => format!(" (hints: {})", texts.join(", ")),
        }
    }

    fn holds(&mut self, condition: Condition) -> bool {
        self.restore(condition.state);
        self.cache = Cache::new();
        self.keywords = Keywords::V2;
        self.not_bodies = condition.not_bodies;
        match condition.reading {
            Reading::Every => self.every().is_some(),
            Reading::Membership => self
                .infix(true)
                .is_some_and(|term| membership(&term).is_some()),
        }
    }

    /// Adds a hint after an expression that is the variable `every`. `start` is the state before the expression.
    pub(crate) fn hint_every(&mut self, expr: &Expr, start: State) {
        let is_every = match &expr.kind {
            ExprKind::Term(term) => term.as_var().is_some_and(|name| &**name == "every"),
            _ => false,
        };
        if is_every && self.is_v0() {
            let text = "`import future.keywords.every` for `every x in xs { ... }` expressions";
            self.push_hint(text, false, Some((Reading::Every, start)));
        }
    }

    /// Adds a hint at a `some` without a membership.
    pub(crate) fn hint_some_in(&mut self) {
        if self.is_v0() {
            let text = "`import future.keywords.in` for `some x in xs` expressions";
            let reading = self.membership_behind();
            self.push_hint(text, false, Some(reading));
        }
    }

    /// The state after the current token.
    fn membership_behind(&mut self) -> (Reading, State) {
        let saved = self.now;
        self.scan();
        let behind = self.now;
        self.restore(saved);
        (Reading::Membership, behind)
    }

    /// Adds a hint if an expression ends before `in`, `and` or `or`, or before the comma of `k, v in xs`.
    pub(crate) fn hint_infix_keyword(&mut self) {
        const IN: &str = "`import future.keywords.in` for `x in xs` expressions";
        let (text, reading) = match (self.now.token, self.literal()) {
            (Token::Ident, b"in") => (IN, None),
            (Token::Ident, b"and") => (
                "`import future.keywords.and` for `x and y` expressions",
                None,
            ),
            (Token::Ident, b"or") => ("`import future.keywords.or` for `x or y` expressions", None),
            (Token::Comma, _) => (IN, Some(self.membership_behind())),
            _ => return,
        };
        self.push_hint(text, true, reading);
    }
}
