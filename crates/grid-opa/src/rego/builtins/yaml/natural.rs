//! The order of keys in the output of yaml.v3: numbers in texts are compared as numbers.

use regex::Regex;
use std::cmp::Ordering;
use std::sync::OnceLock;

/// Sorts keys with a merge sort. The order can be inconsistent, and the sorts of std may panic then.
pub(super) fn sort<T>(items: Vec<(&str, T)>) -> Vec<(&str, T)> {
    let items: Vec<_> = items
        .into_iter()
        .map(|(name, item)| (name.chars().collect::<Vec<char>>(), name, item))
        .collect();
    let sorted = merged(items);
    sorted
        .into_iter()
        .map(|(_, name, item)| (name, item))
        .collect()
}

type Item<'n, T> = (Vec<char>, &'n str, T);

fn merged<'n, T>(mut items: Vec<Item<'n, T>>) -> Vec<Item<'n, T>> {
    if items.len() < 2 {
        return items;
    }
    let right = merged(items.split_off(items.len() / 2));
    let left = merged(items);
    let mut all = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some((first, ..)), Some((second, ..))) = (left.peek(), right.peek()) {
        let next = if is_less(second, first) {
            right.next()
        } else {
            left.next()
        };
        all.extend(next);
    }
    all.extend(left);
    all.extend(right);
    all
}

fn is_in(class: &'static OnceLock<Option<Regex>>, pattern: &str, one: char) -> bool {
    let mut bytes = [0; 4];
    let class = class.get_or_init(|| Regex::new(pattern).ok());
    class
        .as_ref()
        .is_some_and(|class| class.is_match(one.encode_utf8(&mut bytes)))
}

fn is_letter(one: char) -> bool {
    static LETTERS: OnceLock<Option<Regex>> = OnceLock::new();
    one.is_ascii_alphabetic() || !one.is_ascii() && is_in(&LETTERS, r"^\p{L}$", one)
}

fn is_digit(one: char) -> bool {
    static DIGITS: OnceLock<Option<Regex>> = OnceLock::new();
    one.is_ascii_digit() || !one.is_ascii() && is_in(&DIGITS, r"^\p{Nd}$", one)
}

fn is_less(left: &[char], right: &[char]) -> bool {
    let same = left
        .iter()
        .zip(right)
        .take_while(|(left, right)| left == right)
        .count();
    let (Some(&first), Some(&second)) = (left.get(same), right.get(same)) else {
        return left.len() < right.len();
    };
    match (is_letter(first), is_letter(second)) {
        (true, true) => return first < second,
        (false, false) => {}
        (letter, other) => {
            let before = same.checked_sub(1).and_then(|before| left.get(before));
            return if before.is_some_and(|one| is_digit(*one)) {
                letter
            } else {
                other
            };
        }
    }
    // Zeros are significant after other digits.
    let mut begin = 0_i64;
    if first == '0' || second == '0' {
        let digits = left
            .iter()
            .take(same)
            .rev()
            .take_while(|one| is_digit(**one));
        begin = i64::from(digits.into_iter().any(|one| *one != '0'));
    }
    let (one, one_end) = number(left, same, begin);
    let (other, other_end) = number(right, same, begin);
    let order = one
        .cmp(&other)
        .then(one_end.cmp(&other_end))
        .then(first.cmp(&second));
    order == Ordering::Less
}

// Reads the digits from a place on as a number, which wraps as in Go. Returns their end too.
fn number(text: &[char], from: usize, begin: i64) -> (i64, usize) {
    let digits = text.iter().skip(from).take_while(|one| is_digit(**one));
    digits.fold((begin, from), |(number, end), digit| {
        let digit = i64::from(u32::from(*digit)) - i64::from(u32::from('0'));
        (number.wrapping_mul(10).wrapping_add(digit), end + 1)
    })
}
