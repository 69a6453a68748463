//! The tokens of a glob.

use super::Failure;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flag {
    None,
    Plus,
    Star,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Class {
    Any,
    /// Sorted ranges of characters that neither overlap nor touch.
    Of(Vec<(u32, u32)>),
}

#[derive(Debug)]
pub(super) struct Token {
    class: Class,
    pub(super) flag: Flag,
}

impl Token {
    pub(super) fn fits(&self, other: &Self) -> bool {
        let (Class::Of(left), Class::Of(right)) = (&self.class, &other.class) else {
            return true;
        };
        let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
        while let (Some(&&(first, last)), Some(&&(other_first, other_last))) =
            (left.peek(), right.peek())
        {
            if last < other_first {
                left.next();
            } else if other_last < first {
                right.next();
            } else {
                return true;
            }
        }
        false
    }

    pub(super) const fn flagged(&self) -> bool {
        !matches!(self.flag, Flag::None)
    }
}

/// The characters of a glob.
struct Characters<'g> {
    glob: &'g str,
    characters: std::iter::Peekable<std::str::Chars<'g>>,
    /// The number of characters read.
    at: usize,
}

impl Characters<'_> {
    fn wrong(&self, what: &str) -> Failure {
        let (glob, at) = (self.glob, self.at);
        Failure::Builtin(format!(
            "input:{glob}, pos:{at}, {what}: the input provided is invalid"
        ))
    }

    // The next character, and whether it is escaped.
    fn next(&mut self) -> Result<Option<(char, bool)>, Failure> {
        match self.characters.next() {
            Some('\\') => match self.characters.next() {
                Some(character) => {
                    self.at += 2;
                    Ok(Some((character, true)))
                }
                None => Err(self.wrong("input ends with a \\ (escape) character")),
            },
            other => {
                self.at += usize::from(other.is_some());
                Ok(other.map(|character| (character, false)))
            }
        }
    }
}

pub(super) fn tokens(glob: &str) -> Result<Vec<Token>, Failure> {
    let mut rest = Characters {
        glob,
        characters: glob.chars().peekable(),
        at: 0,
    };
    let mut tokens = Vec::new();
    while let Some((character, escaped)) = rest.next()? {
        let class = match character {
            _ if escaped => one(character),
            '.' => Class::Any,
            '[' => set(&mut rest)?,
            ']' => return Err(rest.wrong("set-close ']' with no preceding '['")),
            '+' | '*' => {
                return Err(rest.wrong(&format!(
                    "flag '{character}' must be preceded by a non-flag"
                )));
            }
            _ => one(character),
        };
        let flag = match rest.characters.peek() {
            Some('+') => Flag::Plus,
            Some('*') => Flag::Star,
            _ => Flag::None,
        };
        if flag != Flag::None {
            rest.next()?;
        }
        tokens.push(Token { class, flag });
    }
    Ok(tokens)
}

fn one(character: char) -> Class {
    Class::Of(vec![(character.into(), character.into())])
}

// Reads a set after its opening bracket.
fn set(rest: &mut Characters<'_>) -> Result<Class, Failure> {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    let mut previous: Option<char> = None;
    let length = rest.glob.chars().count();
    loop {
        match rest.next()? {
            None => return Err(rest.wrong("found [ without matching ]")),
            Some((']', false)) => break,
            Some(('-', false)) => {
                let from = previous.take();
                let from = from.ok_or_else(|| {
                    rest.wrong("range character '-' must be preceded by a Unicode character")
                })?;
                if rest.at + 1 >= length {
                    return Err(
                        rest.wrong("range character '-' must be followed by a Unicode character")
                    );
                }
                let to = match rest.next()? {
                    None | Some((']' | '-', false)) => {
                        return Err(rest
                            .wrong("range character '-' cannot be followed by a special symbol"));
                    }
                    Some((to, _)) => to,
                };
                if to < from {
                    return Err(rest.wrong(&format!(
                        "range is out of order: '{to}' comes before '{from}' in Unicode"
                    )));
                }
                ranges.push((from.into(), to.into()));
            }
            Some((character, _)) => {
                ranges.push((character.into(), character.into()));
                previous = Some(character);
            }
        }
    }
    ranges.sort_unstable();
    let mut joined: Vec<(u32, u32)> = Vec::new();
    for (first, last) in ranges {
        match joined.last_mut() {
            Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
            _ => joined.push((first, last)),
        }
    }
    Ok(Class::Of(joined))
}

// Merges adjacent tokens that have a flag and the same class.
pub(super) fn simplified(tokens: Vec<Token>) -> Vec<Token> {
    let mut simple: Vec<Token> = Vec::new();
    for token in tokens {
        match simple.last_mut() {
            Some(last) if last.flagged() && token.flagged() && last.class == token.class => {
                if token.flag == Flag::Plus {
                    last.flag = Flag::Plus;
                }
            }
            _ => simple.push(token),
        }
    }
    simple
}
