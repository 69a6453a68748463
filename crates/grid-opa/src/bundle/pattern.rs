//! Patterns of file names in the two dialects that OPA uses for bundles, compiled to regular expressions.

use regex::Regex;

/// A pattern that matches complete names.
pub(super) struct Pattern(Regex);

/// The differences between the dialects.
struct Dialect {
    /// The expression for one character of `*` and `?`.
    any: &'static str,
    /// The character that negates a class.
    negation: char,
    /// Whether `{a,b}` lists alternatives.
    choices: bool,
}

/// The dialect of Go's `filepath.Match`.
const PATH: Dialect = Dialect {
    any: "[^/]",
    negation: '^',
    choices: false,
};
/// The dialect of github.com/gobwas/glob without separators.
const GLOB: Dialect = Dialect {
    any: ".",
    negation: '!',
    choices: true,
};

impl Pattern {
    /// A pattern in which `*` stops at a slash.
    pub(super) fn path(text: &str) -> Result<Self, String> {
        compiled(text, &PATH)
    }

    /// A pattern in which `*` matches slashes and `{a,b}` lists alternatives.
    pub(super) fn glob(text: &str) -> Result<Self, String> {
        compiled(text, &GLOB)
    }

    pub(super) fn fits(&self, name: &str) -> bool {
        self.0.is_match(name)
    }
}

fn compiled(text: &str, dialect: &Dialect) -> Result<Pattern, String> {
    let mut expression = String::from(r"(?s)\A(?:");
    let mut open = 0_u32;
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            '*' => {
                expression.push_str(dialect.any);
                expression.push('*');
            }
            '?' => expression.push_str(dialect.any),
            '[' => expression.push_str(&class(&mut rest, dialect)?),
            '\\' => {
                let escaped = rest.next().ok_or("it ends with a backslash")?;
                literal(&mut expression, escaped);
            }
            '{' if dialect.choices => {
                open += 1;
                expression.push_str("(?:");
            }
            '}' if open > 0 => {
                open -= 1;
                expression.push(')');
            }
            ',' if open > 0 => expression.push('|'),
            other => literal(&mut expression, other),
        }
    }
    if open > 0 {
        return Err("a brace is not closed".to_owned());
    }
    expression.push_str(r")\z");
    Regex::new(&expression)
        .map(Pattern)
        .map_err(|_| "it is not a valid pattern, or it is too large".to_owned())
}

// Reads a class after its opening bracket.
fn class(rest: &mut std::str::Chars<'_>, dialect: &Dialect) -> Result<String, String> {
    let unclosed = || "a bracket is not closed".to_owned();
    let mut class = String::from("[");
    let mut first = true;
    let mut empty = true;
    loop {
        let character = rest.next().ok_or_else(unclosed)?;
        match character {
            ']' if !empty => {
                class.push(']');
                return Ok(class);
            }
            ']' => return Err("a class of characters is empty".to_owned()),
            _ if first && character == dialect.negation => class.push('^'),
            '-' if !empty => class.push('-'),
            '\\' => {
                literal(&mut class, rest.next().ok_or_else(unclosed)?);
                empty = false;
            }
            other => {
                literal(&mut class, other);
                empty = false;
            }
        }
        first = false;
    }
}

fn literal(expression: &mut String, character: char) {
    expression.push_str(&regex::escape(character.encode_utf8(&mut [0; 4])));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_go() {
        for (pattern, name, path, glob) in [
            ("a.rego", "a.rego", true, true),
            ("a.rego", "axrego", false, false),
            ("*.rego", "a.rego", true, true),
            ("*.rego", "d/a.rego", false, true),
            ("d/*", "d/a", true, true),
            ("d/*", "d/e/a", false, true),
            ("?", "é", true, true),
            ("?", "/", false, true),
            ("[a-c]", "b", true, true),
            ("[a-c]", "d", false, false),
            ("[^a]", "b", true, false),
            ("[!a]", "b", false, true),
            ("\\*", "*", true, true),
            ("\\*", "a", false, false),
            ("{a,b}", "a", false, true),
            ("{a,b}", "{a,b}", true, false),
            ("", "", true, true),
            ("a", "a\n", false, false),
        ] {
            let fits = |pattern: Result<Pattern, String>| pattern.map(|pattern| pattern.fits(name));
            assert_eq!(fits(Pattern::path(pattern)), Ok(path), "{pattern} {name}");
            assert_eq!(fits(Pattern::glob(pattern)), Ok(glob), "{pattern} {name}");
        }
        for bad in ["[", "[]", "[a", "a\\", "[b-a]", "[^]"] {
            assert!(Pattern::path(bad).is_err(), "{bad}");
        }
        assert!(Pattern::glob("{a").is_err());
    }
}
