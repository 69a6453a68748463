//! The comments that are annotations, and their contents.

use super::content::{Content, content};
use super::{Fields, Notation, Unread, Yaml};
use crate::rego::syntax::ast::Comment;
use crate::rego::syntax::span::Span;

/// The contents of an annotation, before its target is known.
#[derive(Debug)]
pub(crate) struct Block {
    /// The scope as written; empty if there is none.
    pub(super) scope: String,
    pub(super) entrypoint: bool,
    pub(super) fields: Fields,
    /// The place of the comment `# METADATA`.
    pub(super) span: Span,
}

/// The annotations among the comments, or their errors with places.
pub(crate) fn blocks<'c>(
    comments: &'c [Comment],
    notation: &'c Notation,
    left: &'c mut u64,
) -> impl Iterator<Item = Result<Block, (Unread, Span)>> + 'c {
    let mut rest = comments;
    std::iter::from_fn(move || {
        let start = rest.iter().position(is_metadata)?;
        let (first, after) = rest.get(start..)?.split_first()?;
        let mut row = first.span.row;
        let lines = after.iter().take_while(|comment| {
            row += 1;
            comment.span.column == 1 && comment.span.row == row && !is_metadata(comment)
        });
        let (block, after) = after.split_at(lines.count());
        rest = after;
        Some(read(first, block, notation, left))
    })
}

/// Whether a comment is `# METADATA`.
fn is_metadata(comment: &Comment) -> bool {
    comment.span.column == 1 && comment.text.trim().starts_with("METADATA")
}

fn read(
    first: &Comment,
    lines: &[Comment],
    notation: &Notation,
    left: &mut u64,
) -> Result<Block, (Unread, Span)> {
    let mut text = String::new();
    for line in lines {
        text.push_str(line.text.strip_prefix(' ').unwrap_or(&line.text));
        text.push('\n');
    }
    let span = first.span;
    if text.trim().is_empty() {
        let what = "expected METADATA block, found whitespace";
        return Err((what.into(), span));
    }
    let fields = match (notation.yaml)(&text, left) {
        Ok(Yaml::Map(fields)) => fields,
        Ok(_) => Fields::new(),
        Err(Unread::Limit(text)) => return Err((Unread::Limit(text), span)),
        Err(Unread::Wrong(mut text)) => {
            let span = line_of(&text, lines).unwrap_or(span);
            hint_at_spaces(lines, &mut text);
            return Err((text.into(), span));
        }
    };
    let Content {
        scope,
        entrypoint,
        fields,
    } = content(fields, notation).map_err(|unread| (unread, span))?;
    Ok(Block {
        scope,
        entrypoint,
        fields,
        span,
    })
}

/// The line that an error names, counted from 0; the first line if it names none.
fn line_of(text: &str, lines: &[Comment]) -> Option<Span> {
    let text = text.strip_prefix("yaml:").unwrap_or_default();
    let text = match text.strip_prefix(" unmarshal errors:") {
        Some(text) => text.trim_start(),
        None => text.strip_prefix(' ').unwrap_or_default(),
    };
    let number = text.strip_prefix("line ").and_then(|text| {
        let (number, _) = text.split_once(':')?;
        number.parse().ok()
    });
    let line = lines.get(number.unwrap_or(0_usize));
    line.or(lines.last()).map(|line| line.span)
}

/// A colon without a following space is a likely cause.
fn hint_at_spaces(lines: &[Comment], text: &mut String) {
    for line in lines {
        let parts: Vec<&str> = line.text.split(':').skip(1).collect();
        let mut symbols = Vec::new();
        for (number, part) in parts.iter().enumerate() {
            let symbol = part.chars().next();
            if matches!(symbol, Some(' ' | '\t')) || symbol.is_none() && number + 1 == parts.len() {
                break;
            }
            symbols.push(quoted(symbol.unwrap_or(char::REPLACEMENT_CHARACTER)));
        }
        if !symbols.is_empty() {
            text.push_str(&format!(
                "\n  Hint: on line {}, symbol(s) [{}] immediately following a key/value separator ':' is not a legal yaml space character",
                line.span.row,
                symbols.join(" ")
            ));
        }
    }
}

/// A character in quotes, in ASCII.
fn quoted(symbol: char) -> String {
    match symbol {
        '\'' => "'\\''".to_owned(),
        '"' => "'\"'".to_owned(),
        _ if symbol.is_ascii() => {
            let text = crate::rego::syntax::text::quoted(symbol.encode_utf8(&mut [0; 4]));
            format!("'{}'", text.trim_matches('"'))
        }
        _ if u32::from(symbol) < 0x10000 => format!("'\\u{:04x}'", u32::from(symbol)),
        _ => format!("'\\U{:08x}'", u32::from(symbol)),
    }
}

#[cfg(test)]
mod tests;
