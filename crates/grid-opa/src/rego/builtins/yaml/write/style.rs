//! Styles of texts in YAML.

use super::super::resolve::{Tag, tag_of};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

pub(super) const fn is_break(one: char) -> bool {
    matches!(one, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

pub(super) const fn is_printable(one: char) -> bool {
    matches!(one, '\n' | ' '..='~' | '\u{a0}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

pub(super) fn style(text: &str, is_key: bool) -> Style {
    let looks = Looks::of(text);
    let wanted = if text.contains('\n') {
        Style::Literal
    } else if tag_of(text) == Tag::Text && !is_sexagesimal(text) && !is_old_bool(text) {
        Style::Plain
    } else {
        Style::Double
    };
    match wanted {
        Style::Plain if looks.plain => Style::Plain,
        Style::Plain if looks.single => Style::Single,
        Style::Literal if looks.block && !is_key => Style::Literal,
        _ => Style::Double,
    }
}

/// The styles in which a text can be written.
struct Looks {
    plain: bool,
    single: bool,
    block: bool,
}

impl Looks {
    fn of(text: &str) -> Self {
        let mut looks = Self {
            plain: !text.starts_with("---") && !text.starts_with("..."),
            single: true,
            block: true,
        };
        let mut before = None;
        let mut rest = text.chars();
        while let Some(one) = rest.next() {
            let next = rest.clone().next();
            let is_last = next.is_none();
            let blank_behind = matches!(next, None | Some(' ' | '\t'));
            let blank_before =
                before.is_none_or(|one| matches!(one, ' ' | '\t' | '\0') || is_break(one));
            let indicates = match one {
                '#' => blank_before,
                ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
                | '@' | '`' => before.is_none(),
                '?' | '-' => before.is_none() && blank_behind,
                ':' => blank_behind,
                _ => false,
            };
            let is_special = one != '\t' && !is_printable(one);
            let at_end = before.is_none() || is_last;
            let space_break = is_break(one) && before == Some(' ');
            let break_space = one == ' ' && before.is_some_and(is_break);
            if indicates || is_break(one) || one == ' ' && at_end {
                looks.plain = false;
            }
            if one == ' ' && is_last {
                looks.block = false;
            }
            if is_special || space_break {
                looks.block = false;
            }
            if is_special || space_break || break_space || one == '\t' {
                looks.single = false;
                looks.plain = false;
            }
            before = Some(one);
        }
        looks
    }
}

// Whether a text is a boolean in YAML 1.1.
fn is_old_bool(text: &str) -> bool {
    const WORDS: [&str; 16] = [
        "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off",
        "OFF",
    ];
    WORDS.contains(&text)
}

// Whether a text is a number of base 60 in YAML 1.1, such as `1:30`.
fn is_sexagesimal(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (integer, part) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = integer.split(':');
    let first = groups.next().unwrap_or_default();
    let is_first = first.starts_with(|one: char| one.is_ascii_digit())
        && first
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_');
    let is_group = |group: &str| match group.as_bytes() {
        [one] => one.is_ascii_digit(),
        [ten, one] => (b'0'..=b'5').contains(ten) && one.is_ascii_digit(),
        _ => false,
    };
    let mut groups = groups.peekable();
    is_first
        && groups.peek().is_some()
        && groups.all(is_group)
        && part
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_')
}
