//! `regex.*`. The core takes patterns of Rust's syntax, in which `^\d+$` holds for the digits of any script; OPA's are of Go's, in which
//! it does not, and a rule would allow more than was meant.

use super::go_pattern::{Translated, translated};
use super::kept::Kept;
use super::{Extension, Failure, argument, guarded, integer, text};
use crate::deadline;
use regex::{Captures, Regex, RegexBuilder};
use regorus::Value;
use std::rc::Rc;

/// The core's limit, in bytes of a compiled pattern.
const SIZE_LIMIT: usize = 100 * 1024;

pub(super) const ALL: [Extension; 8] = [
    guarded("re_match", 2, is_match),
    guarded(
        "regex.find_all_string_submatch_n",
        3,
        find_all_string_submatch_n,
    ),
    guarded("regex.find_n", 3, find_n),
    guarded("regex.is_valid", 1, is_valid),
    guarded("regex.match", 2, is_match),
    guarded("regex.replace", 3, replace),
    guarded("regex.split", 2, split),
    guarded("regex.template_match", 4, template_match),
];

fn is_match(arguments: &[Value]) -> Result<Value, Failure> {
    let (pattern, within) = (text(arguments, 1)?, text(arguments, 2)?);
    Ok(compiled(pattern)?.regex.is_match(within).into())
}

fn is_valid(arguments: &[Value]) -> Result<Value, Failure> {
    let valid = match argument(arguments, 1)? {
        Value::String(pattern) => match compiled(pattern) {
            Ok(_) => true,
            Err(Failure::Undefined(_)) => false,
            Err(failure) => return Err(failure),
        },
        _ => false,
    };
    Ok(valid.into())
}

fn find_n(arguments: &[Value]) -> Result<Value, Failure> {
    let (pattern, within) = (text(arguments, 1)?, text(arguments, 2)?);
    let most = most(arguments)?;
    let regex = &compiled(pattern)?.regex;
    let found = regex.find_iter(within).take(most);
    let found = found.map(|found| in_time(found.as_str().into()));
    Ok(found.collect::<Result<Vec<Value>, Failure>>()?.into())
}

fn find_all_string_submatch_n(arguments: &[Value]) -> Result<Value, Failure> {
    let (pattern, within) = (text(arguments, 1)?, text(arguments, 2)?);
    let most = most(arguments)?;
    let regex = &compiled(pattern)?.regex;
    let found = regex.captures_iter(within).take(most);
    let found = found.map(|groups| {
        // A group that took no part is the empty text.
        let groups = groups
            .iter()
            .map(|group| group.map_or("", |group| group.as_str()).into());
        in_time(groups.collect::<Vec<Value>>().into())
    });
    Ok(found.collect::<Result<Vec<Value>, Failure>>()?.into())
}

// How many matches are wanted; all where that is negative.
fn most(arguments: &[Value]) -> Result<usize, String> {
    Ok(usize::try_from(integer(arguments, 3)?).unwrap_or(usize::MAX))
}

// One match may take long, and there may be many.
fn in_time(value: Value) -> Result<Value, Failure> {
    if deadline::has_passed() {
        return Err(Failure::Always("it took too long".to_owned()));
    }
    Ok(value)
}

fn replace(arguments: &[Value]) -> Result<Value, Failure> {
    let (within, pattern) = (text(arguments, 1)?, text(arguments, 2)?);
    let (replacement, pattern) = (text(arguments, 3)?, compiled(pattern)?);
    let mut output = String::with_capacity(within.len());
    let mut end = 0;
    for groups in pattern.regex.captures_iter(within) {
        in_time(Value::Null)?;
        let Some(all) = groups.get(0) else { continue };
        output.push_str(within.get(end..all.start()).unwrap_or_default());
        expand(&mut output, replacement, &pattern.names, &groups);
        end = all.end();
    }
    output.push_str(within.get(end..).unwrap_or_default());
    Ok(output.into())
}

// Adds a replacement, in which $1, $name and ${name} are groups. A `$` before anything else is itself, and $$ is one of it.
fn expand(output: &mut String, replacement: &str, names: &[String], groups: &Captures<'_>) {
    let mut rest = replacement;
    while let Some((before, after)) = rest.split_once('$') {
        output.push_str(before);
        rest = after;
        if let Some(after) = after.strip_prefix('$') {
            output.push('$');
            rest = after;
            continue;
        }
        let braced = after.strip_prefix('{');
        let name = braced.unwrap_or(after);
        let end = name
            .find(|one: char| !(one.is_alphanumeric() || one == '_'))
            .unwrap_or(name.len());
        let (name, behind) = name.split_at(end);
        let behind = match braced {
            Some(_) => behind.strip_prefix('}'),
            None => Some(behind),
        };
        match behind {
            Some(behind) if !name.is_empty() => {
                let group = match name.parse::<usize>() {
                    // Go takes 01 for a name.
                    Ok(number) if name == "0" || !name.starts_with('0') => groups.get(number),
                    // Of several groups of a name, the first that took part.
                    _ => (0..)
                        .zip(names)
                        .filter(|(_, other)| *other == name)
                        .find_map(|(number, _)| groups.get(number + 1)),
                };
                output.push_str(group.map_or("", |group| group.as_str()));
                rest = behind;
            }
            _ => output.push('$'),
        }
    }
    output.push_str(rest);
}

fn split(arguments: &[Value]) -> Result<Value, Failure> {
    let (pattern, within) = (text(arguments, 1)?, text(arguments, 2)?);
    let regex = &compiled(pattern)?.regex;
    if !pattern.is_empty() && within.is_empty() {
        return Ok(vec![Value::from("")].into());
    }
    let mut parts = Vec::new();
    let (mut begin, mut end) = (0, 0);
    for found in regex.find_iter(within) {
        end = found.start();
        // Nothing stands before an empty match at the begin.
        if found.end() != 0 {
            parts.push(in_time(within.get(begin..end).unwrap_or_default().into())?);
        }
        begin = found.end();
    }
    if end != within.len() {
        parts.push(within.get(begin..).unwrap_or_default().into());
    }
    Ok(parts.into())
}

// A pattern that stands between delimiters in a text, which may nest.
fn template_match(arguments: &[Value]) -> Result<Value, Failure> {
    let (template, within) = (text(arguments, 1)?, text(arguments, 2)?);
    let (open, close) = (delimiter(arguments, 3)?, delimiter(arguments, 4)?);
    let unbalanced = || format!("unbalanced braces in {template:?}");
    let mut pattern = "^".to_owned();
    let (mut depth, mut begin, mut end) = (0_usize, 0, 0);
    for (place, character) in template.char_indices() {
        if character == open {
            depth += 1;
            if depth == 1 {
                begin = place;
            }
        } else if character == close {
            depth = depth.checked_sub(1).ok_or_else(unbalanced)?;
            if depth == 0 {
                let inner = template.get(begin + 1..place).unwrap_or_default();
                quote(&mut pattern, template.get(end..begin).unwrap_or_default());
                pattern.push_str(&format!("({inner})"));
                end = place + 1;
                // Each is a pattern by itself.
                compiled(&format!("^{inner}$"))?;
            }
        }
    }
    if depth > 0 {
        return Err(unbalanced().into());
    }
    quote(&mut pattern, template.get(end..).unwrap_or_default());
    pattern.push('$');
    Ok(compiled(&pattern)?.regex.is_match(within).into())
}

// A character of one byte; the first of two that are alike opens.
fn delimiter(arguments: &[Value], number: usize) -> Result<char, String> {
    let text = text(arguments, number)?;
    match (text.len(), text.chars().next()) {
        (1, Some(character)) => Ok(character),
        (length, _) => Err(format!(
            "a delimiter is one character, and argument {number} has {length} bytes"
        )),
    }
}

// The text as a pattern that matches it alone.
fn quote(pattern: &mut String, text: &str) {
    for character in text.chars() {
        if r"\.+*?()|[]{}^$".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
}

struct Pattern {
    regex: Regex,
    names: Vec<String>,
}

std::thread_local! {
    static PATTERNS: Kept<Pattern> = const { Kept::new() };
}

/// Forgets the patterns that this thread keeps.
pub(super) fn forget() {
    PATTERNS.with(Kept::clear);
}

fn compiled(text: &str) -> Result<Rc<Pattern>, Failure> {
    if text.len() > SIZE_LIMIT {
        return Err(Failure::Always("the pattern is too long".to_owned()));
    }
    PATTERNS.with(|patterns| {
        patterns.get(text, || {
            let Translated { pattern, names } = translated(text)?;
            let regex = RegexBuilder::new(&pattern).size_limit(SIZE_LIMIT).build();
            // As in the core, only a pattern that is too large is an error whatever the options.
            let regex = regex.map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => Failure::Always(error.to_string()),
                _ => Failure::Undefined(error.to_string()),
            })?;
            Ok(Pattern { regex, names })
        })
    })
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
            ("regex.find_n(`\\d`, \"\u{663}4\", -1)", json!(["4"])),
            ("regex.find_n(`a`, \"aaa\", 2)", json!(["a", "a"])),
            ("regex.find_n(`a`, \"aaa\", 0)", json!([])),
            ("regex.find_n(`a*`, \"baac\", -1)", json!(["", "aa", ""])),
            (
                "regex.find_all_string_submatch_n(`(\\w)(x)?`, \"axöb\", -1)",
                json!([["ax", "a", "x"], ["b", "b", ""]]),
            ),
            ("regex.is_valid(`(?x)a`)", json!(false)),
            ("regex.is_valid(`\\pN`)", json!(true)),
            ("regex.is_valid(1)", json!(false)),
            (
                "regex.replace(`a1b2`, `([a-z])(?P<n>\\d)`, `${n}$1-$1x$$$9$-`)",
                json!("1a-$$-2b-$$-"),
            ),
            (
                "regex.replace(`ab`, `(?P<1>x)|(?P<1>a)|(?P<c>b)`, `[${1}$c]`)",
                json!("[][b]"),
            ),
            (
                "regex.replace(`ab`, `(?P<n>x)?(?P<n>a)`, `[$n]`)",
                json!("[a]b"),
            ),
            ("regex.replace(`abc`, `x*`, `-`)", json!("-a-b-c-")),
            ("regex.replace(`a`, `(a)`, `${1$01|${1}b`)", json!("${1|ab")),
            ("regex.replace(\"\u{663}3\", `\\d`, ``)", json!("\u{663}")),
            ("regex.split(`,`, `a,b,`)", json!(["a", "b", ""])),
            ("regex.split(``, `abc`)", json!(["a", "b", "c"])),
            ("regex.split(`a*`, ``)", json!([""])),
            ("regex.split(``, ``)", json!([])),
            (
                "regex.split(`\\s`, \"a\u{2003}b c\")",
                json!(["a\u{2003}b", "c"]),
            ),
            (
                "regex.template_match(`urn:{[a-z]{1,2}}:x.`, `urn:ab:x.`, `{`, `}`)",
                json!(true),
            ),
            (
                "regex.template_match(`urn:{\\d}`, \"urn:\u{663}\", `{`, `}`)",
                json!(false),
            ),
            (
                "regex.template_match(`a.{b|c}`, `axb`, `{`, `}`)",
                json!(false),
            ),
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
            "regex.is_valid(\"(a{100}){10}[^a]{1000}\\\\pL{1000}\")",
            "regex.find_n(`a`, `a`, 1.5)",
            "regex.template_match(`{a`, `a`, `{`, `}`)",
            "regex.template_match(`}`, `a`, `{`, `}`)",
            "regex.template_match(`a`, `a`, `{{`, `}`)",
            "regex.template_match(`{a)(b}`, `ab`, `{`, `}`)",
            "regex.split(`(`, `a`)",
            "regex.replace(`a`, `**`, `a`)",
        ] {
            assert!(ask(call).is_err(), "{call}");
        }
    }
}
