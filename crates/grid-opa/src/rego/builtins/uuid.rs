//! `uuid.*`.

use super::operands::{any, string};
use super::{Builtin, builtin, impure, random};
use crate::rego::value::Value;
use std::collections::BTreeMap;

pub(super) const ALL: &[Builtin] = &[
    // An invalid UUID is undefined, even if errors are strict.
    builtin("uuid.parse", 1, |operands, _| {
        Ok(parse(string(operands, 1)?).map(describe))
    }),
    // Returns the same UUID for the same key during a query.
    impure("uuid.rfc4122", 1, |operands, context| {
        let key = any(operands, 1)?;
        if let Some(known) = context.remembered.uuids.get(key) {
            return Ok(Some(known.clone()));
        }
        context.charge(256)?;
        let uuid = Value::from(random_uuid());
        context.remembered.uuids.insert(key.clone(), uuid.clone());
        Ok(Some(uuid))
    }),
];

fn random_uuid() -> String {
    let bits = (u128::from(random::bits()) << 64) | u128::from(random::bits());
    // Version 4, variant RFC 4122.
    let bits = bits & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let digits = format!("{bits:032x}");
    let parts =
        [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| digits.get(range).unwrap_or_default());
    parts.join("-")
}

/// Steps of 100 ns from the start of the Gregorian calendar, at which UUIDs start to count, to 1970.
const GREGORIAN_TO_UNIX: i64 = 122_192_928_000_000_000;

// Parses the four forms of github.com/google/uuid, which does not check the braces of the form with braces.
fn parse(text: &str) -> Option<[u8; 16]> {
    let bytes = text.as_bytes();
    let dashed = match bytes.len() {
        32 => return digits(bytes),
        36 => bytes,
        38 => bytes.get(1..37)?,
        45 => {
            let (prefix, rest) = bytes.split_at_checked(9)?;
            Some(rest).filter(|_| prefix.eq_ignore_ascii_case(b"urn:uuid:"))?
        }
        _ => return None,
    };
    let dash = |at: usize| matches!(at, 8 | 13 | 18 | 23);
    let placed = dashed.iter().enumerate();
    if placed.clone().any(|(at, byte)| dash(at) && *byte != b'-') {
        return None;
    }
    let hexadecimal: Vec<u8> = placed
        .filter(|(at, _)| !dash(*at))
        .map(|(_, byte)| *byte)
        .collect();
    digits(&hexadecimal)
}

fn digits(bytes: &[u8]) -> Option<[u8; 16]> {
    // The check of the digits excludes a sign, which `from_str_radix` accepts.
    if bytes.len() != 32 || !bytes.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    u128::from_str_radix(text, 16).ok().map(u128::to_be_bytes)
}

fn describe(uuid: [u8; 16]) -> Value {
    let [a, b, c, d, e, f, high, g, clock, domain, node @ ..] = uuid;
    let version = high >> 4;
    let variant = match clock >> 5 {
        0..=3 => "Reserved",
        4 | 5 => "RFC4122",
        6 => "Microsoft",
        _ => "Future",
    };
    let mut parts: BTreeMap<Value, Value> = BTreeMap::new();
    let mut put = |name: &str, value: Value| parts.insert(name.into(), value);
    put("version", u64::from(version).into());
    put("variant", variant.into());
    if matches!(version, 1 | 2) {
        let steps = i64::from_be_bytes([high & 0x0f, g, e, f, a, b, c, d]);
        // As in OPA, the number wraps before the year 1677 and after 2262.
        let nanoseconds = (steps - GREGORIAN_TO_UNIX).wrapping_mul(100);
        put("time", nanoseconds.into());
        let [first, ..] = node;
        let scope = if first & 2 == 0 { "global" } else { "local" };
        let cast = if first & 1 == 0 {
            "unicast"
        } else {
            "multicast"
        };
        put("macvariables", format!("{scope}:{cast}").into());
        put(
            "nodeid",
            node.map(|byte| format!("{byte:02x}")).join("-").into(),
        );
        let sequence = u16::from_be_bytes([clock, domain]) & 0x3fff;
        put("clocksequence", u64::from(sequence).into());
        if version == 2 {
            put("id", u64::from(u32::from_be_bytes([a, b, c, d])).into());
            let name = match domain {
                0 => "Person".to_owned(),
                1 => "Group".to_owned(),
                2 => "Org".to_owned(),
                other => format!("Domain{other}"),
            };
            put("domain", name.into());
        }
    }
    parts.into()
}
