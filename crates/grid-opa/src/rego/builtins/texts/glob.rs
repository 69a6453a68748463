//! `glob.match` and `glob.quote_meta`, with the globs of github.com/gobwas/glob, which OPA uses.

mod pattern;

use super::cache::Cache;
use super::operands::{any, string, wrong_item, wrong_type};
use super::regex::{PARSED, speed};
use super::{Answer, Builtin, Context, Failure, builtin};
use crate::rego::value::Value;
use ::regex::{Regex, RegexBuilder};
use std::rc::Rc;

/// The maximum size of a compiled glob, in bytes.
const SIZE_LIMIT: usize = 512 << 10;

const SPECIAL: &str = "*?\\[]{}";

pub(super) const ALL: &[Builtin] = &[
    builtin("glob.match", 3, glob_match),
    builtin("glob.quote_meta", 1, |operands, context| {
        let glob = string(operands, 1)?;
        context.charge(glob.len().saturating_mul(2))?;
        let mut quoted = String::new();
        for character in glob.chars() {
            if SPECIAL.contains(character) {
                quoted.push('\\');
            }
            quoted.push(character);
        }
        Ok(Some(quoted.into()))
    }),
];

fn glob_match(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let glob = string(operands, 1)?;
    let delimiters = delimiters(any(operands, 2)?)?;
    let text = string(operands, 3)?;
    let regex = compiled(glob, &delimiters, context)?;
    let work = glob.len().saturating_mul(text.len());
    speed::check(u64::try_from(work).unwrap_or(u64::MAX), context)?;
    Ok(Some(regex.is_match(text).into()))
}

fn delimiters(value: &Value) -> Result<String, Failure> {
    let items = match value {
        Value::Null => return Ok(String::new()),
        Value::Array(items) if items.is_empty() => return Ok(".".to_owned()),
        Value::Array(items) => items,
        other => return Err(wrong_type(2, other, &["array", "null"])),
    };
    let mut delimiters = String::new();
    for item in items.iter() {
        match item {
            Value::String(text) if text.chars().count() == 1 => delimiters.push_str(text),
            Value::String(_) => return Err(wrong_item(2, value, item, &["rune"])),
            other => return Err(wrong_item(2, value, other, &["string"])),
        }
    }
    Ok(delimiters)
}

std::thread_local! {
    static GLOBS: Cache<Regex> = const { Cache::new() };
}

fn compiled(glob: &str, delimiters: &str, context: &mut Context<'_>) -> Result<Rc<Regex>, Failure> {
    if glob.len() > SIZE_LIMIT {
        return Err(Failure::unsure("the glob is too long"));
    }
    // The length separates the delimiters from the glob.
    let key = format!("{}:{delimiters}{glob}", delimiters.len());
    GLOBS.with(|globs| {
        globs.get(&key, || {
            context.in_time()?;
            // Each wildcard excludes the delimiters.
            let wildcards = glob
                .bytes()
                .filter(|byte| matches!(byte, b'*' | b'?'))
                .count();
            let excluded = wildcards.saturating_mul(delimiters.len());
            context.charge(excluded.saturating_add(glob.len()).saturating_mul(PARSED))?;
            let pattern = pattern::translated(glob, delimiters)?;
            let regex = RegexBuilder::new(&pattern).size_limit(SIZE_LIMIT).build();
            regex.map_err(|_| Failure::unsure("the glob is too large"))
        })
    })
}
