//! Patterns of Go's regexp, which OPA uses, as those of the regex crate; and Go's errors of what is no pattern.
//!
//! In Go `\d`, `\s`, `\w` and `\b` are about ASCII, where here they are about all of Unicode: `^\d+$` would let Arabic digits pass.
//! What one of the two syntaxes has and the other has not is said in other words, or is an error.

mod class;

use super::Failure;

/// The most that a repetition, times those that it lies in, may ask for.
const MOST_REPEATED: u32 = 1000;

/// How deep groups may nest: the regex crate's own limit.
const MOST_NESTED: usize = 200;

/// A pattern for the regex crate.
#[derive(Debug)]
pub(super) struct Translated {
    pub(super) pattern: String,
    /// The names of its groups in their order, empty of those without: Go lets two have one name, and a name begin with a digit.
    pub(super) names: Vec<String>,
    /// How large it is, repetitions written out.
    pub(super) size: u64,
}

/// The same pattern for the regex crate.
pub(super) fn translated(pattern: &str) -> Result<Translated, Failure> {
    let mut translation = Translation {
        whole: pattern,
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

/// An error of Go's.
fn wrong(what: &str, part: &str) -> Failure {
    Failure::Builtin(format!("error parsing regexp: {what}: `{part}`"))
}

/// What is known of a group that is open.
#[derive(Debug, Clone, Copy, Default)]
struct Group {
    /// The largest product of repetitions in it.
    product: u32,
    size: u64,
    /// Those of its last element, and whether there is one that can be repeated.
    last_product: u32,
    last_size: u64,
    repeatable: bool,
    /// Whether flags stand behind that element: Go repeats it over them.
    flags_behind: bool,
}

struct Translation<'p> {
    whole: &'p str,
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

    // What was read since there was `before` left.
    fn read(&self, before: &'p str) -> &'p str {
        before
            .get(..before.len() - self.rest.len())
            .unwrap_or_default()
    }

    fn literal(&mut self, character: char) {
        self.output
            .push_str(&format!("\\x{{{:x}}}", u32::from(character)));
    }

    // Notes an element of the group at hand.
    fn element(&mut self, product: u32, size: u64) {
        if let Some(group) = self.groups.last_mut() {
            group.product = group.product.max(product);
            group.size = group.size.saturating_add(size);
            (group.last_product, group.last_size) = (product, size);
            group.repeatable = true;
            group.flags_behind = false;
        }
    }

    fn all(&mut self) -> Result<(), Failure> {
        // The text from the last repetition on, if that was the last element.
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
            return Err(wrong("missing closing )", self.whole));
        }
        Ok(())
    }

    // A repetition whose sign is read; `before` is what was left before it.
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
        if group.flags_behind {
            return Err(Failure::unsure(
                "a repetition stands behind flags in a pattern",
            ));
        }
        let product = match check {
            // So often not at all.
            Some(0) => 0,
            Some(times) => group.last_product.max(1).saturating_mul(times),
            None => group.last_product,
        };
        if check.is_some_and(|times| times > 1) && product > MOST_REPEATED {
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
            .filter(|least| *least <= MOST_REPEATED)
            .ok_or_else(size)?;
        let greatest = match most {
            None => None,
            Some(most) => Some(
                most.filter(|most| (least..=MOST_REPEATED).contains(most))
                    .ok_or_else(size)?,
            ),
        };
        self.output.push_str(self.read(before));
        let times = greatest.unwrap_or(least);
        // Without an upper bound and from zero on, it is as a star.
        let check = if greatest.is_none() && least == 0 {
            None
        } else {
            Some(times)
        };
        self.repeat(before, repeated, times, check)
    }

    // {2}, {2,} or {2,3} behind the bracket, the numbers none where they are too large; what has another form is text.
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
        // A leading zero makes it text.
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

    // A group behind its opening bracket.
    fn open(&mut self, before: &'p str) -> Result<(), Failure> {
        if self.groups.len() >= MOST_NESTED {
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

    // Flags up to the colon or the bracket behind them.
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
                            group.flags_behind = true;
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
        let unexpected = || wrong("unexpected )", self.whole);
        let group = self.groups.pop().ok_or_else(unexpected)?;
        if self.groups.is_empty() {
            return Err(unexpected());
        }
        self.output.push(')');
        self.element(group.product.max(1), group.size.saturating_add(2));
        Ok(())
    }

    // What follows a backslash outside a class.
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
            // Half of a surrogate pair is in no text.
            None => self.output.push_str("[^\\x00-\\x{10ffff}]"),
        }
        Ok(())
    }

    // A character by its escape, behind the backslash; none of one that is in no text.
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
                // One digit other than zero would refer back.
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

    // The code behind \x; what is read of a wrong one is as much as Go reads.
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

// The regex crate has no flag twice.
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
