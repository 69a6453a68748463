//! `strings.any_prefix_match` and `strings.any_suffix_match`.

use super::super::operands::{any, strings};
use super::{Answer, Builtin, Context, Failure, Value, builtin, wrong_type};

pub(super) const ALL: &[Builtin] = &[
    builtin("strings.any_prefix_match", 2, |operands, context| {
        let (texts, prefixes) = both(operands, context)?;
        if is_short(&texts, &prefixes) {
            let begins = |text: &&str| prefixes.iter().any(|prefix| text.starts_with(prefix));
            return Ok(Some(texts.iter().any(begins).into()));
        }
        let bytes = |texts: Vec<&str>| {
            texts
                .into_iter()
                .map(|text| text.as_bytes().to_vec())
                .collect()
        };
        any_begins(bytes(texts), &bytes(prefixes))
    }),
    builtin("strings.any_suffix_match", 2, |operands, context| {
        let (texts, suffixes) = both(operands, context)?;
        if is_short(&texts, &suffixes) {
            let ends = |text: &&str| suffixes.iter().any(|suffix| text.ends_with(suffix));
            return Ok(Some(texts.iter().any(ends).into()));
        }
        let backwards = |texts: Vec<&str>| {
            texts
                .into_iter()
                .map(|text| text.bytes().rev().collect())
                .collect()
        };
        any_begins(backwards(texts), &backwards(suffixes))
    }),
];

/// The most pairs that are compared one by one: to copy and sort the texts takes longer.
const FEW: usize = 1024;

fn is_short(texts: &[&str], affixes: &[&str]) -> bool {
    texts.len().saturating_mul(affixes.len()) <= FEW
}

type Pair<'v> = (Vec<&'v str>, Vec<&'v str>);

fn both<'v>(operands: &'v [Value], context: &mut Context<'_>) -> Result<Pair<'v>, Failure> {
    let texts = texts(operands, 1)?;
    let affixes = self::texts(operands, 2)?;
    let size = |text: &&str| text.len() + size_of::<Vec<u8>>();
    context.charge(texts.iter().chain(&affixes).map(size).sum())?;
    Ok((texts, affixes))
}

fn texts(operands: &[Value], number: usize) -> Result<Vec<&str>, Failure> {
    match any(operands, number)? {
        Value::String(text) => Ok(vec![&**text]),
        value @ (Value::Array(_) | Value::Set(_)) => strings(value, number),
        other => Err(wrong_type(number, other, &["string", "set", "array"])),
    }
}

// In sorted order, the texts with a prefix directly follow the place of the prefix.
fn any_begins(mut texts: Vec<Vec<u8>>, prefixes: &[Vec<u8>]) -> Answer {
    texts.sort_unstable();
    let found = prefixes.iter().any(|prefix| {
        let place = texts.partition_point(|text| text < prefix);
        texts
            .get(place)
            .is_some_and(|text| text.starts_with(prefix))
    });
    Ok(Some(found.into()))
}
