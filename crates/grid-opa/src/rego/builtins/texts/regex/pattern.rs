//! Translates patterns of Go's regexp, which OPA uses, into patterns of the regex crate, with Go's errors for invalid patterns.
//!
//! In Go `\d`, `\s`, `\w` and `\b` cover ASCII. In the regex crate they cover Unicode: `^\d+$` would match Arabic digits.
//! Syntax that only one of the two has is rewritten or is an error.

mod class;
mod escapes;
mod groups;
mod repeats;

use super::Failure;

/// A pattern for the regex crate.
#[derive(Debug)]
pub(super) struct Translated {
    pub(super) pattern: String,
    /// The names of its groups in order, empty for groups without a name. Go allows duplicate names, and names that start with a digit.
    pub(super) names: Vec<String>,
    /// The size with all repetitions expanded.
    pub(super) size: u64,
}

/// Translates a pattern.
pub(super) fn translated(pattern: &str) -> Result<Translated, Failure> {
    let mut translation = Translation {
        pattern,
        rest: pattern,
        output: String::with_capacity(pattern.len()),
        groups: vec![Group::default()],
        names: Vec::new(),
    };
    translation.all()?;
    let size = translation.groups.iter().map(|group| group.size).sum();
    Ok(Translated {
        pattern: translation.output,
        names: translation.names,
        size,
    })
}

/// An error of Go.
fn wrong(what: &str, part: &str) -> Failure {
    Failure::Builtin(format!("error parsing regexp: {what}: `{part}`"))
}

/// The state of an open group.
#[derive(Debug, Clone, Copy, Default)]
struct Group {
    /// The largest product of repetitions in the group.
    product: u32,
    size: u64,
    /// The values of the last element, and whether it can be repeated.
    last_product: u32,
    last_size: u64,
    repeatable: bool,
    /// Whether flags follow the last element. In Go a repetition after them repeats that element.
    flags_after: bool,
}

struct Translation<'p> {
    pattern: &'p str,
    rest: &'p str,
    output: String,
    groups: Vec<Group>,
    names: Vec<String>,
}

impl<'p> Translation<'p> {
    fn next(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let next = characters.next();
        self.rest = characters.as_str();
        next
    }

    fn take(&mut self, prefix: &str) -> bool {
        let rest = self.rest.strip_prefix(prefix);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    // The text read since the rest was `before`.
    fn read(&self, before: &'p str) -> &'p str {
        before
            .get(..before.len() - self.rest.len())
            .unwrap_or_default()
    }

    fn literal(&mut self, character: char) {
        self.output
            .push_str(&format!("\\x{{{:x}}}", u32::from(character)));
    }

    // Records an element of the current group.
    fn element(&mut self, product: u32, size: u64) {
        if let Some(group) = self.groups.last_mut() {
            group.product = group.product.max(product);
            group.size = group.size.saturating_add(size);
            (group.last_product, group.last_size) = (product, size);
            group.repeatable = true;
            group.flags_after = false;
        }
    }

    fn all(&mut self) -> Result<(), Failure> {
        // The text from the last repetition on, if the last element was a repetition.
        let mut repeated: Option<&str> = None;
        loop {
            let before = self.rest;
            let mut repeats = None;
            let Some(character) = self.next() else { break };
            match character {
                '(' => self.open(before)?,
                ')' => self.close()?,
                '|' => {
                    self.output.push('|');
                    if let Some(group) = self.groups.last_mut() {
                        group.repeatable = false;
                    }
                }
                '*' | '+' | '?' => {
                    self.output.push(character);
                    self.repeat(before, repeated, 1, None)?;
                    repeats = Some(before);
                }
                '{' => match self.counts() {
                    Some((least, most)) => {
                        self.counted(before, repeated, least, most)?;
                        repeats = Some(before);
                    }
                    None => {
                        self.rest = before.get(1..).unwrap_or_default();
                        self.element(1, 1);
                        self.literal('{');
                    }
                },
                '^' | '$' | '.' => {
                    self.element(1, 1);
                    self.output.push(character);
                }
                '[' => {
                    self.element(1, 4);
                    self.class(before)?;
                }
                '\\' => self.escape(before)?,
                _ => {
                    self.element(1, 1);
                    self.literal(character);
                }
            }
            repeated = repeats;
        }
        if self.groups.len() > 1 {
            return Err(wrong("missing closing )", self.pattern));
        }
        Ok(())
    }

    fn read_until(&self, after: &str) -> &'p str {
        self.rest
            .get(..self.rest.len() - after.len())
            .unwrap_or_default()
    }
}
