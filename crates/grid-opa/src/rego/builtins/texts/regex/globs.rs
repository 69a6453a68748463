//! The builtin `regex.globs_match`: whether some text matches both globs.
//!
//! A glob here consists of characters, `.` and sets, each with an optional `+` or `*`. The results are those of
//! github.com/yashtewari/glob-intersection, which OPA uses, including its errors. A table replaces its recursion, which takes exponential
//! time.

mod tokens;

use super::super::operands::string;
use super::super::{Builtin, Failure, builtin};
use tokens::{Flag, Token, simplified, tokens};

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
