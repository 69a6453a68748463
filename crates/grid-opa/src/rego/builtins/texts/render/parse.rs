//! Parses templates.

use super::unsure;
use crate::rego::builtins::Failure;

/// The maximum nesting of `if`, `range` and `with`.
const MAX_DEPTH: usize = 100;

pub(super) enum Node<'s> {
    Text(&'s str),
    Print(Reference<'s>),
    /// A variable and its value.
    Declare(&'s str, Reference<'s>),
    Branch(Branch<'s>),
}

pub(super) struct Branch<'s> {
    pub(super) kind: Kind,
    /// The declared variables.
    pub(super) names: Vec<&'s str>,
    pub(super) of: Reference<'s>,
    pub(super) then: Vec<Node<'s>>,
    pub(super) other: Vec<Node<'s>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    If,
    Range,
    With,
}

/// A variable, with an empty name for `$`, or else the dot, and the fields behind it.
pub(super) struct Reference<'s> {
    pub(super) variable: Option<&'s str>,
    pub(super) fields: Vec<&'s str>,
}

pub(super) fn parse(source: &str) -> Result<Vec<Node<'_>>, Failure> {
    let mut parser = Parser {
        rest: source,
        is_trimmed: false,
        names: Vec::new(),
    };
    match parser.nodes(0)? {
        (nodes, Stop::Text) => Ok(nodes),
        _ => Err(unsure("an end without a begin")),
    }
}

/// What ends a list of nodes.
enum Stop<'s> {
    Text,
    End,
    /// What follows `else`.
    Else(&'s str),
}

struct Parser<'s> {
    rest: &'s str,
    /// Whether the space before the rest is left out.
    is_trimmed: bool,
    /// The variables that are known here.
    names: Vec<&'s str>,
}

// What Go's templates take as space.
fn is_space(one: char) -> bool {
    matches!(one, ' ' | '\t' | '\r' | '\n')
}

impl<'s> Parser<'s> {
    fn nodes(&mut self, depth: usize) -> Result<(Vec<Node<'s>>, Stop<'s>), Failure> {
        if depth > MAX_DEPTH {
            return Err(unsure("so many levels"));
        }
        let mut nodes = Vec::new();
        loop {
            let (text, action) = self.next()?;
            if !text.is_empty() {
                nodes.push(Node::Text(text));
            }
            let Some(action) = action else {
                return Ok((nodes, Stop::Text));
            };
            let (word, after) = action.split_once(is_space).unwrap_or((action, ""));
            let kind = match word {
                "end" if after.trim_matches(is_space).is_empty() => return Ok((nodes, Stop::End)),
                "else" => return Ok((nodes, Stop::Else(after.trim_matches(is_space)))),
                "if" => Kind::If,
                "range" => Kind::Range,
                "with" => Kind::With,
                _ if action.starts_with("/*") => continue,
                _ => {
                    nodes.push(self.action(action)?);
                    continue;
                }
            };
            nodes.push(Node::Branch(self.branch(kind, after, depth)?));
        }
    }

    // The text before the next action, and the action without its braces.
    fn next(&mut self) -> Result<(&'s str, Option<&'s str>), Failure> {
        let (mut text, rest) = match self.rest.split_once("{{") {
            Some((text, rest)) => (text, Some(rest)),
            None => (self.rest, None),
        };
        if self.is_trimmed {
            text = text.trim_start_matches(is_space);
        }
        let Some(rest) = rest else {
            self.rest = "";
            return Ok((text, None));
        };
        let begins_trimmed = rest
            .strip_prefix('-')
            .filter(|rest| rest.starts_with(is_space));
        if begins_trimmed.is_some() {
            text = text.trim_end_matches(is_space);
        }
        let rest = begins_trimmed.map_or(rest, |rest| rest.trim_start_matches(is_space));
        let (action, after) = if rest.starts_with("/*") {
            let end = rest.find("*/").ok_or_else(|| unsure("an open comment"))?;
            let (comment, after) = rest.split_at(end + 2);
            let (space, after) = after
                .split_once("}}")
                .ok_or_else(|| unsure("an open action"))?;
            self.is_trimmed = match space.trim_start_matches(is_space) {
                "" if space.is_empty() => false,
                "-" if space.len() > 1 => true,
                _ => return Err(unsure("text after a comment")),
            };
            (comment, after)
        } else {
            let end = rest.find("}}").ok_or_else(|| unsure("an open action"))?;
            let (action, after) = rest.split_at(end);
            let trimmed = action
                .strip_suffix('-')
                .filter(|action| action.ends_with(is_space));
            self.is_trimmed = trimmed.is_some();
            (trimmed.unwrap_or(action), after.get(2..).unwrap_or(""))
        };
        self.rest = after;
        Ok((text, Some(action.trim_matches(is_space))))
    }

    fn action(&mut self, action: &'s str) -> Result<Node<'s>, Failure> {
        let (names, of) = self.pipeline(action)?;
        match *names {
            [] => Ok(Node::Print(of)),
            [name] => Ok(Node::Declare(name, of)),
            _ => Err(unsure("several variables in an action")),
        }
    }

    // The declared variables and the value. The variables are known from here on.
    fn pipeline(&mut self, text: &'s str) -> Result<(Vec<&'s str>, Reference<'s>), Failure> {
        let (names, value) = match text.split_once(":=") {
            Some((names, value)) => (Some(names), value),
            None => (None, text),
        };
        let of = self.reference(value.trim_matches(is_space))?;
        let mut declared = Vec::new();
        for name in names.into_iter().flat_map(|names| names.split(',')) {
            let name = name.trim_matches(is_space).strip_prefix('$');
            let name = name.filter(|name| is_name(name));
            declared.push(name.ok_or_else(|| unsure("this declaration"))?);
        }
        self.names.extend(&declared);
        Ok((declared, of))
    }

    fn reference(&self, text: &'s str) -> Result<Reference<'s>, Failure> {
        let other = || unsure("functions, constants or pipes");
        let (variable, fields) = match text.strip_prefix('$') {
            Some(rest) => {
                let end = rest.find('.').unwrap_or(rest.len());
                let (name, fields) = rest.split_at(end);
                if !name.is_empty() && !self.names.contains(&name) {
                    return Err(unsure("an unknown variable"));
                }
                (Some(name), fields)
            }
            None if text == "." => (None, ""),
            None => (None, text),
        };
        if variable.is_none() && text.is_empty() {
            return Err(unsure("an empty action"));
        }
        let mut parts = fields.split('.');
        if parts.next() != Some("") {
            return Err(other());
        }
        let fields: Vec<&str> = parts.collect();
        if !fields.iter().all(|field| is_name(field)) {
            return Err(other());
        }
        Ok(Reference { variable, fields })
    }

    fn branch(&mut self, kind: Kind, text: &'s str, depth: usize) -> Result<Branch<'s>, Failure> {
        let count = self.names.len();
        let (names, of) = self.pipeline(text.trim_matches(is_space))?;
        let most = if kind == Kind::Range { 2 } else { 1 };
        if names.len() > most {
            return Err(unsure("so many variables"));
        }
        let inside = self.names.len();
        let (then, end) = self.nodes(depth + 1)?;
        self.names.truncate(inside);
        let other = match end {
            Stop::Text => return Err(unsure("an open branch")),
            Stop::End => Vec::new(),
            Stop::Else("") => match self.nodes(depth + 1)? {
                (other, Stop::End) => other,
                _ => return Err(unsure("an open branch")),
            },
            // It ends with the outer one.
            Stop::Else(condition) => {
                let condition = condition.strip_prefix("if");
                let condition = condition.filter(|rest| rest.starts_with(is_space));
                let condition = condition.filter(|_| kind == Kind::If);
                let condition = condition.ok_or_else(|| unsure("this kind of else"))?;
                vec![Node::Branch(self.branch(Kind::If, condition, depth + 1)?)]
            }
        };
        self.names.truncate(count);
        Ok(Branch {
            kind,
            names,
            of,
            then,
            other,
        })
    }
}

// Go takes letters of other scripts too.
fn is_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.bytes().all(fits)
        && !text.is_empty()
        && !text.starts_with(|one: char| one.is_ascii_digit())
}
