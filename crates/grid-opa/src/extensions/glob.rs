//! `glob.*` as gobwas/glob has it, which OPA uses: a glob becomes a regular expression, whose time grows with the length of the
//! text only. The core's makes new scratch space for each match, which takes 13 us.

use super::kept::{Kept, with_pattern};
use super::{Extension, Failure, argument, builtin, guarded, text, wrong};
use regex::{Regex, RegexBuilder};
use regorus::Value;
use std::iter::Peekable;
use std::str::Chars;

/// The most of a compiled pattern, in bytes: that of regular expressions.
const SIZE_LIMIT: usize = 100 * 1024;

/// What means something in a glob.
const SPECIAL: [char; 7] = ['*', '?', '\\', '[', ']', '{', '}'];

pub(super) const ALL: [Extension; 2] = [
    guarded("glob.match", 3, is_match),
    builtin("glob.quote_meta", 1, quoted),
];

std::thread_local! {
    static GLOBS: Kept<Regex> = const { Kept::new(Vec::new()) };
}

fn is_match(arguments: &[Value]) -> Result<Value, Failure> {
    let (glob, within) = (text(arguments, 1)?, text(arguments, 3)?);
    let delimiters = delimiters(argument(arguments, 2)?)?;
    // A glob and its delimiters in one text: the delimiters are as many as the number says.
    let key = format!("{} {delimiters}{glob}", delimiters.len());
    let make = || {
        let pattern = pattern_of(glob, &delimiters)?;
        RegexBuilder::new(&pattern)
            .size_limit(SIZE_LIMIT)
            .build()
            .map_err(|error| Failure::Always(format!("the glob cannot be used: {error}")))
    };
    with_pattern(&GLOBS, &key, make, |regex| regex.is_match(within).into())
}

fn quoted(arguments: &[Value]) -> Result<Value, String> {
    let characters = text(arguments, 1)?.chars();
    let quoted = characters.flat_map(|character| {
        let backslash = SPECIAL.contains(&character).then_some('\\');
        backslash.into_iter().chain([character])
    });
    Ok(quoted.collect::<String>().into())
}

fn delimiters(value: &Value) -> Result<String, String> {
    let items = match value {
        Value::Null => return Ok(String::new()),
        Value::Array(items) => items,
        other => return Err(wrong(2, "an array or null", other)),
    };
    let single = |item: &Value| match item {
        Value::String(text) if text.chars().count() == 1 => Ok(text.chars().next()),
        _ => Err("argument 2 is an array of strings of one character".to_owned()),
    };
    let characters: Vec<_> = items.iter().map(single).collect::<Result<_, _>>()?;
    if characters.is_empty() {
        return Ok(".".to_owned());
    }
    Ok(characters.into_iter().flatten().collect())
}

/// The regular expression of a glob.
fn pattern_of(glob: &str, delimiters: &str) -> Result<String, String> {
    let single = if delimiters.is_empty() {
        ".".to_owned()
    } else {
        format!("[^{}]", escaped(delimiters))
    };
    let mut pattern = String::from("(?s)^(?:");
    let mut open = 0_usize;
    let mut rest = glob.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '*' if rest.next_if_eq(&'*').is_some() => pattern.push_str(".*"),
            '*' => {
                pattern.push_str(&single);
                pattern.push('*');
            }
            '?' => pattern.push_str(&single),
            '[' => pattern.push_str(&class(&mut rest)?),
            '{' => {
                open += 1;
                pattern.push_str("(?:");
            }
            ',' if open > 0 => pattern.push('|'),
            '}' if open > 0 => {
                open -= 1;
                pattern.push(')');
            }
            // A backslash at the end stands for nothing.
            '\\' => pattern.extend(
                rest.next()
                    .map(|next| escaped(next.encode_utf8(&mut [0; 4]))),
            ),
            other => pattern.push_str(&escaped(other.encode_utf8(&mut [0; 4]))),
        }
    }
    // Alternatives that are not closed end with the glob.
    pattern.extend(std::iter::repeat_n(')', open));
    pattern.push_str(")$");
    Ok(pattern)
}

// The rest of a class: one range, or a list of characters.
fn class(rest: &mut Peekable<Chars<'_>>) -> Result<String, String> {
    const NOT_CLOSED: &str = "a class of the glob is not closed";
    let not = if rest.next_if_eq(&'!').is_some() {
        "^"
    } else {
        ""
    };
    let mut ahead = rest.clone();
    if let (Some(low), Some('-')) = (ahead.next(), ahead.next()) {
        let high = ahead.next().ok_or(NOT_CLOSED)?;
        if high < low || ahead.next() != Some(']') {
            return Err("a range of the glob is not as [a-z]".to_owned());
        }
        *rest = ahead;
        let (mut first, mut last) = ([0; 4], [0; 4]);
        let (low, high) = (low.encode_utf8(&mut first), high.encode_utf8(&mut last));
        return Ok(format!("[{not}{}-{}]", escaped(low), escaped(high)));
    }
    let mut characters = String::new();
    loop {
        match rest.next().ok_or(NOT_CLOSED)? {
            ']' => break,
            '\\' => characters.extend(rest.next()),
            other => characters.push(other),
        }
    }
    if characters.is_empty() {
        return Err("a class of the glob is empty".to_owned());
    }
    Ok(format!("[{not}{}]", escaped(&characters)))
}

fn escaped(text: &str) -> String {
    regex::escape(text)
}

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use super::pattern_of;

    fn holds(glob: &str, delimiters: &str, text: &str) -> Result<bool, String> {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let call = format!(
            "glob.match({}, {delimiters}, {})",
            quoted(glob),
            quoted(text)
        );
        ask(&call).map(|answer| answer == Some(true.into()))
    }

    #[test]
    fn globs_are_those_of_opa() {
        let cases = [
            ("*.github.com", "[]", "api.github.com", true),
            ("*.github.com", "[]", "api.cdn.github.com", false),
            ("*.github.com", "null", "api.cdn.github.com", true),
            ("**.github.com", "[\".\"]", "api.cdn.github.com", true),
            ("*:github:com", "[\":\"]", "api:github:com", true),
            ("?at", "null", "cat", true),
            ("?at", "[\"c\"]", "cat", false),
            ("[abc]at", "[]", "bat", true),
            ("[!abc]at", "[]", "bat", false),
            ("[a-c]at", "[]", "dat", false),
            ("[!a-c].", "[]", "..", true),
            ("{cat,[fb]at}", "[]", "fat", true),
            ("{cat,bat", "[]", "bat", true),
            ("{,a}b", "[]", "b", true),
            ("a,b}", "[]", "a,b}", true),
            ("\\*a\\", "[]", "*a", true),
            ("[\\]]", "[]", "]", true),
            ("a*", "null", "a\nb", true),
            ("(a+)", "null", "(a+)", true),
            ("\u{e4}?", "[\"\u{f6}\"]", "\u{e4}\u{f6}", false),
        ];
        for (glob, delimiters, text, wanted) in cases {
            assert_eq!(
                holds(glob, delimiters, text),
                Ok(wanted),
                "{glob} {delimiters} {text}"
            );
        }
    }

    #[test]
    fn a_quoted_text_matches_itself() {
        let quoted = ask(r#"glob.quote_meta("a*[?]{b,c}\\!")"#);
        assert_eq!(quoted, Ok(Some(r"a\*\[\?\]\{b,c\}\\!".into())));
    }

    #[test]
    fn what_is_no_glob_is_an_error() {
        for glob in ["[a", "[]", "[!]", "[b-a]", "[a-", "[a-bc]"] {
            assert!(pattern_of(glob, ".").is_err(), "{glob}");
        }
        assert!(holds("a", "[\"ab\"]", "a").is_err_and(|error| error.contains("one character")));
        assert!(holds("a", "{\".\"}", "a").is_err_and(|error| error.contains("an array or null")));
        let long = "?".repeat(50_000);
        let answer = holds(&long, "[]", "a");
        assert!(
            answer
                .as_ref()
                .is_err_and(|error| error.contains("cannot be used")),
            "{answer:?}"
        );
    }
}
