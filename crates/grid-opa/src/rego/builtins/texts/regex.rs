//! `regex.*`, with patterns of Go's syntax.

mod globs;
mod pattern;
pub(super) mod speed;
mod template;

use super::cache::Cache;
use super::operands::{any, int, string};
use super::{Answer, Builtin, Context, Failure, Text, builtin};
use crate::rego::value::Value;
use crate::rego::value::text::quoted;
use ::regex::{Captures, Regex, RegexBuilder};
use pattern::{Translated, translated};
use std::rc::Rc;

/// The maximum size of a compiled pattern, in bytes.
const SIZE_LIMIT: usize = 512 << 10;

/// The begin of a class of Unicode characters, and the memory for its table while it is compiled, in bytes.
const CLASS: &str = "\\p";
const TABLE: usize = 48 << 10;

/// The memory for each byte of a pattern while it is compiled, in bytes.
pub(super) const PARSED: usize = 256;

pub(super) const FAMILIES: [&[Builtin]; 2] = [ALL, globs::ALL];

const ALL: &[Builtin] = &[
    builtin("re_match", 2, is_match),
    builtin(
        "regex.find_all_string_submatch_n",
        3,
        |operands, context| {
            let (pattern, text) = (string(operands, 1)?, string(operands, 2)?);
            let most = int(operands, 3)?;
            let pattern = compiled(pattern, context)?;
            let regex = pattern.with_groups(text, context)?;
            let mut matches = Vec::new();
            for groups in regex.captures_iter(text).take(number(most)) {
                context.in_time()?;
                let texts = groups
                    .iter()
                    .map(|group| group.map_or("", |group| group.as_str()));
                let texts: Vec<Value> = texts.map(Value::from).collect();
                let length = groups.get(0).map_or(0, |found| found.len());
                context.charge(texts.len().saturating_mul(64).saturating_add(length))?;
                matches.push(texts.into());
            }
            Ok(Some(Value::from(matches)))
        },
    ),
    builtin("regex.find_n", 3, |operands, context| {
        let (pattern, text) = (string(operands, 1)?, string(operands, 2)?);
        let most = int(operands, 3)?;
        let pattern = compiled(pattern, context)?;
        let regex = pattern.within(text, context)?;
        let mut found: Vec<Value> = Vec::new();
        for part in regex.find_iter(text).take(number(most)) {
            in_steps(found.len(), text, context)?;
            context.charge(part.len().saturating_add(64))?;
            found.push(part.as_str().into());
        }
        Ok(Some(found.into()))
    }),
    builtin("regex.is_valid", 1, |operands, _| {
        let valid = match any(operands, 1)? {
            Value::String(text) => is_pattern(text)?,
            _ => false,
        };
        Ok(Some(valid.into()))
    }),
    builtin("regex.match", 2, is_match),
    builtin("regex.replace", 3, replace),
    builtin("regex.split", 2, split),
    builtin("regex.template_match", 4, template::template_match),
];

/// Whether Go accepts a text as a pattern.
pub(in crate::rego::builtins) fn is_pattern(text: &str) -> Result<bool, Failure> {
    match translated(text) {
        Ok(_) => Ok(true),
        Err(Failure::Builtin(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

// The maximum number of matches. A negative number means all.
fn number(most: i64) -> usize {
    usize::try_from(most).unwrap_or(usize::MAX)
}

/// The most bytes that are searched between two looks at the clock. A search may go to the end of the text and match near its start.
const STEP: usize = 64 << 10;

fn in_steps(count: usize, text: &str, context: &Context<'_>) -> Result<(), Failure> {
    let matches = (STEP / text.len().max(1)).clamp(1, 64);
    if count % matches == matches - 1 {
        context.in_time()?;
    }
    Ok(())
}

fn is_match(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let (pattern, text) = (string(operands, 1)?, string(operands, 2)?);
    Ok(Some(
        compiled(pattern, context)?.is_match(text, context)?.into(),
    ))
}

fn replace(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let (text, pattern) = (string(operands, 1)?, string(operands, 2)?);
    let replacement = string(operands, 3)?;
    let pattern = compiled(pattern, context)?;
    let regex = pattern.with_groups(text, context)?;
    let mut output = Text::new(context);
    let mut end = 0;
    for groups in regex.captures_iter(text) {
        output.context().in_time()?;
        let Some(all) = groups.get(0) else { continue };
        output.push(text.get(end..all.start()).unwrap_or_default())?;
        expand(&mut output, replacement, &pattern.names, &groups)?;
        end = all.end();
    }
    output.push(text.get(end..).unwrap_or_default())?;
    Ok(Some(output.into_string().into()))
}

// Appends a replacement. $1, $name and ${name} insert groups, $$ inserts a `$`, and any other `$` stays.
fn expand(
    output: &mut Text<'_, '_>,
    replacement: &str,
    names: &[String],
    groups: &Captures<'_>,
) -> Result<(), Failure> {
    let mut rest = replacement;
    while let Some((before, after)) = rest.split_once('$') {
        output.push(before)?;
        rest = after;
        if let Some(after) = after.strip_prefix('$') {
            output.push("$")?;
            rest = after;
            continue;
        }
        let braced = after.strip_prefix('{');
        let name = braced.unwrap_or(after);
        let word = |one: char| one.is_alphabetic() || one.is_numeric() || one == '_';
        let end = name.find(|one| !word(one)).unwrap_or(name.len());
        let (name, behind) = name.split_at(end);
        let behind = match braced {
            Some(_) => behind.strip_prefix('}'),
            None => Some(behind),
        };
        match behind {
            Some(behind) if !name.is_empty() => {
                let group = match name.parse::<usize>() {
                    // Go reads 01 as a name.
                    Ok(number) if name == "0" || !name.starts_with('0') => groups.get(number),
                    // Of several groups with the name, the first one with a match.
                    _ => (1..)
                        .zip(names)
                        .filter(|(_, other)| *other == name)
                        .find_map(|(number, _)| groups.get(number)),
                };
                output.push(group.map_or("", |group| group.as_str()))?;
                rest = behind;
            }
            _ => output.push("$")?,
        }
    }
    output.push(rest)
}

fn split(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let (written, text) = (string(operands, 1)?, string(operands, 2)?);
    let pattern = compiled(written, context)?;
    let regex = pattern.within(text, context)?;
    if !written.is_empty() && text.is_empty() {
        return Ok(Some(vec![Value::from("")].into()));
    }
    let mut parts: Vec<Value> = Vec::new();
    let (mut begin, mut end) = (0, 0);
    for found in regex.find_iter(text) {
        in_steps(parts.len(), text, context)?;
        end = found.start();
        // There is no part before an empty match at the start.
        if found.end() != 0 {
            let part = text.get(begin..end).unwrap_or_default();
            context.charge(part.len().saturating_add(64))?;
            parts.push(part.into());
        }
        begin = found.end();
    }
    if end != text.len() {
        parts.push(text.get(begin..).unwrap_or_default().into());
    }
    Ok(Some(parts.into()))
}

/// A compiled pattern.
pub(in crate::rego::builtins) struct Pattern {
    regex: Regex,
    names: Vec<String>,
    size: u64,
}

std::thread_local! {
    static PATTERNS: Cache<Pattern> = const { Cache::new() };
}

/// Compiles a pattern, or takes it from the cache.
pub(in crate::rego::builtins) fn compiled(
    text: &str,
    context: &mut Context<'_>,
) -> Result<Rc<Pattern>, Failure> {
    if text.len() > SIZE_LIMIT {
        return Err(Failure::unsure("the pattern is too long"));
    }
    PATTERNS.with(|patterns| {
        patterns.get(text, || {
            context.in_time()?;
            let tables = text.matches(CLASS).count().saturating_mul(TABLE);
            context.charge(text.len().saturating_mul(PARSED).saturating_add(tables))?;
            let Translated {
                pattern,
                names,
                size,
            } = translated(text)?;
            let regex = RegexBuilder::new(&pattern).size_limit(SIZE_LIMIT).build();
            // Go accepts the pattern.
            let regex = regex.map_err(|error| {
                Failure::unsure(format!(
                    "this build cannot compile the pattern {}: {error}",
                    quoted(text)
                ))
            })?;
            Ok::<_, Failure>(Pattern { regex, names, size })
        })
    })
}

impl Pattern {
    /// Whether the pattern matches in a text.
    pub(in crate::rego::builtins) fn is_match(
        &self,
        text: &str,
        context: &Context<'_>,
    ) -> Result<bool, Failure> {
        // Not `Regex::is_match`: in a text of more than 128 bytes that takes the slowest search, in case the first match is near the start.
        Ok(self.within(text, context)?.find(text).is_some())
    }

    // The regex for a search of groups. It copies the places of all groups for each state of the pattern.
    fn with_groups(&self, text: &str, context: &mut Context<'_>) -> Result<&Regex, Failure> {
        let groups = u64::try_from(self.regex.captures_len()).unwrap_or(u64::MAX);
        let places = self.size.saturating_mul(groups).saturating_mul(16);
        context.charge(usize::try_from(places).unwrap_or(usize::MAX))?;
        self.within_size(self.size.saturating_mul(groups.div_ceil(8)), text, context)
    }

    // The regex for a search in a text, if there is time for the search.
    fn within(&self, text: &str, context: &Context<'_>) -> Result<&Regex, Failure> {
        self.within_size(self.size, text, context)
    }

    fn within_size(&self, size: u64, text: &str, context: &Context<'_>) -> Result<&Regex, Failure> {
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        speed::check(size.saturating_mul(length), context)?;
        Ok(&self.regex)
    }
}
