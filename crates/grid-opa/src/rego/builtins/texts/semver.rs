//! `semver.*`. As in OPA, a version may start with a `v`.

use super::operands::{any, string};
use super::{Builtin, Failure, builtin};
use crate::rego::value::Value;
use std::cmp::Ordering;

pub(super) const ALL: &[Builtin] = &[
    builtin("semver.compare", 2, |operands, context| {
        let (left, right) = (string(operands, 1)?, string(operands, 2)?);
        let parsed = |number: usize, text| {
            Version::of(text).ok_or_else(|| {
                Failure::from(format!(
                    "operand {number}: string {} is not a valid SemVer",
                    crate::rego::value::text::quoted(text)
                ))
            })
        };
        let left = parsed(1, left)?;
        context.in_time()?;
        let right = parsed(2, right)?;
        context.in_time()?;
        Ok(Some(Value::from(left.compare(&right) as i64)))
    }),
    builtin("semver.is_valid", 1, |operands, _| {
        let valid = matches!(any(operands, 1)?, Value::String(text) if Version::of(text).is_some());
        Ok(Some(valid.into()))
    }),
];

/// A version without its build metadata, which does not affect the order.
struct Version<'t> {
    numbers: [i64; 3],
    pre_release: &'t str,
}

impl<'t> Version<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let (text, build) = split(text, '+');
        let (text, pre_release) = split(text, '-');
        if !build.is_none_or(are_names)
            || !pre_release.is_none_or(|names| are_names(names) && without_zeros(names))
        {
            return None;
        }
        let mut parts = text.split('.').map(number);
        let numbers = [parts.next()??, parts.next()??, parts.next()??];
        if parts.next().is_some() {
            return None;
        }
        Some(Self {
            numbers,
            pre_release: pre_release.unwrap_or_default(),
        })
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.numbers
            .cmp(&other.numbers)
            .then_with(|| match (self.pre_release, other.pre_release) {
                (left, right) if left == right => Ordering::Equal,
                // A version without a pre-release is the greater one.
                ("", _) => Ordering::Greater,
                (_, "") => Ordering::Less,
                (left, right) => by_names(left, right),
            })
    }
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

fn are_names(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    text.split('.')
        .all(|name| !name.is_empty() && name.bytes().all(fits))
}

fn is_number(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

fn without_zeros(text: &str) -> bool {
    text.split('.')
        .all(|name| !(name.len() > 1 && name.starts_with('0') && is_number(name)))
}

fn number(text: &str) -> Option<i64> {
    let fits = is_number(text) && !(text.len() > 1 && text.starts_with('0'));
    text.parse().ok().filter(|_| fits)
}

fn by_names(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.split('.').peekable(), right.split('.').peekable());
    loop {
        let (one, other) = (
            left.next().unwrap_or_default(),
            right.next().unwrap_or_default(),
        );
        let order = match (is_number(one), is_number(other)) {
            // Numbers come first. OPA replaces a number of more than 64 bits with the greatest 64-bit one.
            (true, true) => {
                let value = |name: &str| name.parse().unwrap_or(i64::MAX);
                value(one).cmp(&value(other))
            }
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => one.cmp(other),
        };
        match (order, left.peek(), right.peek()) {
            (Ordering::Equal, None, None) => return Ordering::Equal,
            (Ordering::Equal, Some(_), None) => return Ordering::Greater,
            (Ordering::Equal, None, Some(_)) => return Ordering::Less,
            (Ordering::Equal, Some(_), Some(_)) => {}
            (order, _, _) => return order,
        }
    }
}
