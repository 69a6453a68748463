//! Translates globs into patterns of the regex crate.

use super::Failure;

/// Translates a glob.
pub(super) fn translated(glob: &str, delimiters: &str) -> Result<String, Failure> {
    let mut one = ".".to_owned();
    if !delimiters.is_empty() {
        one = "[^".to_owned();
        delimiters
            .chars()
            .for_each(|delimiter| literal(&mut one, delimiter));
        one.push(']');
    }
    let mut translation = Translation {
        glob,
        at: 0,
        output: "(?s)^(?:".to_owned(),
    };
    let mut depth = 0_usize;
    while let Some(character) = translation.next() {
        match character {
            '{' => {
                depth += 1;
                translation.output.push_str("(?:");
            }
            ',' if depth > 0 => translation.output.push('|'),
            '}' if depth > 0 => {
                depth -= 1;
                translation.output.push(')');
            }
            '[' => translation.class()?,
            '?' => translation.output.push_str(&one),
            '*' if translation.peek() == Some('*') => {
                translation.next();
                translation.output.push_str(".*");
            }
            '*' => translation.output.push_str(&format!("{one}*")),
            '\\' => {
                let escaped = translation.next();
                let escaped = escaped.ok_or_else(|| translation.wrong("trailing backslash"))?;
                literal(&mut translation.output, escaped);
            }
            _ => literal(&mut translation.output, character),
        }
    }
    if depth > 0 {
        return Err(translation.wrong("unclosed `{`"));
    }
    Ok(translation.output + ")$")
}

fn literal(output: &mut String, character: char) {
    output.push_str(&format!("\\x{{{:x}}}", u32::from(character)));
}

struct Translation<'g> {
    glob: &'g str,
    at: usize,
    output: String,
}

impl Translation<'_> {
    fn wrong(&self, reason: &str) -> Failure {
        Failure::Builtin(format!("glob: syntax error at {}: {reason}", self.at))
    }

    fn peek(&self) -> Option<char> {
        self.glob.get(self.at..)?.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    // The next character of a class.
    fn member(&mut self) -> Result<char, Failure> {
        self.next()
            .ok_or_else(|| self.wrong("unexpected end of input"))
    }

    // Reads a class after its bracket: one range, or characters and backslash escapes. A class can match delimiters.
    fn class(&mut self) -> Result<(), Failure> {
        self.output.push('[');
        if self.peek() == Some('!') {
            self.next();
            self.output.push('^');
        }
        let begin = self.at;
        let first = self.member()?;
        if self.peek() == Some('-') {
            self.next();
            let last = self.member()?;
            if self.member()? != ']' {
                return Err(self.wrong("expected close range character"));
            }
            if last < first {
                return Err(self.wrong("range hi character is less than lo"));
            }
            literal(&mut self.output, first);
            self.output.push('-');
            literal(&mut self.output, last);
        } else {
            self.at = begin;
            let mut any = false;
            loop {
                let character = match self.member()? {
                    ']' => break,
                    '\\' => {
                        let escaped = self.next();
                        escaped.ok_or_else(|| self.wrong("unexpected end of input"))?
                    }
                    character => character,
                };
                literal(&mut self.output, character);
                any = true;
            }
            if !any {
                return Err(self.wrong("could not parse range"));
            }
        }
        self.output.push(']');
        Ok(())
    }
}
