//! Takes a format of Go's `fmt` apart.

use crate::rego::value::Value;
use crate::rego::value::number;
use std::collections::VecDeque;

/// The most that a width or a precision may be; Go takes a larger one for none, and drops what follows.
const MOST: usize = 1_000_000;

/// One `%` with what follows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Directive {
    pub(super) plus: bool,
    pub(super) minus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    /// `%#v` and `%+v`, where the flags mean something else.
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

/// What a format is made of.
pub(super) enum Part<'a> {
    /// Text as it stands, or what Go says of a directive that is wrong.
    Text(&'a str),
    Directive(Directive, &'a Value),
}

/// The parts of a format, each directive with its value.
pub(super) struct Directives<'a> {
    rest: &'a str,
    values: &'a [Value],
    /// Which value is the next.
    at: usize,
    /// Whether an index named a value: then none is left over.
    named: bool,
    /// Parts that come before what is read next.
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

    fn say(&mut self, texts: &[&'a str]) {
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
                None => self.say(&["%!(BADWIDTH)"]),
            }
            indexed = false;
        } else {
            directive.width = self.number();
            good &= !(indexed && directive.width.is_some());
        }
        // A point at the end is a verb that is none.
        if self.rest.len() > 1 && self.take('.') {
            good &= !indexed;
            indexed = self.index(&mut good);
            if self.take('*') {
                match self.size().map(usize::try_from) {
                    Some(Ok(size)) => directive.precision = Some(size),
                    _ => self.say(&["%!(BADPREC)"]),
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
            self.say(&["%!(NOVERB)"]);
            return;
        };
        self.rest = characters.as_str();
        let name = before.get(..verb.len_utf8()).unwrap_or_default();
        directive.verb = verb;
        if verb == '%' {
            self.say(&["%"]);
        } else if !good {
            self.say(&["%!", name, "(BADINDEX)"]);
        } else if let Some(value) = self.values.get(self.at) {
            self.at += 1;
            if matches!(verb, 'v' | 'w') {
                directive.sharp_v = std::mem::take(&mut directive.sharp);
                directive.plus_v = std::mem::take(&mut directive.plus);
            }
            self.pending.push_back(Part::Directive(directive, value));
        } else {
            self.say(&["%!", name, "(MISSING)"]);
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
        let number = digits.parse().ok().filter(|number| *number <= MOST);
        if number.is_none() {
            self.rest = "";
        }
        number
    }

    // The value that is next, as a width or a precision.
    fn size(&mut self) -> Option<i64> {
        let value = self.values.get(self.at)?;
        self.at += 1;
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        let size = number::i64_of(value).filter(|_| !number::is_written_as_float(value));
        size.filter(|size| (-most..=most).contains(size))
    }

    // An index such as [2], counted from 1.
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
            .filter(|index| fits && *index <= MOST);
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
