//! JSON texts: unusual values, and invalid JSON.

use crate::mutate;
use crate::texts::{NUMBERS, PLAIN, pick};
use fastrand::Rng;

/// About twice the length that the engine accepts. Longer texts would distort the measured memory of a case.
const LONGEST: usize = 2 << 20;

/// A text of a JSON value, of any type.
pub(crate) fn any(random: &mut Rng, depth: u32) -> String {
    let types = ["null", "boolean", "number", "string", "array", "object"];
    let shallow = if depth == 0 { 4 } else { types.len() };
    let name = types
        .get(random.usize(0..shallow))
        .copied()
        .unwrap_or("null");
    of(name, random, depth, &PLAIN)
}

/// A text of a JSON value of a type; its strings are based on `texts`.
pub(crate) fn of(name: &str, random: &mut Rng, depth: u32, texts: &[&str]) -> String {
    let inner = |name: Option<&str>, random: &mut Rng| match name {
        Some(name) if name != "any" => of(name, random, depth.saturating_sub(1), texts),
        _ if depth == 0 => of("string", random, 0, texts),
        _ => any(random, depth - 1),
    };
    let (outer, items) = name
        .split_once(':')
        .map_or((name, None), |(outer, items)| (outer, Some(items)));
    let count = |random: &mut Rng| match random.u32(0..40) {
        0 => 200,
        1..8 => 0,
        _ => random.usize(1..5),
    };
    match outer {
        "null" => "null".to_owned(),
        "boolean" => random.bool().to_string(),
        "number" => number(random),
        "string" => quoted(&string(random, texts)),
        "array" | "set" => {
            let items: Vec<String> = (0..count(random)).map(|_| inner(items, random)).collect();
            format!("[{}]", items.join(","))
        }
        "object" => {
            let field = |random: &mut Rng| {
                let key = match random.u32(0..3) {
                    0 => pick(random, &KEYS).to_owned(),
                    _ => string(random, texts),
                };
                format!("{}:{}", quoted(&key), inner(None, random))
            };
            let fields: Vec<String> = (0..count(random)).map(|_| field(random)).collect();
            format!("{{{}}}", fields.join(","))
        }
        _ => any(random, depth),
    }
}

/// Keys that some builtins or policies read.
#[rustfmt::skip]
const KEYS: [&str; 32] = [
    "a", "b", "user", "op", "path", "value", "from", "type", "properties", "items", "$ref", "alg", "secret", "cert", "iss", "aud", "time", "kty", "k",
    "crv", "x", "y", "n", "e", "prefix", "indent", "pretty", "url", "method", "headers", "enum", "pattern",
];

fn number(random: &mut Rng) -> String {
    match random.u32(0..6) {
        0 => random.i64(..).to_string(),
        1 => random.i64(-1000..1000).to_string(),
        2 => format!("{:e}", f64::from_bits(random.u64(..)))
            .replace("NaN", "0")
            .replace("inf", "1e308"),
        _ => {
            // Some are not numbers in JSON.
            pick(random, &NUMBERS).to_owned()
        }
    }
}

fn string(random: &mut Rng, texts: &[&str]) -> String {
    let text = pick(random, texts).to_owned();
    match random.u32(0..16) {
        0 => mutate::bytes(&text, random),
        1 => text.repeat(random.usize(0..40)),
        2 => text + pick(random, &PLAIN),
        3 => pick(random, &PLAIN).to_owned(),
        4 => std::iter::repeat_with(|| random.char(..)).take(4).collect(),
        _ => text,
    }
}

/// A text as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A text to read as JSON, which is often invalid.
pub(crate) fn document(seeds: &[String], random: &mut Rng) -> String {
    let seed = random.choice(seeds).map_or("{}", String::as_str);
    match random.u32(0..16) {
        0 => nested(random),
        1 => repeated(random),
        2 => (0..random.usize(0..64)).map(|_| random.char(..)).collect(),
        3 => (0..random.usize(0..200))
            .map(|_| {
                *random
                    .choice(b"{}[],:\"\\0123456789-+.eE \ntruefalsn")
                    .unwrap_or(&b' ') as char
            })
            .collect(),
        4..7 => mutate::bytes(seed, random),
        7 => mutate::rego(seed, "{\"a\": [1, \"b\", null]}", random),
        8 => wide(random),
        9..12 => mutate::bytes(&any(random, 4), random),
        _ => any(random, 5),
    }
}

fn nested(random: &mut Rng) -> String {
    let depth = match random.u32(0..4) {
        0 => random.usize(120..135),
        1 => random.usize(1000..100_000),
        _ => random.usize(1..127),
    };
    let (open, close) = if random.bool() {
        ("[", "]")
    } else {
        ("{\"a\":", "}")
    };
    let closes = if random.u32(0..4) == 0 {
        depth / 2
    } else {
        depth
    };
    format!(
        "{}{}{}",
        open.repeat(depth),
        any(random, 1),
        close.repeat(closes)
    )
}

fn repeated(random: &mut Rng) -> String {
    let key = quoted(pick(random, &KEYS));
    let fields: Vec<String> = (0..random.usize(2..20))
        .map(|_| format!("{key}:{}", any(random, 1)))
        .collect();
    format!("{{{}}}", fields.join(","))
}

fn wide(random: &mut Rng) -> String {
    let one = any(random, 1);
    let count = random.usize(1..3000).min(1 + LONGEST / one.len());
    format!("[{}]", vec![one; count].join(","))
}
