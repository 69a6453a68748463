//! Escapes strings like Go's `strconv.Quote`, without the quotes.

use std::fmt::Write as _;

/// Appends a text with escapes.
pub(super) fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            c => {
                let _ = match u32::from(c) {
                    code if code < 0x20 || code == 0x7f => write!(out, "\\x{code:02x}"),
                    _ if is_printable(c) => write!(out, "{c}"),
                    code if code < 0x10000 => write!(out, "\\u{code:04x}"),
                    code => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
}

fn is_printable(c: char) -> bool {
    // Go escapes the same characters that Rust escapes after another character.
    c.is_ascii() || format!("a{c}").escape_debug().nth(1) == Some(c)
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn unprintable_characters_are_escaped() {
        for (text, escaped) in [
            ("a\"b\\", "a\\\"b\\\\"),
            ("\n\t\u{1}\u{7f}", "\\n\\t\\x01\\x7f"),
            ("\u{e9}\u{200b}", "\u{e9}\\u200b"),
            ("\u{1f600}\u{e0001}", "\u{1f600}\\U000e0001"),
        ] {
            let mut out = String::new();
            escape(text, &mut out);
            assert_eq!(out, escaped);
        }
    }
}
