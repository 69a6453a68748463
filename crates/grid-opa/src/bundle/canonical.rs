//! Canonical JSON, as OPA hashes it: no white space, sorted keys, and numbers with their original text.
//!
//! A JSON parser would lose the text of numbers, and `1.0` has another hash than `1`. So this code walks the text itself, after serde_json
//! has validated it.

use crate::document::MAX_JSON_DEPTH;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// The canonical form of a JSON text, which must be valid.
pub(super) fn of(json: &str) -> Result<String, String> {
    serde_json::from_str::<IgnoredAny>(json).map_err(|error| error.to_string())?;
    let mut form = String::new();
    let mut text = Text {
        rest: json,
        depth: 0,
    };
    text.value(&mut form)
        .ok_or("it nests too deep, or contains half of a surrogate pair")?;
    Ok(form)
}

struct Text<'t> {
    rest: &'t str,
    /// The number of open arrays and objects, and so the depth of the recursion.
    depth: usize,
}

impl<'t> Text<'t> {
    fn value(&mut self, form: &mut String) -> Option<()> {
        match self.next()? {
            b'{' | b'[' if self.depth == MAX_JSON_DEPTH => None,
            opening @ (b'{' | b'[') => {
                self.depth += 1;
                if opening == b'{' {
                    self.object(form)?;
                } else {
                    self.array(form)?;
                }
                self.depth -= 1;
                Some(())
            }
            b'"' => {
                let text = self.string()?;
                write(&text, form)
            }
            _ => {
                let scalar = |one: char| one.is_ascii_alphanumeric() || "+-.".contains(one);
                let end = self.rest.find(|one| !scalar(one));
                form.push_str(self.take(end.unwrap_or(self.rest.len()))?);
                Some(())
            }
        }
    }

    fn object(&mut self, form: &mut String) -> Option<()> {
        self.take(1)?;
        // The last of equal keys counts.
        let mut fields = BTreeMap::new();
        while self.next()? != b'}' {
            let key = self.string()?;
            self.pass(b':');
            let mut value = String::new();
            self.value(&mut value)?;
            fields.insert(key, value);
            self.pass(b',');
        }
        self.take(1)?;
        form.push('{');
        for (index, (key, value)) in fields.iter().enumerate() {
            if index > 0 {
                form.push(',');
            }
            write(key, form)?;
            form.push(':');
            form.push_str(value);
        }
        form.push('}');
        Some(())
    }

    fn array(&mut self, form: &mut String) -> Option<()> {
        self.take(1)?;
        form.push('[');
        let mut first = true;
        while self.next()? != b']' {
            if !first {
                form.push(',');
            }
            first = false;
            self.value(form)?;
            self.pass(b',');
        }
        self.take(1)?;
        form.push(']');
        Some(())
    }

    fn string(&mut self) -> Option<String> {
        let mut escaped = false;
        let end = self.rest.bytes().enumerate().skip(1).find(|(_, byte)| {
            let ends = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            ends
        });
        serde_json::from_str(self.take(end?.0 + 1)?).ok()
    }

    // The next byte that is not white space.
    fn next(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
        self.rest.bytes().next()
    }

    fn pass(&mut self, byte: u8) {
        if self.next() == Some(byte) {
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
    }

    fn take(&mut self, length: usize) -> Option<&'t str> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }
}

// Writes a string as Go does, which escapes two more characters than JSON requires.
fn write(text: &str, form: &mut String) -> Option<()> {
    let written = serde_json::to_string(text).ok()?;
    form.push_str(
        &written
            .replace('\u{2028}', "\\u2028")
            .replace('\u{2029}', "\\u2029"),
    );
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_and_all_else_has_one_form() {
        for (json, expected) in [
            (" 1.0 ", "1.0"),
            ("-1e3", "-1e3"),
            ("100000000000000000000", "100000000000000000000"),
            ("[ 1.50 ,\n[] , {} , null,true ]", "[1.50,[],{},null,true]"),
            (
                r#"{"b": {"d": 1, "c": 2}, "a": "\u0041\/\u2028<&>\u007f\u0001\n", "": [], "a\"": 0}"#,
                "{\"\":[],\"a\":\"A/\\u2028<&>\u{7f}\\u0001\\n\",\"a\\\"\":0,\"b\":{\"c\":2,\"d\":1}}",
            ),
            (r#"{"a": 1, "a": 2}"#, r#"{"a":2}"#),
            (r#""\\""#, r#""\\""#),
            ("\"é\"", "\"é\""),
        ] {
            assert_eq!(of(json).as_deref(), Ok(expected), "{json}");
        }
        for json in [
            "",
            "{",
            "[1,]",
            "01",
            "{\"a\" 1}",
            "1 2",
            "\"\\ud800\"",
            "nul",
        ] {
            assert!(of(json).is_err(), "{json}");
        }
        assert!(of(&("[".repeat(200) + &"]".repeat(200))).is_err());
    }
}
