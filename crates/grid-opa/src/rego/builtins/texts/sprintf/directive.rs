//! Parses formats of Go's `fmt`.

use crate::rego::value::Value;
use std::collections::VecDeque;

/// The maximum width and precision. Go ignores a larger one, and the rest of the format.
const MAX: usize = 1_000_000;

/// A directive, which starts with `%`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Directive {
    pub(super) plus: bool,
    pub(super) minus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    /// `%#v` and `%+v`, in which the flags have another meaning.
    pub(super) sharp_v: bool,
    pub(super) plus_v: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
    pub(super) verb: char,
}

impl Directive {
    /// `%v`.
    pub(super) fn plain() -> Self {
        Self {
            verb: 'v',
            ..Self::default()
        }
    }
}

/// A part of a format.
pub(super) enum Part<'a> {
    /// Literal text, or Go's text for an invalid directive.
    Text(&'a str),
    Directive(Directive, &'a Value),
}

/// The parts of a format, each directive with its value.
pub(super) struct Directives<'a> {
    rest: &'a str,
    values: &'a [Value],
    /// The index of the next value.
    at: usize,
    /// Whether the format has an index. Then no value counts as extra.
    named: bool,
    /// Parts that come before the unread rest.
    pending: VecDeque<Part<'a>>,
}

impl<'a> Directives<'a> {
    pub(super) const fn of(format: &'a str, values: &'a [Value]) -> Self {
        Self {
            rest: format,
            values,
            at: 0,
            named: false,
            pending: VecDeque::new(),
        }
    }

    /// The values that no directive takes.
    pub(super) fn extra(&self) -> &'a [Value] {
        let from = if self.named {
            self.values.len()
        } else {
            self.at
        };
        self.values.get(from..).unwrap_or_default()
    }

    /// The next part.
    pub(super) fn next(&mut self) -> Option<Part<'a>> {
        loop {
            if let Some(part) = self.pending.pop_front() {
                return Some(part);
            }
            if self.rest.is_empty() {
                return None;
            }
            match self.rest.split_once('%') {
                Some(("", after)) => {
                    self.rest = after;
                    self.directive();
                }
                Some((before, _)) => {
                    self.rest = self.rest.get(before.len()..).unwrap_or_default();
                    return Some(Part::Text(before));
                }
                None => return Some(Part::Text(std::mem::take(&mut self.rest))),
            }
        }
    }

    fn push(&mut self, texts: &[&'a str]) {
        self.pending
            .extend(texts.iter().map(|text| Part::Text(text)));
    }

    fn directive(&mut self) {
        let mut directive = Directive::default();
        loop {
            match self.rest.as_bytes().first() {
                Some(b'#') => directive.sharp = true,
                Some(b'0') => directive.zero = true,
                Some(b'+') => directive.plus = true,
                Some(b'-') => directive.minus = true,
                Some(b' ') => directive.space = true,
                _ => break,
            }
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
        let mut good = true;
        let mut indexed = self.index(&mut good);
        if self.take('*') {
            match self.size() {
                Some(size) => {
                    if size < 0 {
                        directive.minus = true;
                        directive.zero = false;
                    }
                    directive.width = usize::try_from(size.unsigned_abs()).ok();
                }
                None => self.push(&["%!(BADWIDTH)"]),
            }
            indexed = false;
        } else {
            directive.width = self.number();
            good &= !(indexed && directive.width.is_some());
        }
        // A point at the end is an unknown verb.
        if self.rest.len() > 1 && self.take('.') {
            good &= !indexed;
            indexed = self.index(&mut good);
            if self.take('*') {
                match self.size().map(usize::try_from) {
                    Some(Ok(size)) => directive.precision = Some(size),
                    _ => self.push(&["%!(BADPREC)"]),
                }
                indexed = false;
            } else {
                directive.precision = Some(self.number().unwrap_or(0));
            }
        }
        if !indexed {
            self.index(&mut good);
        }
        self.verb(directive, good);
    }

    fn verb(&mut self, mut directive: Directive, good: bool) {
        let before = self.rest;
        let mut characters = before.chars();
        let Some(verb) = characters.next() else {
            self.push(&["%!(NOVERB)"]);
            return;
        };
        self.rest = characters.as_str();
        let name = before.get(..verb.len_utf8()).unwrap_or_default();
        directive.verb = verb;
        if verb == '%' {
            self.push(&["%"]);
        } else if !good {
            self.push(&["%!", name, "(BADINDEX)"]);
        } else if let Some(value) = self.values.get(self.at) {
            self.at += 1;
            if matches!(verb, 'v' | 'w') {
                directive.sharp_v = std::mem::take(&mut directive.sharp);
                directive.plus_v = std::mem::take(&mut directive.plus);
            }
            self.pending.push_back(Part::Directive(directive, value));
        } else {
            self.push(&["%!", name, "(MISSING)"]);
        }
    }

    fn take(&mut self, character: char) -> bool {
        let rest = self.rest.strip_prefix(character);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn number(&mut self) -> Option<usize> {
        let after = self
            .rest
            .trim_start_matches(|digit: char| digit.is_ascii_digit());
        let digits = self.rest.strip_suffix(after).unwrap_or_default();
        self.rest = after;
        if digits.is_empty() {
            return None;
        }
        let number = digits.parse().ok().filter(|number| *number <= MAX);
        if number.is_none() {
            self.rest = "";
        }
        number
    }

    // Takes the next value as a width or a precision.
    fn size(&mut self) -> Option<i64> {
        let value = self.values.get(self.at)?;
        self.at += 1;
        let most = i64::try_from(MAX).unwrap_or(i64::MAX);
        let size = match value {
            Value::Number(number) if !number.is_written_as_float() => number.to_i64(),
            _ => None,
        };
        size.filter(|size| (-most..=most).contains(size))
    }

    // Reads an index such as [2], counted from 1.
    fn index(&mut self, good: &mut bool) -> bool {
        let Some(inner) = self.rest.strip_prefix('[') else {
            return false;
        };
        self.named = true;
        let Some((digits, after)) = inner.split_once(']') else {
            self.rest = inner;
            *good = false;
            return false;
        };
        self.rest = after;
        let fits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let index = digits
            .parse::<usize>()
            .ok()
            .filter(|index| fits && *index <= MAX);
        match index.map(|index| index.checked_sub(1)) {
            Some(Some(index)) if index < self.values.len() => {
                self.at = index;
                true
            }
            Some(_) => {
                *good = false;
                true
            }
            None => {
                *good = false;
                false
            }
        }
    }
}
