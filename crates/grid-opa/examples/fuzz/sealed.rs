//! Certificates, keys and tokens: valid ones, and ones that are changed below their encoding.

use crate::mutate;
use fastrand::Rng;
use serde_json::Value;
use std::sync::LazyLock;

/// PEM texts by what they are.
static PEM: LazyLock<Value> = LazyLock::new(|| read(include_str!("security.json")));
/// JSON Web Keys and tokens.
static TOKENS: LazyLock<Value> =
    LazyLock::new(|| read(include_str!("../../src/rego/builtins/tests/tokens.json")));

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A token of a shared secret.
const SHARED: &str = "eyJhbGciOiJIUzI1NiJ9.e30.XmNK3GpH3Ys_7wsYBfq4C3M6goz71I7dTgUkuIa5lyQ";

/// A text of this sort; `None` if there is no such sort.
pub(crate) fn text(sort: &str, random: &mut Rng) -> Option<String> {
    Some(match sort {
        "certificate" => pem("certificates", random),
        "chain" => pem("chains", random),
        "request" => pem("requests", random),
        "key" => pem("keys", random),
        "public_key" => pem("publicKeys", random),
        "token" => token(random),
        "jwk" => jwk(random),
        _ => return None,
    })
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// The texts of a value and the values in it.
fn leaves(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(leaves).collect(),
        Value::Object(fields) => fields.values().flat_map(leaves).collect(),
        _ => Vec::new(),
    }
}

fn pem(sort: &str, random: &mut Rng) -> String {
    let seeds = PEM.get(sort).map(leaves).unwrap_or_default();
    let seed = random.choice(&seeds).copied().unwrap_or_default();
    match random.u32(0..8) {
        0..3 => seed.to_owned(),
        3 => mutate::bytes(seed, random),
        _ => {
            // The bytes of one block change, and the text around them stays valid.
            let mut blocks: Vec<String> =
                seed.split_inclusive("-----\n").map(str::to_owned).collect();
            let bodies: Vec<usize> = (0..blocks.len()).filter(|index| index % 2 == 1).collect();
            let at = random.choice(&bodies).copied().unwrap_or_default();
            if let Some(block) = blocks.get_mut(at)
                && let Some((body, end)) = block.clone().split_once("-----END")
            {
                let bytes = changed(&decode(body), random);
                *block = format!("{}\n-----END{end}", encode(&bytes));
            }
            blocks.concat()
        }
    }
}

fn token(random: &mut Rng) -> String {
    let mut seeds = TOKENS.get("fixed").map(leaves).unwrap_or_default();
    seeds.extend(TOKENS.get("opa").map(leaves).unwrap_or_default());
    seeds.push(SHARED);
    let seed = random.choice(&seeds).copied().unwrap_or_default();
    match random.u32(0..8) {
        0..3 => return seed.to_owned(),
        3 => return mutate::bytes(seed, random),
        _ => {}
    }
    let mut parts: Vec<String> = seed.split('.').map(str::to_owned).collect();
    let at = random.usize(0..parts.len().max(1));
    if let Some(part) = parts.get_mut(at) {
        let bytes = changed(&decode(part), random);
        *part = url(&encode(&bytes));
    }
    parts.join(".")
}

fn jwk(random: &mut Rng) -> String {
    let keys = TOKENS.get("keys").and_then(Value::as_object);
    let keys: Vec<&Value> = keys.into_iter().flat_map(|keys| keys.values()).collect();
    let mut key = random.choice(&keys).copied().cloned().unwrap_or_default();
    let fields = key.as_object_mut().filter(|_| random.bool());
    if let Some(fields) = fields {
        let names: Vec<String> = fields.keys().cloned().collect();
        let name = random.choice(&names).cloned().unwrap_or_default();
        if random.u32(0..4) == 0 {
            fields.remove(&name);
        } else if let Some(Value::String(text)) = fields.get_mut(&name) {
            let bytes = changed(&decode(text), random);
            *text = url(&encode(&bytes));
        }
    }
    key.to_string()
}

// Changes bytes, or makes the whole shorter or longer.
fn changed(bytes: &[u8], random: &mut Rng) -> Vec<u8> {
    match random.u32(0..6) {
        0 => Vec::new(),
        1 => bytes.repeat(1 + random.usize(0..8)),
        _ => mutate::raw(bytes, random),
    }
}

// Reads base64 of both alphabets; other characters do not count.
fn decode(text: &str) -> Vec<u8> {
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0_u32);
    for byte in text.bytes() {
        let byte = match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        };
        let Some(value) = ALPHABET.iter().position(|one| *one == byte) else {
            continue;
        };
        held = (held << 6) | u32::try_from(value).unwrap_or_default();
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    bytes
}

fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for block in bytes.chunks(3) {
        let value = block.iter().chain([0, 0].iter()).take(3);
        let value = value.fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
        for place in 0..4_usize {
            let index = (value >> (18 - 6 * place)) & 63;
            let letter = ALPHABET.get(index as usize).copied().unwrap_or(b'A');
            text.push(if place > block.len() {
                '='
            } else {
                letter as char
            });
        }
    }
    text
}

// The alphabet of tokens, without padding.
fn url(text: &str) -> String {
    text.trim_end_matches('=')
        .replace('+', "-")
        .replace('/', "_")
}
