//! Strings.

use crate::rego::syntax::ast::{Term, TermKind};
use crate::rego::syntax::parser::Parser;

impl Parser<'_> {
    pub(crate) fn string(&mut self) -> Option<Term> {
        let literal = self.literal();
        let inner = literal
            .get(1..literal.len().saturating_sub(1))
            .unwrap_or_default();
        if literal.first() == Some(&b'`') || !inner.contains(&b'\\') {
            let text = String::from_utf8_lossy(inner);
            return Some(self.leaf(TermKind::String(text.as_ref().into())));
        }
        // A quote that is not the last byte is followed by an invalid character.
        let text = match literal.last() {
            Some(b'"') => std::str::from_utf8(inner).ok().and_then(unescape),
            _ => None,
        };
        match text {
            Some(text) => Some(self.leaf(TermKind::String(text.into()))),
            None => {
                let literal = String::from_utf8_lossy(literal);
                self.error(self.now.span, format!("illegal string literal: {literal}"));
                None
            }
        }
    }
}

/// The text of a JSON string, given without its quotes. Unpaired surrogates become replacement characters.
pub(crate) fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..)?;
        match c {
            '\\' => {
                let escaped = rest.chars().next()?;
                rest = rest.get(escaped.len_utf8()..)?;
                match escaped {
                    '"' | '\\' | '/' => out.push(escaped),
                    'b' => out.push('\u{8}'),
                    'f' => out.push('\u{c}'),
                    'n' => out.push('\n'),
                    'r' => out.push('\r'),
                    't' => out.push('\t'),
                    'u' => {
                        let code = code_unit(rest)?;
                        rest = rest.get(4..)?;
                        let low = match rest.strip_prefix("\\u") {
                            Some(low) if (0xd800..0xdc00).contains(&code) => {
                                code_unit(low).filter(|low| (0xdc00..0xe000).contains(low))
                            }
                            _ => None,
                        };
                        if let Some(low) = low {
                            rest = rest.get(6..)?;
                            let code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                            out.push(char::from_u32(code)?);
                        } else {
                            out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
                        }
                    }
                    _ => return None,
                }
            }
            '"' | '\0'..='\u{1f}' => return None,
            _ => out.push(c),
        }
    }
    Some(out)
}

fn code_unit(text: &str) -> Option<u32> {
    let digits = text.get(..4)?;
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_those_of_json() {
        for (text, expected) in [
            (r#"a\\\"\/\b\f\n\r\t"#, Some("a\\\"/\u{8}\u{c}\n\r\t")),
            (r"\u0041\u00e9", Some("A\u{e9}")),
            (r"\ud83d\ude00", Some("\u{1f600}")),
            (r"\ud83d\u0041", Some("\u{fffd}A")),
            (r"\ude00", Some("\u{fffd}")),
            (r"\u12", None),
            (r"\u+123", None),
            (r"\x", None),
            ("\\n\t", None),
        ] {
            assert_eq!(unescape(text).as_deref(), expected, "{text}");
        }
    }
}
