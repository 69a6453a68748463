//! Mutations of texts: by tokens, so that many results still parse, and by bytes.

use crate::texts::{NUMBERS, PLAIN, pick};
use fastrand::Rng;

/// Longer texts are cut.
const LONGEST: usize = 32 << 10;

/// Words and symbols of Rego that a mutation inserts anywhere.
#[rustfmt::skip]
const VOCABULARY: [&str; 80] = [
    "package", "import", "as", "default", "if", "else", "not", "some", "every", "in", "with", "contains", "null", "true", "false",
    "input", "data", "rego.v1", "future.keywords", "set()", "_", "__", "x", "y", "p", "allow", "count", "sum", "walk", "print",
    "numbers.range(1, 9)", "input.a", "data.p", "data.p.x", "input[_]", "{", "}", "[", "]", "(", ")", "{}", "[]", "()", "{1}", "[1, 2]",
    "{\"a\": 1}", ":=", "=", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "&", "|", ",", ";", ":", ".", "\n", " ", "\"", "`",
    "\\", "#", "$", "\t", "[x | x := 1]", "{x | some x in [1]}", "{k: v | some k, v in input}", "with input as 1", "else := 2", "f(x)",
];

/// Mutates a policy or query; some mutations copy parts of `other`.
pub(crate) fn rego(text: &str, other: &str, random: &mut Rng) -> String {
    let mut text = text.to_owned();
    let times = if random.bool() { 1 } else { random.usize(1..5) };
    for _ in 0..times {
        text = match random.u32(0..12) {
            0 => bytes(&text, random),
            1 => odd_text(&text, random),
            _ => by_tokens(&text, other, random),
        };
        if text.len() > LONGEST {
            text = cut(&text, LONGEST).to_owned();
        }
    }
    text
}

/// Changes some bytes of a text. Bytes that are not UTF-8 become replacement characters, as in a host.
pub(crate) fn bytes(text: &str, random: &mut Rng) -> String {
    String::from_utf8_lossy(&raw(text.as_bytes(), random)).into_owned()
}

/// Changes some bytes of data that need not be text.
pub(crate) fn raw(bytes: &[u8], random: &mut Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..1 + random.usize(0..4) {
        let at = random.usize(0..=bytes.len());
        let end = (at + random.usize(0..16)).min(bytes.len());
        match random.u32(0..5) {
            0 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.u32(0..8);
                }
            }
            1 => bytes.insert(at, random.u8(..)),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let copied = bytes.get(at..end).unwrap_or_default().to_vec();
                let to = random.usize(0..=bytes.len());
                drop(bytes.splice(to..to, copied));
            }
            _ if random.bool() => bytes.truncate(at),
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = *random
                        .choice(b"{}[]()\"'`\\/:,.0-9eE \n\0")
                        .unwrap_or(&b' ');
                }
            }
        }
    }
    bytes
}

fn odd_text(text: &str, random: &mut Rng) -> String {
    let at = boundary(text, random.usize(0..=text.len()));
    let (before, after) = text.split_at(at);
    let odd = pick(random, &PLAIN);
    format!("{before}{}{after}", odd.repeat(1 + random.usize(0..3)))
}

fn by_tokens(text: &str, other: &str, random: &mut Rng) -> String {
    let mut tokens = tokens(text);
    if tokens.is_empty() {
        return pick(random, &VOCABULARY).to_owned();
    }
    let count = tokens.len();
    let at = random.usize(0..count);
    let end = (at + 1 + random.usize(0..6)).min(count);
    match random.u32(0..18) {
        0 => drop(tokens.drain(at..end)),
        1 => tokens.swap(at, random.usize(0..count)),
        2 => tokens.insert(at, pick(random, &VOCABULARY)),
        3 => replace(&mut tokens, at, pick(random, &VOCABULARY)),
        4 => {
            let others = self::tokens(other);
            let from = random.usize(0..=others.len());
            let to = (from + random.usize(0..12)).min(others.len());
            let taken = others.get(from..to).unwrap_or_default().to_vec();
            drop(tokens.splice(at..at, taken));
        }
        5 => {
            let taken = tokens.get(at..end).unwrap_or_default().to_vec();
            let times = if random.u32(0..8) == 0 { 200 } else { 4 };
            let taken = taken.repeat(1 + random.usize(0..times));
            drop(tokens.splice(at..at, taken));
        }
        6 => {
            let (open, close) = *random
                .choice(
                    [
                        ("[", "]"),
                        ("{", "}"),
                        ("(", ")"),
                        ("{x | ", "}"),
                        ("not ", ""),
                    ]
                    .as_slice(),
                )
                .unwrap_or(&("", ""));
            tokens.insert(end, close);
            tokens.insert(at, open);
        }
        // From here on, a token is replaced by one of the same sort, so that the text still parses.
        7..10 => {
            let number = |token: &&str| token.starts_with(|c: char| c.is_ascii_digit());
            swap_in(&mut tokens, at, number, pick(random, &NUMBERS));
        }
        10..13 => {
            let donor = *random
                .choice(self::tokens(other).as_slice())
                .unwrap_or(&"x");
            let word = |token: &&str| token.starts_with(|c: char| c.is_alphabetic());
            if word(&donor) {
                swap_in(&mut tokens, at, word, donor);
            }
        }
        13..17 => {
            let symbol = |token: &&str| {
                token.len() < 3 && token.starts_with(|c: char| "+-*/%&|<>=!:".contains(c))
            };
            let other = pick(
                random,
                &[
                    "+", "-", "*", "/", "%", "&", "|", "<", ">=", "==", "!=", ":=", "=",
                ],
            );
            swap_in(&mut tokens, at, symbol, other);
        }
        _ => {
            let lines: Vec<&str> = text.split_inclusive('\n').collect();
            let others: Vec<&str> = other.split_inclusive('\n').collect();
            let mut joined = lines.concat();
            joined.push('\n');
            joined.push_str(pick(random, &others));
            return joined;
        }
    }
    tokens.concat()
}

fn replace<'a>(tokens: &mut [&'a str], at: usize, by: &'a str) {
    if let Some(token) = tokens.get_mut(at) {
        *token = by;
    }
}

// Replaces the first token of a sort at or after `at`.
fn swap_in<'a>(tokens: &mut [&'a str], at: usize, sort: impl Fn(&&str) -> bool, by: &'a str) {
    let found = tokens.iter().skip(at).position(sort);
    if let Some(found) = found {
        replace(tokens, at + found, by);
    }
}

/// Splits a Rego text roughly; the concatenated parts are the text.
pub(crate) fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = |same: fn(char) -> bool| rest.find(|c| !same(c)).unwrap_or(rest.len());
        let length = match first {
            '"' | '`' => closed(rest, first),
            '#' => rest.find('\n').unwrap_or(rest.len()),
            _ if first.is_alphanumeric() || first == '_' => {
                run(|c| c.is_alphanumeric() || c == '_')
            }
            _ if first.is_whitespace() => run(char::is_whitespace),
            ':' | '=' | '!' | '<' | '>' if rest.get(1..2) == Some("=") => 2,
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after;
    }
    tokens
}

// The length of a string with its quotes.
fn closed(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, char) in text.char_indices().skip(1) {
        if !escaped && char == quote {
            return at + 1;
        }
        escaped = quote == '"' && char == '\\' && !escaped;
    }
    text.len()
}

fn cut(text: &str, length: usize) -> &str {
    text.split_at(boundary(text, length)).0
}

fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}
