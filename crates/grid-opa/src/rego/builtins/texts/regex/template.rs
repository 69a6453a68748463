//! `regex.template_match`.

use super::{Answer, Context, Failure, Value, compiled, quoted, string};

// Matches a template: its patterns are between delimiters, which may nest.
pub(super) fn template_match(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let (template, text) = (string(operands, 1)?, string(operands, 2)?);
    let (open, close) = (string(operands, 3)?, string(operands, 4)?);
    let [begin] = *open.as_bytes() else {
        return Err(not_one("start", open));
    };
    let [end] = *close.as_bytes() else {
        // OPA reports the length of the start delimiter here.
        return Err(not_one("end", open));
    };
    let parts = template_parts(template, begin, end)?;
    let mut pattern = "^".to_owned();
    for part in parts {
        match part {
            Part::Text(text) => quote(&mut pattern, text),
            Part::Pattern(inner) => {
                pattern.push_str(&format!("({inner})"));
                // Each part must be a pattern by itself.
                compiled(&format!("^{inner}$"), context)?;
            }
        }
    }
    pattern.push('$');
    Ok(Some(
        compiled(&pattern, context)?.is_match(text, context)?.into(),
    ))
}

fn not_one(which: &str, delimiter: &str) -> Failure {
    let length = delimiter.len();
    format!("{which} delimiter has to be exactly one character long but is {length} long").into()
}

enum Part<'t> {
    Text(&'t str),
    Pattern(&'t str),
}

// If both delimiters are the same, each one opens.
fn template_parts(template: &str, open: u8, close: u8) -> Result<Vec<Part<'_>>, Failure> {
    let unbalanced = || Failure::from(format!("unbalanced braces in {}", quoted(template)));
    let mut parts = Vec::new();
    let (mut depth, mut begin, mut end) = (0_usize, 0, 0);
    for (place, byte) in template.bytes().enumerate() {
        if byte == open {
            depth += 1;
            if depth == 1 {
                begin = place;
            }
        } else if byte == close {
            depth = depth.checked_sub(1).ok_or_else(unbalanced)?;
            if depth == 0 {
                parts.push(Part::Text(template.get(end..begin).unwrap_or_default()));
                parts.push(Part::Pattern(
                    template.get(begin + 1..place).unwrap_or_default(),
                ));
                end = place + 1;
            }
        }
    }
    if depth > 0 {
        return Err(unbalanced());
    }
    parts.push(Part::Text(template.get(end..).unwrap_or_default()));
    Ok(parts)
}

// Appends a pattern that matches only the text.
fn quote(pattern: &mut String, text: &str) {
    for character in text.chars() {
        if r"\.+*?()|[]{}^$".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
}
