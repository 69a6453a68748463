//! `glob.match` and `glob.quote_meta`, with the globs of github.com/gobwas/glob, which OPA uses. The core puts its own delimiters in place
//! of the caller's: `a:*` with `:` would match `a:b:c` and `a/b`, and a rule would allow more than was meant.

use super::kept::Kept;
use super::{Extension, Failure, argument, guarded, text, wrong};
use regex::{Regex, RegexBuilder};
use regorus::Value;
use std::iter::Peekable;
use std::rc::Rc;
use std::str::Chars;

/// The most bytes of a compiled glob: that of patterns.
const SIZE_LIMIT: usize = 100 * 1024;
const SPECIAL: &str = "*?\\[]{}";

pub(super) const ALL: [Extension; 2] = [
    guarded("glob.match", 3, |arguments| {
        let glob = text(arguments, 1)?;
        let delimiters = delimiters(argument(arguments, 2)?)?;
        let within = text(arguments, 3)?;
        Ok(compiled(glob, &delimiters)?.is_match(within).into())
    }),
    guarded("glob.quote_meta", 1, |arguments| {
        let mut quoted = String::new();
        for character in text(arguments, 1)?.chars() {
            if SPECIAL.contains(character) {
                quoted.push('\\');
            }
            quoted.push(character);
        }
        Ok(quoted.into())
    }),
];

fn delimiters(value: &Value) -> Result<String, String> {
    let items = match value {
        Value::Null => return Ok(String::new()),
        Value::Array(items) if items.is_empty() => return Ok(".".to_owned()),
        Value::Array(items) => items,
        other => return Err(wrong(2, "an array or null", other)),
    };
    let mut delimiters = String::new();
    for item in items.iter() {
        match item {
            Value::String(text) if text.chars().count() == 1 => delimiters.push_str(text),
            _ => return Err("a delimiter is a string of one character".to_owned()),
        }
    }
    Ok(delimiters)
}

std::thread_local! {
    static GLOBS: Kept<Regex> = const { Kept::new() };
}

/// Forgets the globs that this thread keeps.
pub(super) fn forget() {
    GLOBS.with(Kept::clear);
}

fn compiled(glob: &str, delimiters: &str) -> Result<Rc<Regex>, Failure> {
    let too_large = || Failure::Always("the glob is too large".to_owned());
    if glob.len() > SIZE_LIMIT {
        return Err(too_large());
    }
    // Their count tells delimiters from the glob.
    let key = format!("{}:{delimiters}{glob}", delimiters.len());
    GLOBS.with(|globs| {
        globs.get(&key, || {
            let pattern = translated(glob, delimiters)?;
            let regex = RegexBuilder::new(&pattern).size_limit(SIZE_LIMIT).build();
            regex.map_err(|_| too_large())
        })
    })
}

// A glob as a pattern of the regex crate.
fn translated(glob: &str, delimiters: &str) -> Result<String, String> {
    let mut output = "(?s)^(?:".to_owned();
    let one = if delimiters.is_empty() {
        ".".to_owned()
    } else {
        let mut one = "[^".to_owned();
        delimiters
            .chars()
            .for_each(|delimiter| literal(&mut one, delimiter));
        one + "]"
    };
    let mut depth = 0_usize;
    let mut rest = glob.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '{' => {
                depth += 1;
                output.push_str("(?:");
            }
            ',' if depth > 0 => output.push('|'),
            '}' if depth > 0 => {
                depth -= 1;
                output.push(')');
            }
            '[' => class(&mut output, &mut rest)?,
            '?' => output.push_str(&one),
            '*' if rest.next_if_eq(&'*').is_some() => output.push_str(".*"),
            '*' => output.push_str(&format!("{one}*")),
            '\\' => literal(&mut output, rest.next().ok_or("trailing backslash")?),
            _ => literal(&mut output, character),
        }
    }
    if depth > 0 {
        return Err("unclosed {".to_owned());
    }
    Ok(output + ")$")
}

fn literal(output: &mut String, character: char) {
    output.push_str(&format!("\\x{{{:x}}}", u32::from(character)));
}

// A class after its bracket: one range, or characters, of which a backslash escapes one. It has delimiters too.
fn class(output: &mut String, rest: &mut Peekable<Chars<'_>>) -> Result<(), String> {
    let unclosed = || "unclosed [".to_owned();
    output.push('[');
    if rest.next_if_eq(&'!').is_some() {
        output.push('^');
    }
    let mut ahead = rest.clone();
    let first = ahead.next().ok_or_else(unclosed)?;
    if ahead.next() == Some('-') {
        let last = ahead.next().ok_or_else(unclosed)?;
        if ahead.next() != Some(']') || last < first {
            return Err("a range is of two characters, the lesser first".to_owned());
        }
        literal(output, first);
        output.push('-');
        literal(output, last);
        *rest = ahead;
    } else {
        let mut count = 0;
        loop {
            let character = match rest.next().ok_or_else(unclosed)? {
                ']' => break,
                '\\' => rest.next().ok_or("trailing backslash")?,
                character => character,
            };
            literal(output, character);
            count += 1;
        }
        if count == 0 {
            return Err("an empty class".to_owned());
        }
    }
    output.push(']');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use serde_json::json;

    #[test]
    fn it_matches_as_in_opa() {
        for (glob, delimiters, text, expected) in [
            ("a:*", "[\":\"]", "a:b", true),
            ("a:*", "[\":\"]", "a:b:c", false),
            ("a:*", "[\":\"]", "a/b", false),
            ("a:**", "[\":\"]", "a:b:c", true),
            ("a:**", "[\":\"]", "a/b", false),
            ("*", "[\":\"]", ":", false),
            ("*.com", "[]", "a.com", true),
            ("*.com", "[]", "a.b.com", false),
            ("*.com", "null", "a.b.com", true),
            ("a?c", "[]", "a.c", false),
            ("a?c", "[]", "a\\nc", true),
            ("[.]", "[]", ".", true),
            ("[!a]", "[]", ".", true),
            ("[^a]", "[]", "^", true),
            ("[a-c]x", "[]", "bx", true),
            ("[a-c]x", "[]", "-x", false),
            ("[ab-]", "[]", "-", true),
            ("{a,b{c,}}x", "[]", "bx", true),
            ("{**/,}x", "null", "x", true),
            ("a,b}", "[]", "a,b}", true),
            ("\\\\*", "[]", "*", true),
            ("\\\\*", "[]", "a", false),
            ("ü*", "[\"é\"]", "üé", false),
        ] {
            let call = format!("glob.match(\"{glob}\", {delimiters}, \"{text}\")");
            assert_eq!(ask(&call), Ok(Some(json!(expected))), "{call}");
        }
        assert_eq!(
            ask("glob.quote_meta(`a*?\\[]{},-!é`)"),
            Ok(Some(json!("a\\*\\?\\\\\\[\\]\\{\\},-!é")))
        );
        for call in [
            "glob.match(`[`, [], ``)",
            "glob.match(`[]`, [], ``)",
            "glob.match(`[a-bc]`, [], `a`)",
            "glob.match(`[b-a]`, [], `a`)",
            "glob.match(`{a`, [], `a`)",
            "glob.match(`a\\`, [], `a`)",
            "glob.match(`a`, [``], `a`)",
            "glob.match(`a`, [`::`], `a`)",
            "glob.match(`a`, `:`, `a`)",
            "glob.match(sprintf(`%s`, [concat(``, [`{*,` | some _ in numbers.range(1, 3000)])]), [], `a`)",
            "glob.match(concat(``, [`{a?*[!x],b}` | some _ in numbers.range(1, 3000)]), [], `a`)",
        ] {
            assert!(ask(call).is_err(), "{call}");
        }
    }
}
