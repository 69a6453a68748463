//! Faults of a source behind the first one: the parser stops there, so each rule is given to it alone.
//!
//! Where a rule begins is a guess, because the source is broken: at a name in the first column, inside brackets only if what follows is a
//! rule's. A wrong guess can make a fault of the other ones, never hide the first.

use super::MAX_FAULTS;
use crate::compile;
use crate::error::Error;
use crate::options::EngineOptions;
use crate::set::PolicySet;
use crate::tokens::{Kind, Token, Tokens};

/// Most bytes and most rules that are parsed again.
const MAX_BYTES: usize = 4 << 20;
const MAX_RULES: usize = 5000;

/// The faults in other rules than the first one that has some.
pub(super) fn further_faults(options: &EngineOptions, name: &str, source: &str) -> Vec<Error> {
    let starts = starts_of(source);
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    let is_head = |token: &&Token<'_>| matches!(token.text, "package" | "import");
    let heads = starts.iter().take_while(is_head).count();
    let rules = starts.get(heads..).unwrap_or_default();
    let Ok(empty) = PolicySet::empty(options).map(PolicySet::into_parsed) else {
        return Vec::new();
    };
    let part = |from: u32, to: Option<u32>| {
        let from = index(from);
        let to = to.map_or(lines.len(), index);
        lines.get(from..to).unwrap_or_default().concat()
    };
    let head = part(1, rules.first().map(|token| token.line));
    let head_lines = rules.first().map_or(0, |token| token.line - 1);
    let mut left = MAX_BYTES;
    let mut faults = Vec::new();
    for (number, rule) in rules.iter().enumerate().take(MAX_RULES) {
        let next = rules.get(number + 1).map(|token| token.line);
        let text = head.clone() + &part(rule.line, next);
        let Some(rest) = left.checked_sub(text.len()) else {
            break;
        };
        left = rest;
        if let Err(error) = compile::add(&mut empty.clone(), options, name, &text) {
            let place = error.line().zip(error.column());
            faults.push(match place {
                Some((line, column)) if line > head_lines => {
                    error.at(line - head_lines + rule.line - 1, column)
                }
                // Of the head, and so of all.
                _ => continue,
            });
            if faults.len() > MAX_FAULTS {
                break;
            }
        }
    }
    // The whole source has that one too.
    if !faults.is_empty() {
        faults.remove(0);
    }
    faults
}

/// Names that rules of a source begin with.
pub(super) fn names(source: &str) -> impl Iterator<Item = String> {
    starts_of(source)
        .into_iter()
        .map(|token| token.text.to_owned())
}

fn index(line: u32) -> usize {
    line.saturating_sub(1) as usize
}

// The names that rules begin with.
fn starts_of(source: &str) -> Vec<Token<'_>> {
    let mut starts = Vec::new();
    let mut depth = 0_usize;
    let mut tokens = Tokens::of(source);
    while let Some(token) = tokens.next() {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            Kind::Ident if token.column == 1 && token.text != "else" => {
                let next = tokens.clone().next();
                let begins = next.is_some_and(|next| {
                    matches!(next.text, "if" | "contains" | ":" | "=") && next.line == token.line
                });
                if depth == 0 || begins || token.text == "default" {
                    starts.push(token);
                    depth = 0;
                }
            }
            _ => {}
        }
    }
    starts
}
