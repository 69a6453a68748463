//! Escapes of characters and positions.

use super::{Failure, Translation, wrong};

impl<'p> Translation<'p> {
    // Reads an escape outside of a class, after the backslash.
    pub(super) fn escape(&mut self, before: &'p str) -> Result<(), Failure> {
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
    pub(super) fn character_escape(&mut self, before: &'p str) -> Result<Option<char>, Failure> {
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
