//! Patterns of Go's regexp, which OPA uses, as those of the regex crate.
//!
//! In Go `\d`, `\s`, `\w` and `\b` are about ASCII, where here they are about all of Unicode: `^\d+$` would let Arabic digits pass.
//! What one of the two syntaxes has and the other has not is said in other words, or is an error.

#[cfg(test)]
mod tests;

/// The most that a repetition, times those that it lies in, may ask for.
const MOST_REPEATED: u32 = 1000;

/// The classes that have a name, as in `[[:alpha:]]`.
#[rustfmt::skip]
const NAMED: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word", "xdigit",
];

/// A pattern for the regex crate.
#[derive(Debug)]
pub(super) struct Translated {
    pub(super) pattern: String,
    /// The names of its groups in their order, empty of those without: Go lets two have one name, and a name begin with a digit.
    pub(super) names: Vec<String>,
}

/// The same pattern for the regex crate; what it holds that is no pattern in either is left for that one to say.
pub(super) fn translated(pattern: &str) -> Result<Translated, String> {
    let mut translation = Translation {
        rest: pattern,
        output: String::with_capacity(pattern.len()),
        groups: vec![1],
        last: 1,
        names: Vec::new(),
    };
    let mut repeated = false;
    while let Some(character) = translation.next() {
        let repeats = translation.element(character)?;
        if repeats && repeated {
            return Err("invalid nested repetition operator".to_owned());
        }
        repeated = repeats;
    }
    Ok(Translated {
        pattern: translation.output,
        names: translation.names,
    })
}

struct Translation<'p> {
    rest: &'p str,
    output: String,
    /// The largest product of repetitions in each group that is open.
    groups: Vec<u32>,
    /// That of the last element.
    last: u32,
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

    fn until(&mut self, end: &str) -> Option<&'p str> {
        let (before, after) = self.rest.split_once(end)?;
        self.rest = after;
        Some(before)
    }

    fn literal(&mut self, character: char) {
        self.output
            .push_str(&format!("\\x{{{:x}}}", u32::from(character)));
    }

    // Takes what begins with `character`, and tells whether it is a repetition.
    fn element(&mut self, character: char) -> Result<bool, String> {
        let repeats = match character {
            '*' | '+' | '?' => {
                self.output.push(character);
                true
            }
            '{' => self.counted()?,
            _ => false,
        };
        if repeats {
            if self.take("?") {
                self.output.push('?');
            }
            return Ok(true);
        }
        let inner = match character {
            '(' => {
                self.open()?;
                self.groups.push(1);
                return Ok(false);
            }
            ')' if self.groups.len() > 1 => self.groups.pop().unwrap_or(1),
            _ => 1,
        };
        self.element_of(inner);
        match character {
            '\\' => self.escape()?,
            '[' => self.class()?,
            '.' | '^' | '$' | '|' | ')' => self.output.push(character),
            _ => self.literal(character),
        }
        Ok(false)
    }

    fn element_of(&mut self, repetitions: u32) {
        self.last = repetitions;
        if let Some(most) = self.groups.last_mut() {
            *most = repetitions.max(*most);
        }
    }

    // {2}, {2,} or {2,3} after the bracket; what has another form is text.
    fn counted(&mut self) -> Result<bool, String> {
        let counted = |character: char| character.is_ascii_digit() || character == ',';
        let after = self.rest.trim_start_matches(counted);
        let counts = self.rest.strip_suffix(after).unwrap_or_default();
        let Some(after) = after.strip_prefix('}') else {
            return Ok(false);
        };
        let (least, most) = counts.split_once(',').unwrap_or((counts, counts));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if least.is_empty() || !digits(least) || !digits(most) {
            return Ok(false);
        }
        let wrong = || format!("invalid repeat count: {{{counts}}}");
        let leading = |text: &str| text.len() > 1 && text.starts_with('0');
        if leading(least) || leading(most) {
            // Text in Go.
            return Ok(false);
        }
        let least: u32 = least.parse().map_err(|_| wrong())?;
        let greatest = if most.is_empty() {
            least
        } else {
            most.parse().map_err(|_| wrong())?
        };
        let product = self.last.saturating_mul(greatest.max(1));
        if least > greatest || greatest > MOST_REPEATED || product > MOST_REPEATED {
            return Err(wrong());
        }
        self.element_of(product);
        self.output.push_str(&format!("{{{counts}}}"));
        self.rest = after;
        Ok(true)
    }

    // A group after its opening bracket.
    fn open(&mut self) -> Result<(), String> {
        self.output.push('(');
        if !self.take("?") {
            self.names.push(String::new());
            return Ok(());
        }
        if self.take("P<") || self.take("<") {
            let name = self.until(">").filter(|name| {
                let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
                !name.is_empty() && name.bytes().all(word)
            });
            self.names
                .push(name.ok_or("invalid named capture")?.to_owned());
            return Ok(());
        }
        let end = self
            .rest
            .find([':', ')'])
            .ok_or("missing argument to group")?;
        let (flags, after) = self.rest.split_at(end);
        if !flags.chars().all(|flag| "imsU-".contains(flag)) {
            return Err(format!("invalid or unsupported Perl syntax: (?{flags}"));
        }
        self.output.push_str(&format!("?{flags}"));
        self.rest = after;
        if self.take(":") {
            self.output.push(':');
        }
        Ok(())
    }

    // What follows a backslash outside a class.
    fn escape(&mut self) -> Result<(), String> {
        if self.take("Q") {
            let text = self
                .until("\\E")
                .unwrap_or_else(|| std::mem::take(&mut self.rest));
            text.chars().for_each(|character| self.literal(character));
            return Ok(());
        }
        for (escape, other) in [
            ("A", "\\A"),
            ("z", "\\z"),
            ("b", "(?-u:\\b)"),
            ("B", "(?-u:\\B)"),
        ] {
            if self.take(escape) {
                self.output.push_str(other);
                return Ok(());
            }
        }
        if self.class_escape()? {
            return Ok(());
        }
        let character = self.character_escape()?;
        self.literal(character);
        Ok(())
    }

    // \d, \pL and their like.
    fn class_escape(&mut self) -> Result<bool, String> {
        for (escape, class) in [
            ("d", "[0-9]"),
            ("D", "[^0-9]"),
            ("s", "[\\t\\n\\f\\r ]"),
            ("S", "[^\\t\\n\\f\\r ]"),
            ("w", "[0-9A-Za-z_]"),
            ("W", "[^0-9A-Za-z_]"),
        ] {
            if self.take(escape) {
                self.output.push_str(class);
                return Ok(true);
            }
        }
        let negated = match self.rest.chars().next() {
            Some('p') => false,
            Some('P') => true,
            _ => return Ok(false),
        };
        self.next();
        let wrong = || "invalid character class range".to_owned();
        let first = self.next().ok_or_else(wrong)?;
        let name = if first == '{' {
            self.until("}").ok_or_else(wrong)?.to_owned()
        } else {
            first.to_string()
        };
        let (negated, name) = match name.strip_prefix('^') {
            Some(name) => (!negated, name),
            None => (negated, name.as_str()),
        };
        if name.is_empty()
            || !name
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        {
            return Err(wrong());
        }
        let letter = if negated { 'P' } else { 'p' };
        self.output.push_str(&format!("\\{letter}{{{name}}}"));
        Ok(true)
    }

    fn character_escape(&mut self) -> Result<char, String> {
        let wrong = || "invalid escape sequence".to_owned();
        let character = self
            .next()
            .ok_or("trailing backslash at end of expression")?;
        let code = match character {
            'a' => 0x07,
            'f' => 0x0c,
            'n' => 0x0a,
            'r' => 0x0d,
            't' => 0x09,
            'v' => 0x0b,
            'x' if self.take("{") => {
                let digits = self.until("}").filter(|digits| digits.len() <= 8);
                digits
                    .and_then(|digits| number(digits, 16))
                    .ok_or_else(wrong)?
            }
            'x' => {
                let (digits, after) = self.rest.split_at_checked(2).ok_or_else(wrong)?;
                self.rest = after;
                number(digits, 16).ok_or_else(wrong)?
            }
            '0'..='7' => {
                let more = self.rest.bytes().take(2);
                let more = more.take_while(|byte| (b'0'..=b'7').contains(byte)).count();
                // One digit other than zero would refer back.
                if character != '0' && more == 0 {
                    return Err(wrong());
                }
                let (digits, after) = self.rest.split_at(more);
                self.rest = after;
                number(&format!("{character}{digits}"), 8).ok_or_else(wrong)?
            }
            _ if character.is_ascii() && !character.is_ascii_alphanumeric() => character.into(),
            _ => return Err(wrong()),
        };
        char::from_u32(code).ok_or_else(wrong)
    }

    // A class after its opening bracket.
    fn class(&mut self) -> Result<(), String> {
        let unclosed = || "missing closing ]".to_owned();
        self.output.push('[');
        if self.take("^") {
            self.output.push('^');
        }
        let mut first = true;
        while first || !self.take("]") {
            first = false;
            if let Some(named) = self.rest.strip_prefix("[:")
                && let Some((name, after)) = named.split_once(":]")
            {
                let word = name.strip_prefix('^').unwrap_or(name);
                if !NAMED.contains(&word) {
                    return Err("invalid character class range".to_owned());
                }
                self.output.push_str(&format!("[:{name}:]"));
                self.rest = after;
                continue;
            }
            let escaped = self.take("\\");
            if escaped && self.class_escape()? {
                continue;
            }
            let from = if escaped {
                self.character_escape()?
            } else {
                self.next().ok_or_else(unclosed)?
            };
            let range =
                self.rest.len() >= 2 && self.rest.starts_with('-') && !self.rest.starts_with("-]");
            let mut to = from;
            if range {
                self.take("-");
                to = if self.take("\\") {
                    self.character_escape()?
                } else {
                    self.next().ok_or_else(unclosed)?
                };
            }
            if to < from {
                return Err("invalid character class range".to_owned());
            }
            self.literal(from);
            self.output.push('-');
            self.literal(to);
        }
        self.output.push(']');
        Ok(())
    }
}

fn number(digits: &str, radix: u32) -> Option<u32> {
    // A sign is none.
    let fits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u32::from_str_radix(digits, radix).ok().filter(|_| fits)
}
