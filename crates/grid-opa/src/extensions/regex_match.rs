//! `regex.match`, and `re_match` as it was called before. The core takes patterns of Rust's syntax, in which `^\d+$` holds for the digits
//! of any script; OPA's are of Go's, in which it does not, and a rule would allow more than was meant.

use super::go_pattern::translated;
use super::{Extension, Failure, guarded, text};
use regex::{Regex, RegexBuilder};
use regorus::Value;
use std::cell::RefCell;

/// The core's limit, in bytes of a compiled pattern.
const SIZE_LIMIT: usize = 100 * 1024;
/// How many compiled patterns a thread keeps: the core's own cache cannot be had.
const KEPT: usize = 64;

pub(super) const ALL: [Extension; 2] = [
    guarded("re_match", 2, is_match),
    guarded("regex.match", 2, is_match),
];

fn is_match(arguments: &[Value]) -> Result<Value, Failure> {
    let (pattern, within) = (text(arguments, 1)?, text(arguments, 2)?);
    Ok(compiled(pattern)?.is_match(within).into())
}

std::thread_local! {
    // The last used is the first.
    static PATTERNS: RefCell<Vec<(String, Regex)>> = const { RefCell::new(Vec::new()) };
}

/// Forgets the patterns that this thread keeps.
pub(super) fn forget() {
    PATTERNS.take();
}

fn compiled(pattern: &str) -> Result<Regex, Failure> {
    let kept = PATTERNS.with_borrow_mut(|patterns| {
        let place = patterns.iter().position(|(kept, _)| kept == pattern)?;
        patterns.get_mut(..=place)?.rotate_right(1);
        patterns.first().map(|(_, regex)| regex.clone())
    });
    if let Some(regex) = kept {
        return Ok(regex);
    }
    if pattern.len() > SIZE_LIMIT {
        return Err(Failure::Always("the pattern is too long".to_owned()));
    }
    let regex = RegexBuilder::new(&translated(pattern)?)
        .size_limit(SIZE_LIMIT)
        .build();
    // As in the core, only a pattern that is too large is an error whatever the options.
    let regex = regex.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => Failure::Always(error.to_string()),
        _ => Failure::Undefined(error.to_string()),
    })?;
    PATTERNS.with_borrow_mut(|patterns| {
        patterns.truncate(KEPT - 1);
        patterns.insert(0, (pattern.to_owned(), regex.clone()));
    });
    Ok(regex)
}

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use serde_json::json;

    #[test]
    fn it_does_as_in_opa() {
        for (call, expected) in [
            (
                "re_match(\"^[a-z]+\\\\[[0-9]+\\\\]$\", \"foo[1]\")",
                json!(true),
            ),
            ("re_match(\"^$\", \"x\")", json!(false)),
            ("re_match(\"\", \"\")", json!(true)),
            ("regex.match(`^\\d$`, \"\u{663}\")", json!(false)),
            ("regex.match(`^\\d$`, \"3\")", json!(true)),
            ("re_match(`^\\d$`, \"\u{663}\")", json!(false)),
            ("re_match(`\\bx`, \"öx\")", json!(true)),
            (
                "[re_match(sprintf(\"^%d$\", [n % 10]), \"3\") | some n in numbers.range(1, 23)]",
                json!((1..=23).map(|n| n % 10 == 3).collect::<Vec<_>>()),
            ),
        ] {
            assert_eq!(ask(call), Ok(Some(expected)), "{call}");
        }
        for call in [
            "re_match(\"$^[[[\", \"x\")",
            "re_match(\"(a{100}){100}{100}\", \"x\")",
            "re_match(1, \"x\")",
        ] {
            assert!(ask(call).is_err(), "{call}");
        }
    }
}
