//! Translates patterns of Go's regexp, which OPA uses, into patterns of the regex crate, with Go's errors for invalid patterns.
//!
//! In Go `\d`, `\s`, `\w` and `\b` cover ASCII. In the regex crate they cover Unicode: `^\d+$` would match Arabic digits.
//! Syntax that only one of the two has is rewritten or is an error.

mod class;

use super::Failure;

/// The maximum product of a repetition count and the counts of the repetitions around it.
const MAX_REPEATED: u32 = 1000;

/// The maximum nesting depth of groups, which is the limit of the regex crate.
const MAX_NESTED: usize = 200;

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

    // Records a repetition after its sign. `before` is the rest that starts with the sign.
    fn repeat(
        &mut self,
        before: &'p str,
        repeated: Option<&'p str>,
        most: u32,
        check: Option<u32>,
    ) -> Result<(), Failure> {
        if self.take("?") {
            self.output.push('?');
        }
        if let Some(last) = repeated {
            return Err(wrong("invalid nested repetition operator", self.read(last)));
        }
        let group = self.groups.last().copied().unwrap_or_default();
        if !group.repeatable {
            return Err(wrong(
                "missing argument to repetition operator",
                self.read(before),
            ));
        }
        if group.flags_after {
            return Err(Failure::unsure(
                "a pattern has a repetition directly after flags",
            ));
        }
        let product = match check {
            // Zero repetitions.
            Some(0) => 0,
            Some(times) => group.last_product.max(1).saturating_mul(times),
            None => group.last_product,
        };
        if check.is_some_and(|times| times > 1) && product > MAX_REPEATED {
            return Err(wrong("invalid repeat count", self.read(before)));
        }
        let more = group.last_size.saturating_mul(u64::from(most.max(1)) - 1);
        let size = group.last_size.saturating_add(more);
        self.element(product, more);
        if let Some(group) = self.groups.last_mut() {
            group.last_size = size;
        }
        Ok(())
    }

    fn counted(
        &mut self,
        before: &'p str,
        repeated: Option<&'p str>,
        least: Option<u32>,
        most: Option<Option<u32>>,
    ) -> Result<(), Failure> {
        let size = || wrong("invalid repeat count", self.read(before));
        let least = least
            .filter(|least| *least <= MAX_REPEATED)
            .ok_or_else(size)?;
        let greatest = match most {
            None => None,
            Some(most) => Some(
                most.filter(|most| (least..=MAX_REPEATED).contains(most))
                    .ok_or_else(size)?,
            ),
        };
        self.output.push_str(self.read(before));
        let times = greatest.unwrap_or(least);
        // `{0,}` is the same as a star.
        let check = if greatest.is_none() && least == 0 {
            None
        } else {
            Some(times)
        };
        self.repeat(before, repeated, times, check)
    }

    // Reads {2}, {2,} or {2,3} after the brace. A number is `None` if it is too large. Any other form is literal text.
    fn counts(&mut self) -> Option<(Option<u32>, Option<Option<u32>>)> {
        let least = self.count()?;
        let most = if self.take(",") {
            if self.rest.starts_with('}') {
                None
            } else {
                Some(self.count()?)
            }
        } else {
            Some(least)
        };
        self.take("}").then_some((least, most))
    }

    fn count(&mut self) -> Option<Option<u32>> {
        let after = self
            .rest
            .trim_start_matches(|one: char| one.is_ascii_digit());
        let digits = self.read_until(after);
        // A number with a leading zero is literal text.
        if digits.is_empty() || (digits.len() > 1 && digits.starts_with('0')) {
            return None;
        }
        self.rest = after;
        Some(digits.parse().ok())
    }

    fn read_until(&self, after: &str) -> &'p str {
        self.rest
            .get(..self.rest.len() - after.len())
            .unwrap_or_default()
    }

    // Reads the start of a group after its opening bracket.
    fn open(&mut self, before: &'p str) -> Result<(), Failure> {
        if self.groups.len() >= MAX_NESTED {
            return Err(Failure::unsure("the groups of a pattern nest too deep"));
        }
        let named = |prefix: &str| before.strip_prefix(prefix).filter(|rest| !rest.is_empty());
        if let Some(rest) = named("(?P<").or_else(|| named("(?<")) {
            let Some((name, after)) = rest.split_once('>') else {
                return Err(wrong("invalid named capture", before));
            };
            self.rest = after;
            let word = |one: char| one == '_' || one.is_ascii_alphanumeric();
            if name.is_empty() || !name.chars().all(word) {
                return Err(wrong("invalid named capture", self.read(before)));
            }
            self.names.push(name.to_owned());
            self.output.push('(');
            self.groups.push(Group::default());
            return Ok(());
        }
        if !before.starts_with("(?") {
            self.names.push(String::new());
            self.output.push('(');
            self.groups.push(Group::default());
            return Ok(());
        }
        self.take("?");
        self.flags(before)
    }

    // Reads flags up to the colon or the bracket after them.
    fn flags(&mut self, before: &'p str) -> Result<(), Failure> {
        let mut flags = String::new();
        let (mut negative, mut any) = (false, false);
        while let Some(flag) = self.next() {
            match flag {
                'i' | 'm' | 's' | 'U' => {
                    flags.push(flag);
                    any = true;
                }
                '-' if !negative => {
                    flags.push(flag);
                    (negative, any) = (true, false);
                }
                ':' | ')' if any || !negative => {
                    let flags = without_doubles(&flags);
                    if flag == ':' {
                        self.output.push_str(&format!("(?{flags}:"));
                        self.groups.push(Group::default());
                    } else if !flags.is_empty() {
                        self.output.push_str(&format!("(?{flags})"));
                        if let Some(group) = self.groups.last_mut() {
                            group.flags_after = true;
                        }
                    }
                    return Ok(());
                }
                _ => break,
            }
        }
        Err(wrong(
            "invalid or unsupported Perl syntax",
            self.read(before),
        ))
    }

    fn close(&mut self) -> Result<(), Failure> {
        let unexpected = || wrong("unexpected )", self.pattern);
        let group = self.groups.pop().ok_or_else(unexpected)?;
        if self.groups.is_empty() {
            return Err(unexpected());
        }
        self.output.push(')');
        self.element(group.product.max(1), group.size.saturating_add(2));
        Ok(())
    }

    // Reads an escape outside of a class, after the backslash.
    fn escape(&mut self, before: &'p str) -> Result<(), Failure> {
        if self.take("Q") {
            let (text, after) = self.rest.split_once("\\E").unwrap_or((self.rest, ""));
            self.rest = after;
            for character in text.chars() {
                self.element(1, 1);
                self.literal(character);
            }
            return Ok(());
        }
        for (escape, other) in [
            ("A", "\\A"),
            ("z", "\\z"),
            ("b", "(?-u:\\b)"),
            ("B", "(?-u:\\B)"),
        ] {
            if self.take(escape) {
                self.element(1, 1);
                self.output.push_str(other);
                return Ok(());
            }
        }
        if self.class_escape(before)? {
            self.element(1, 16);
            return Ok(());
        }
        let character = self.character_escape(before)?;
        self.element(1, 1);
        match character {
            Some(character) => self.literal(character),
            // No text contains half of a surrogate pair.
            None => self.output.push_str("[^\\x00-\\x{10ffff}]"),
        }
        Ok(())
    }

    // Reads an escaped character after the backslash. `None` if no text contains the character.
    fn character_escape(&mut self, before: &'p str) -> Result<Option<char>, Failure> {
        let Some(character) = self.next() else {
            return Err(wrong("trailing backslash at end of expression", ""));
        };
        let code = match character {
            'a' => Some(0x07),
            'f' => Some(0x0c),
            'n' => Some(0x0a),
            'r' => Some(0x0d),
            't' => Some(0x09),
            'v' => Some(0x0b),
            'x' => self.hexadecimal(),
            '0'..='7' => {
                let octal = |byte: &u8| (b'0'..=b'7').contains(byte);
                let more = self.rest.bytes().take(2).take_while(octal).count();
                // A single digit other than zero would be a back reference.
                if character == '0' || more > 0 {
                    let (digits, after) = self.rest.split_at(more);
                    self.rest = after;
                    u32::from_str_radix(&format!("{character}{digits}"), 8).ok()
                } else {
                    None
                }
            }
            _ if character.is_ascii() && !character.is_ascii_alphanumeric() => {
                Some(character.into())
            }
            _ => None,
        };
        match code {
            Some(code) => Ok(char::from_u32(code)),
            None => Err(wrong("invalid escape sequence", self.read(before))),
        }
    }

    // Reads the code after \x. Of a wrong code it reads as much as Go does.
    fn hexadecimal(&mut self) -> Option<u32> {
        let digit = |one: char| one.to_digit(16);
        let first = self.next()?;
        if first != '{' {
            let (high, low) = (digit(first), digit(self.next()?));
            return Some(high? * 16 + low?);
        }
        let mut code: Option<u32> = None;
        loop {
            match self.next()? {
                '}' => return code,
                other => {
                    let sum = code.unwrap_or(0) * 16 + digit(other)?;
                    if sum > 0x10_ffff {
                        return None;
                    }
                    code = Some(sum);
                }
            }
        }
    }
}

// The regex crate does not allow duplicate flags.
fn without_doubles(flags: &str) -> String {
    let (on, off) = flags.split_once('-').unwrap_or((flags, ""));
    let mut kept = String::new();
    for flag in ['i', 'm', 's', 'U'] {
        if on.contains(flag) && !off.contains(flag) {
            kept.push(flag);
        }
    }
    if !off.is_empty() {
        kept.push('-');
        kept.extend(
            ['i', 'm', 's', 'U']
                .into_iter()
                .filter(|flag| off.contains(*flag)),
        );
    }
    kept
}
