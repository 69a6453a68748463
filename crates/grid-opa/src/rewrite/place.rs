//! Where expressions stand in a text.

use crate::syntax::piece;
use crate::tokens::{Kind, Tokens};
use regorus::unstable::Span;
use std::ops::Range;

/// Where an expression stands. The core's spans may have one round bracket of two, and that of an object with an object in it may begin
/// at its last field.
pub(super) fn whole(text: &str, span: &Span) -> Range<usize> {
    let mut place = piece(span);
    loop {
        match unmatched(text.get(place.clone()).unwrap_or_default()) {
            Some(Unmatched::Closed(open)) => {
                let before = text.get(..place.start).unwrap_or_default();
                match before.rfind(open) {
                    Some(at) => place.start = at,
                    None => return place,
                }
            }
            Some(Unmatched::Opened(close)) => {
                let after = text.get(place.end..).unwrap_or_default();
                match after.find(close) {
                    Some(at) => place.end += at + 1,
                    None => return place,
                }
            }
            None => return place,
        }
    }
}

/// A bracket without its other one, which is this.
enum Unmatched {
    Closed(char),
    Opened(char),
}

// What is closed and was not opened goes first.
fn unmatched(text: &str) -> Option<Unmatched> {
    let mut opened = Vec::new();
    for token in Tokens::of(text) {
        match token.kind {
            Kind::Open => opened.push(match token.text {
                "(" => ')',
                "[" => ']',
                _ => '}',
            }),
            Kind::Close if opened.pop().is_none() => {
                return Some(Unmatched::Closed(match token.text {
                    ")" => '(',
                    "]" => '[',
                    _ => '{',
                }));
            }
            _ => {}
        }
    }
    opened.pop().map(Unmatched::Opened)
}
