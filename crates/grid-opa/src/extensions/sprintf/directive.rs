//! Takes a format of Go's `fmt` apart.

use super::super::Failure;
use regorus::Value;

/// The most that a width or a precision may be.
const MOST: usize = 1_000_000;

/// One `%` with what follows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Directive {
    pub(super) plus: bool,
    pub(super) minus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
    pub(super) verb: char,
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
    values: Vec<&'a Value>,
    /// Which value is the next.
    at: usize,
    /// Whether an index named a value: then none is left over.
    named: bool,
    /// What Go says of the next directive, in the pieces that it is made of.
    pending: std::collections::VecDeque<&'a str>,
    /// A directive behind such pieces.
    kept: Option<Part<'a>>,
}

impl<'a> Directives<'a> {
    pub(super) fn of(format: &'a str, values: impl Iterator<Item = &'a Value>) -> Self {
        Self {
            rest: format,
            values: values.collect(),
            at: 0,
            named: false,
            pending: std::collections::VecDeque::new(),
            kept: None,
        }
    }

    /// The values that no directive takes.
    pub(super) fn extra(&self) -> impl Iterator<Item = &'a Value> {
        let from = if self.named { usize::MAX } else { self.at };
        self.values.iter().skip(from).copied()
    }

    /// The next part.
    ///
    /// # Errors
    /// For a width or a precision that is too large.
    pub(super) fn next(&mut self) -> Result<Option<Part<'a>>, Failure> {
        if let Some(text) = self.pending.pop_front() {
            return Ok(Some(Part::Text(text)));
        }
        if let Some(part) = self.kept.take() {
            return Ok(Some(part));
        }
        if self.rest.is_empty() {
            return Ok(None);
        }
        match self.rest.find('%') {
            Some(0) => {
                self.rest = self.rest.get(1..).unwrap_or_default();
                let part = self.directive()?;
                if self.pending.is_empty() {
                    return Ok(part);
                }
                self.kept = part;
                self.next()
            }
            Some(length) => {
                let (text, rest) = self.rest.split_at(length);
                self.rest = rest;
                Ok(Some(Part::Text(text)))
            }
            None => Ok(Some(Part::Text(std::mem::take(&mut self.rest)))),
        }
    }

    fn directive(&mut self) -> Result<Option<Part<'a>>, Failure> {
        let mut directive = Directive::default();
        loop {
            match self.rest.bytes().next() {
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
            match self.value_as_size()? {
                Some(size) => {
                    directive.minus |= size < 0;
                    directive.width = Some(within(size.unsigned_abs())?);
                }
                None => self.pending.push_back("%!(BADWIDTH)"),
            }
            indexed = false;
        } else {
            directive.width = self.number()?;
            good &= !(indexed && directive.width.is_some());
        }
        if self.take('.') {
            good &= !indexed;
            indexed = self.index(&mut good);
            if self.take('*') {
                match self.value_as_size()? {
                    // A negative one counts as none.
                    Some(size) if size >= 0 => {
                        directive.precision = Some(within(size.unsigned_abs())?);
                    }
                    _ => self.pending.push_back("%!(BADPREC)"),
                }
                indexed = false;
            } else {
                directive.precision = Some(self.number()?.unwrap_or(0));
            }
        }
        if !indexed {
            self.index(&mut good);
        }
        let mut characters = self.rest.chars();
        let before = self.rest;
        let Some(verb) = characters.next() else {
            return Ok(Some(Part::Text("%!(NOVERB)")));
        };
        self.rest = characters.as_str();
        let verb_text = before.get(..verb.len_utf8()).unwrap_or_default();
        directive.verb = verb;
        // There it asks for the names of fields, which no value has.
        directive.plus &= verb != 'v';
        if verb == '%' {
            return Ok(Some(Part::Text("%")));
        }
        let what = if good { "(MISSING)" } else { "(BADINDEX)" };
        match self.values.get(self.at).copied().filter(|_| good) {
            Some(value) => {
                self.at += 1;
                Ok(Some(Part::Directive(directive, value)))
            }
            None => {
                self.pending.extend(["%!", verb_text, what]);
                Ok(None)
            }
        }
    }

    fn take(&mut self, character: char) -> bool {
        let rest = self.rest.strip_prefix(character);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn number(&mut self) -> Result<Option<usize>, Failure> {
        let after = self
            .rest
            .trim_start_matches(|digit: char| digit.is_ascii_digit());
        let digits = self.rest.strip_suffix(after).unwrap_or_default();
        self.rest = after;
        if digits.is_empty() {
            return Ok(None);
        }
        // Only what is too long does not parse.
        within(digits.parse().unwrap_or(u64::MAX)).map(Some)
    }

    // The value that is next, as a width or a precision.
    fn value_as_size(&mut self) -> Result<Option<i64>, Failure> {
        let value = self.values.get(self.at).copied();
        self.at += usize::from(value.is_some());
        Ok(match value {
            Some(Value::Number(number)) => number.as_i64(),
            _ => None,
        })
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
        let index = digits
            .parse::<usize>()
            .ok()
            .filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()));
        match index.and_then(|index| index.checked_sub(1)) {
            Some(index) if index < self.values.len() => {
                self.at = index;
                true
            }
            _ => {
                *good = false;
                true
            }
        }
    }
}

fn within(size: u64) -> Result<usize, Failure> {
    usize::try_from(size)
        .ok()
        .filter(|size| *size <= MOST)
        .ok_or_else(|| Failure::Always(format!("a width or a precision is {MOST} at most")))
}
