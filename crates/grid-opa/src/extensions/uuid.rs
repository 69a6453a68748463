//! The builtin `uuid.parse`. `uuid.rfc4122` is left out: the same key has the same answer for one evaluation only, and an
//! extension cannot tell evaluations apart.

use super::{Extension, builtin, text};
use regorus::Value;
use std::collections::BTreeMap;

pub(super) const ALL: [Extension; 1] = [builtin("uuid.parse", 1, |arguments| {
    // No UUID is undefined, under strict errors too.
    Ok(parse(text(arguments, 1)?).map_or(Value::Undefined, describe))
})];

/// Steps of 100 ns from the Gregorian calendar's start, which UUIDs count from, to 1970.
const GREGORIAN_TO_UNIX: i64 = 122_192_928_000_000_000;

// The four forms that github.com/google/uuid reads. Of the one in braces it does not look at the braces.
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
    // That it is ASCII keeps a sign from being read as part of a number.
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
        // As OPA's, the number wraps around before the year 1677 and after 2262.
        let nanoseconds = (steps - GREGORIAN_TO_UNIX).wrapping_mul(100);
        put("time", nanoseconds.into());
        let [first, ..] = node;
        let whose = if first & 2 == 0 { "global" } else { "local" };
        let cast = if first & 1 == 0 {
            "unicast"
        } else {
            "multicast"
        };
        put("macvariables", format!("{whose}:{cast}").into());
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

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use serde_json::json;

    #[test]
    fn it_does_as_in_opa() {
        let second = json!({
            "clocksequence": 12800, "domain": "Person", "id": 1000, "macvariables": "local:unicast", "nodeid": "32-50-96-b3-9f-47",
            "time": 1_693_566_990_121_469_600_i64, "variant": "RFC4122", "version": 2,
        });
        for (text, expected) in [
            ("000003e8-48b9-21ee-b200-325096b39f47", second.clone()),
            ("URN:UUID:000003e8-48b9-21ee-b200-325096b39f47", second),
            (
                "(00000000-0000-4000-8000-000000000000)",
                json!({ "variant": "RFC4122", "version": 4 }),
            ),
            (
                "6bea8ef2d3d33cd1c4e09bab06a52ece",
                json!({ "variant": "Microsoft", "version": 3 }),
            ),
            (
                "00000000-0000-1000-0000-030000000000",
                json!({ "clocksequence": 0, "macvariables": "local:multicast", "nodeid": "03-00-00-00-00-00", "time": 6_227_451_273_709_551_616_i64, "variant": "Reserved", "version": 1 }),
            ),
        ] {
            let answer = ask(&format!("uuid.parse({text:?})"));
            assert_eq!(answer, Ok(Some(expected)), "{text}");
        }
        for text in [
            "",
            "1",
            "000003e8-48b9-21ee-b200-325096b39f4g",
            "000003e8+48b9-21ee-b200-325096b39f47",
            "+0000000000000000000000000000000",
            "öööööööööööööööö",
            "öööööööööööööööööö",
            "urn:uu1d:000003e8-48b9-21ee-b200-325096b39f47",
        ] {
            assert_eq!(ask(&format!("uuid.parse({text:?})")), Ok(None), "{text}");
        }
        assert!(ask("uuid.parse(1)").is_err());
    }
}
