//! The builtin `regex.globs_match`: whether some text matches both globs.
//!
//! A glob here consists of characters, `.` and sets, each with an optional `+` or `*`. The results are those of
//! github.com/yashtewari/glob-intersection, which OPA uses, including its errors. A table replaces its recursion, which takes exponential
//! time.

use super::super::operands::string;
use super::super::{Builtin, Failure, builtin};

/// The maximum product of the lengths of both globs. It bounds the running time.
const MAX_WORK: usize = 1 << 22;

pub(super) const ALL: &[Builtin] = &[builtin("regex.globs_match", 2, |operands, context| {
    let (left, right) = (string(operands, 1)?, string(operands, 2)?);
    if left.len().saturating_mul(right.len()) > MAX_WORK {
        return Err(Failure::unsure("the globs are too long"));
    }
    context.charge(left.len().saturating_add(right.len()).saturating_mul(64))?;
    let (left, right) = (simplified(tokens(left)?), simplified(tokens(right)?));
    let found = trimmed(&left, &right).is_some_and(|(left, right)| intersect(left, right));
    Ok(Some(found.into()))
})];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flag {
    None,
    Plus,
    Star,
}

#[derive(Debug, PartialEq, Eq)]
enum Class {
    Any,
    /// Sorted ranges of characters that neither overlap nor touch.
    Of(Vec<(u32, u32)>),
}

#[derive(Debug)]
struct Token {
    class: Class,
    flag: Flag,
}

impl Token {
    fn fits(&self, other: &Self) -> bool {
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

    const fn flagged(&self) -> bool {
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

fn tokens(glob: &str) -> Result<Vec<Token>, Failure> {
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
fn simplified(tokens: Vec<Token>) -> Vec<Token> {
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

type Glob<'t> = &'t [Token];

// Removes the start and the end that both globs share, except for one token each. `None` if they differ there.
fn trimmed<'t>(left: Glob<'t>, right: Glob<'t>) -> Option<(Glob<'t>, Glob<'t>)> {
    let plain = |(left, right): &(&Token, &Token)| !left.flagged() && !right.flagged();
    let fits = |(left, right): (&Token, &Token)| left.fits(right);
    let before = || left.iter().zip(right).take_while(plain);
    if !before().all(fits) {
        return None;
    }
    let skipped = before().count().saturating_sub(1);
    let (left, right) = (left.get(skipped..)?, right.get(skipped..)?);
    let after = || left.iter().rev().zip(right.iter().rev()).take_while(plain);
    if !after().all(fits) {
        return None;
    }
    let skipped = after().count().saturating_sub(1);
    Some((
        left.get(..left.len() - skipped)?,
        right.get(..right.len() - skipped)?,
    ))
}

/// The results for one rest of the left glob and one rest of the right glob.
#[derive(Debug, Clone, Copy, Default)]
struct Rests {
    /// Whether the rests intersect. If both start with a flag, the left one is applied first.
    left_first: bool,
    right_first: bool,
    /// Whether the first left token, treated as starred, can match tokens of the right glob.
    left_takes: bool,
    right_takes: bool,
}

fn intersect(left: Glob<'_>, right: Glob<'_>) -> bool {
    // Works from the ends to the starts. `row` has the results for a left rest that is one token shorter.
    let mut row = vec![Rests::default(); right.len() + 1];
    for at in (0..=left.len()).rev() {
        let rest = left.get(at..).unwrap_or_default();
        let mut less_right = Rests::default();
        let mut less_both = Rests::default();
        for (other_at, cell) in row.iter_mut().enumerate().rev() {
            let other = right.get(other_at..).unwrap_or_default();
            let less_left = std::mem::take(cell);
            let here = rests(rest, other, less_left, less_right, less_both);
            (*cell, less_right, less_both) = (here, here, less_left);
        }
    }
    row.first().is_some_and(|rests| rests.left_first)
}

// Computes the results from those with one token less on the left (`less_left`), on the right (`less_right`) and on both (`less_both`).
fn rests(
    left: Glob<'_>,
    right: Glob<'_>,
    less_left: Rests,
    less_right: Rests,
    less_both: Rests,
) -> Rests {
    let (Some(first), Some(other)) = (left.first(), right.first()) else {
        let ended = left.is_empty() && right.is_empty();
        return Rests {
            left_first: ended,
            right_first: ended,
            left_takes: right.is_empty() && left.len() == 1,
            right_takes: left.is_empty() && right.len() == 1,
        };
    };
    let fits = first.fits(other);
    let takes = |following: Option<&Token>, taken: &Token, ends: bool, continues: bool| {
        (following.is_some_and(|token| token.fits(taken)) && ends) || (fits && continues)
    };
    let left_takes = takes(
        left.get(1),
        other,
        less_left.left_first,
        less_right.left_takes,
    );
    let right_takes = takes(
        right.get(1),
        first,
        less_right.right_first,
        less_left.right_takes,
    );
    let of_left = match first.flag {
        Flag::None => None,
        Flag::Plus => {
            Some(fits && (less_right.left_takes || (other.flagged() && less_left.left_first)))
        }
        Flag::Star => Some(left_takes),
    };
    let of_right = match other.flag {
        Flag::None => None,
        Flag::Plus => {
            Some(fits && (less_left.right_takes || (first.flagged() && less_right.right_first)))
        }
        Flag::Star => Some(right_takes),
    };
    Rests {
        left_first: of_left.or(of_right).unwrap_or(fits && less_both.left_first),
        right_first: of_right
            .or(of_left)
            .unwrap_or(fits && less_both.right_first),
        left_takes,
        right_takes,
    }
}
