//! Parses formats of Go's `fmt`.

use std::collections::VecDeque;

/// The maximum width and precision of a value. In a format Go ignores a number with more digits behind a larger one, and the rest of the
/// format.
const MAX: usize = 1_000_000;

/// A directive, which starts with `%`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::rego::builtins::texts) struct Directive {
    pub(in crate::rego::builtins::texts) plus: bool,
    pub(in crate::rego::builtins::texts) minus: bool,
    pub(in crate::rego::builtins::texts) sharp: bool,
    pub(in crate::rego::builtins::texts) space: bool,
    pub(in crate::rego::builtins::texts) zero: bool,
    /// `%#v` and `%+v`, in which the flags have another meaning.
    pub(in crate::rego::builtins::texts) sharp_v: bool,
    pub(in crate::rego::builtins::texts) plus_v: bool,
    pub(in crate::rego::builtins::texts) width: Option<usize>,
    pub(in crate::rego::builtins::texts) precision: Option<usize>,
    pub(in crate::rego::builtins::texts) verb: char,
}

impl Directive {
    /// `%v`.
    pub(in crate::rego::builtins::texts) fn plain() -> Self {
        Self {
            verb: 'v',
            ..Self::default()
        }
    }
}

/// A part of a format.
pub(in crate::rego::builtins::texts) enum Part<'a> {
    /// Literal text, or Go's text for an invalid directive.
    Text(&'a str),
    /// With the number of its value.
    Directive(Directive, usize),
}

/// The parts of a format.
pub(in crate::rego::builtins::texts) struct Directives<'a> {
    rest: &'a str,
    /// The number of values.
    count: usize,
    /// The value with this number as a width or a precision, if it is an integer.
    size_at: &'a dyn Fn(usize) -> Option<i64>,
    /// The index of the next value.
    at: usize,
    /// Whether the format has an index. Then no value counts as extra.
    named: bool,
    /// Parts that come before the unread rest.
    pending: VecDeque<Part<'a>>,
}

impl<'a> Directives<'a> {
    pub(in crate::rego::builtins::texts) const fn of(
        format: &'a str,
        count: usize,
        size_at: &'a dyn Fn(usize) -> Option<i64>,
    ) -> Self {
        Self {
            rest: format,
            count,
            size_at,
            at: 0,
            named: false,
            pending: VecDeque::new(),
        }
    }

    /// The number of the first value that no directive takes, once there are no more parts.
    pub(in crate::rego::builtins::texts) const fn extra(&self) -> usize {
        if self.named { self.count } else { self.at }
    }

    /// The next part.
    pub(in crate::rego::builtins::texts) fn next(&mut self) -> Option<Part<'a>> {
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
        } else if self.at < self.count {
            let at = self.at;
            self.at += 1;
            if matches!(verb, 'v' | 'w') {
                directive.sharp_v = std::mem::take(&mut directive.sharp);
                directive.plus_v = std::mem::take(&mut directive.plus);
            }
            self.pending.push_back(Part::Directive(directive, at));
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
        let number = parsed(digits);
        if number.is_none() {
            self.rest = "";
        }
        number
    }

    // Takes the next value as a width or a precision.
    fn size(&mut self) -> Option<i64> {
        if self.at >= self.count {
            return None;
        }
        let size = (self.size_at)(self.at);
        self.at += 1;
        let most = i64::try_from(MAX).unwrap_or(i64::MAX);
        size.filter(|size| (-most..=most).contains(size))
    }

    // Reads an index such as [2], counted from 1.
    fn index(&mut self, good: &mut bool) -> bool {
        let Some(inner) = self.rest.strip_prefix('[') else {
            return false;
        };
        self.named = true;
        // Go looks for an index in three bytes or more.
        let found = inner.split_once(']').filter(|_| inner.len() > 1);
        let Some((digits, after)) = found else {
            self.rest = inner;
            *good = false;
            return false;
        };
        self.rest = after;
        let fits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let index = parsed(digits).filter(|_| fits);
        match index.map(|index| index.checked_sub(1)) {
            Some(Some(index)) if index < self.count => {
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

// The number of decimal digits.
fn parsed(digits: &str) -> Option<usize> {
    let mut number = 0;
    for digit in digits.bytes() {
        if number > MAX {
            return None;
        }
        number = number * 10 + usize::from(digit.wrapping_sub(b'0'));
    }
    Some(number)
}
