//! Writes texts in the styles of YAML.

use super::super::wrong;
use super::style::{Style, is_break, is_printable, style};
use super::{Failure, Place, Writer};

impl Writer<'_, '_> {
    pub(super) fn text(&mut self, text: &str, place: Place) -> Result<(), Failure> {
        check(text)?;
        // The lines of a text at the root are indented.
        let indent = if place.is_root { 2 } else { place.indent };
        match style(text, place.is_key) {
            Style::Plain => self.word(text)?,
            Style::Single => self.single(text, indent)?,
            Style::Double => {
                self.space()?;
                self.double(text)?;
            }
            Style::Literal => return self.literal(text, indent),
        }
        self.fresh = false;
        Ok(())
    }

    fn single(&mut self, text: &str, indent: usize) -> Result<(), Failure> {
        self.word("'")?;
        self.fresh = false;
        let mut breaks = false;
        for one in text.chars() {
            if is_break(one) {
                self.broken(one)?;
            } else {
                if breaks {
                    self.indent(indent)?;
                }
                self.put_char(one)?;
                if one == '\'' {
                    self.put("'")?;
                }
                self.fresh = false;
            }
            breaks = is_break(one);
        }
        self.put("'")
    }

    // Ends a line with the given line break.
    fn broken(&mut self, one: char) -> Result<(), Failure> {
        if one == '\n' {
            return self.line();
        }
        self.output.push_char(one)?;
        self.column = 0;
        self.fresh = true;
        Ok(())
    }

    fn double(&mut self, text: &str) -> Result<(), Failure> {
        self.put("\"")?;
        // For each character, yaml.v3 checks for a byte order mark at the start of the text.
        let escapes_all = text.starts_with('\u{feff}');
        for one in text.chars() {
            let code = u32::from(one);
            let escape = match one {
                '\0' => "\\0",
                '\u{7}' => "\\a",
                '\u{8}' => "\\b",
                '\t' => "\\t",
                '\n' => "\\n",
                '\u{b}' => "\\v",
                '\u{c}' => "\\f",
                '\r' => "\\r",
                '\u{1b}' => "\\e",
                '"' => "\\\"",
                '\\' => "\\\\",
                '\u{85}' => "\\N",
                '\u{2028}' => "\\L",
                '\u{2029}' => "\\P",
                _ if is_printable(one) && !escapes_all => {
                    self.put_char(one)?;
                    continue;
                }
                _ if code <= 0xff => &format!("\\x{code:02X}"),
                _ if code <= 0xffff => &format!("\\u{code:04X}"),
                _ => &format!("\\U{code:08X}"),
            };
            self.put(escape)?;
        }
        self.put("\"")
    }

    fn literal(&mut self, text: &str, indent: usize) -> Result<(), Failure> {
        self.word("|")?;
        if text.starts_with(|one| one == ' ' || is_break(one)) {
            self.put("2")?;
        }
        let mut ends = text.chars().rev();
        let last = ends.next().is_some_and(is_break);
        match (last, ends.next().is_none_or(is_break)) {
            (false, _) => self.put("-")?,
            (true, true) => self.put("+")?,
            (true, false) => {}
        }
        self.line()?;
        let mut breaks = true;
        for one in text.chars() {
            if is_break(one) {
                self.broken(one)?;
            } else {
                if breaks {
                    self.indent(indent)?;
                }
                self.put_char(one)?;
                self.fresh = false;
            }
            breaks = is_break(one);
        }
        Ok(())
    }
}

// OPA reads the JSON of the text as YAML, which does not allow all characters.
fn check(text: &str) -> Result<(), Failure> {
    for one in text.chars() {
        match one {
            '\u{85}' => {
                return Err(Failure::unsure(
                    "a text has the character U+0085, which is a line break in YAML",
                ));
            }
            '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {
                return Err(wrong("control characters are not allowed"));
            }
            _ => {}
        }
    }
    Ok(())
}
