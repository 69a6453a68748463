//! Values that YAML does not have: `$repeat`, `$base64`, `$number`.

use serde_json::Value as Json;

/// A value of a case after its special forms are read.
#[derive(Debug, PartialEq)]
pub(crate) enum Given {
    Text(String),
    Bytes(Vec<u8>),
    Number(f64),
    Flag(bool),
    /// Null as an argument; in a list that a call returns, a missing value.
    Nothing,
    List(Vec<Given>),
}

/// Reads a scalar, a list or a special form.
pub(crate) fn decode(json: &Json) -> Result<Given, String> {
    match json {
        Json::String(text) => Ok(Given::Text(text.clone())),
        Json::Number(number) => number
            .as_f64()
            .map(Given::Number)
            .ok_or_else(|| format!("number {number}")),
        Json::Bool(flag) => Ok(Given::Flag(*flag)),
        Json::Null => Ok(Given::Nothing),
        Json::Array(items) => items
            .iter()
            .map(decode)
            .collect::<Result<_, _>>()
            .map(Given::List),
        Json::Object(form) if form.len() == 1 => {
            let (name, content) = form.iter().next().ok_or("an empty form")?;
            decode_form(name, content).ok_or_else(|| format!("{json} is no special form"))
        }
        Json::Object(_) => Err(format!("{json} is no value of a cache case")),
    }
}

fn decode_form(name: &str, content: &Json) -> Option<Given> {
    match (name, content) {
        ("$repeat", Json::Array(parts)) => match parts.as_slice() {
            [Json::String(text), times] => Some(Given::Text(
                text.repeat(usize::try_from(times.as_u64()?).ok()?),
            )),
            _ => None,
        },
        ("$base64", Json::String(text)) => decode_base64(text).map(Given::Bytes),
        ("$number", Json::String(text)) => match text.as_str() {
            "NaN" => Some(Given::Number(f64::NAN)),
            "Infinity" => Some(Given::Number(f64::INFINITY)),
            "-Infinity" => Some(Given::Number(f64::NEG_INFINITY)),
            _ => None,
        },
        _ => None,
    }
}

/// Standard base64 with its padding.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let body = text.trim_end_matches('=');
    if !text.len().is_multiple_of(4) || text.len() - body.len() > 2 {
        return None;
    }
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for letter in body.bytes() {
        let value = ALPHABET.iter().position(|&known| known == letter)?;
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    (bits == 0).then_some(bytes)
}

#[test]
fn base64_has_known_answers() {
    for (text, bytes) in [
        ("", &b""[..]),
        ("Zg==", b"f"),
        ("Zm8=", b"fo"),
        ("Zm9v", b"foo"),
        ("/wCA", &[255, 0, 128]),
    ] {
        assert_eq!(decode_base64(text).as_deref(), Some(bytes), "{text}");
    }
    for bad in ["Zg", "Zg=", "Z===", "Zh==", "Z*8="] {
        assert_eq!(decode_base64(bad), None, "{bad}");
    }
}
