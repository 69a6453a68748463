//! Searches texts in other texts.

use super::{Answer, Builtin, Context, Failure, Value, builtin, string};
use memchr::memmem;

pub(super) const ALL: &[Builtin] = &[
    builtin("contains", 2, |operands, _| {
        let (text, part) = (string(operands, 1)?, string(operands, 2)?);
        let found = memmem::find(text.as_bytes(), part.as_bytes());
        Ok(Some(found.is_some().into()))
    }),
    builtin("endswith", 2, |operands, _| {
        Ok(Some(
            string(operands, 1)?.ends_with(string(operands, 2)?).into(),
        ))
    }),
    builtin("indexof", 2, |operands, _| {
        let (text, part) = (string(operands, 1)?, part(operands)?);
        let found = memmem::find(text.as_bytes(), part.as_bytes());
        let found = found.and_then(|place| text.get(..place));
        Ok(Some(found.map_or(Value::from(-1), |before| {
            before.chars().count().into()
        })))
    }),
    builtin("indexof_n", 2, indexof_n),
    builtin("startswith", 2, |operands, _| {
        Ok(Some(
            string(operands, 1)?
                .starts_with(string(operands, 2)?)
                .into(),
        ))
    }),
    builtin("strings.count", 2, |operands, _| {
        let (text, part) = (string(operands, 1)?, string(operands, 2)?);
        let count = match part {
            // The empty text matches before each character and at the end.
            "" => text.chars().count() + 1,
            part => memmem::find_iter(text.as_bytes(), part).count(),
        };
        Ok(Some(count.into()))
    }),
];

fn part(operands: &[Value]) -> Result<&str, Failure> {
    match string(operands, 2)? {
        "" => Err("empty search character".into()),
        part => Ok(part),
    }
}

// All matches, which may overlap. The search takes linear time (Knuth-Morris-Pratt).
fn indexof_n(operands: &[Value], context: &mut Context<'_>) -> Answer {
    let (text, part) = (string(operands, 1)?, part(operands)?);
    context.charge(part.len().saturating_mul(size_of::<usize>()))?;
    let part = part.as_bytes();
    let borders = borders(part);
    let begins = |byte: u8| byte & 0xc0 != 0x80;
    let length = part.iter().filter(|byte| begins(**byte)).count();
    let mut places: Vec<Value> = Vec::new();
    let (mut fits, mut characters) = (0, 0_usize);
    for byte in text.bytes() {
        characters += usize::from(begins(byte));
        while fits > 0 && part.get(fits) != Some(&byte) {
            fits = borders.get(fits - 1).copied().unwrap_or(0);
        }
        fits += usize::from(part.get(fits) == Some(&byte));
        if fits == part.len() {
            if places.len().is_multiple_of(64) {
                context.in_time()?;
                context.charge_values(64)?;
            }
            places.push((characters - length).into());
            fits = borders.last().copied().unwrap_or(0);
        }
    }
    Ok(Some(places.into()))
}

// For each prefix of `part`, the length of its longest shorter prefix that is also its suffix.
fn borders(part: &[u8]) -> Vec<usize> {
    let mut borders = vec![0_usize; part.len()];
    let mut fits = 0;
    for (at, byte) in part.iter().enumerate().skip(1) {
        while fits > 0 && part.get(fits) != Some(byte) {
            fits = borders.get(fits - 1).copied().unwrap_or(0);
        }
        fits += usize::from(part.get(fits) == Some(byte));
        if let Some(border) = borders.get_mut(at) {
            *border = fits;
        }
    }
    borders
}
