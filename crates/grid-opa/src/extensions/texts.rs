//! Builtins of strings that count and map characters as Go does: the core counts a character of four bytes twice, and makes two of an ß.

use super::{Extension, Failure, argument, guarded, text, wrong};
use crate::deadline;
use regorus::Value;

pub(super) const ALL: [Extension; 6] = [
    guarded("count", 1, |arguments| {
        let count = match argument(arguments, 1)? {
            Value::String(text) => text.chars().count(),
            Value::Array(items) => items.len(),
            Value::Set(items) => items.len(),
            Value::Object(fields) => fields.len(),
            other => return Err(wrong(1, "a collection or a string", other).into()),
        };
        Ok(count.into())
    }),
    guarded("indexof", 2, |arguments| {
        let (within, part) = (text(arguments, 1)?, part(arguments)?);
        Ok(match within.find(part) {
            Some(place) => within
                .get(..place)
                .unwrap_or_default()
                .chars()
                .count()
                .into(),
            None => Value::from(-1),
        })
    }),
    guarded("indexof_n", 2, |arguments| {
        let (within, part) = (text(arguments, 1)?, part(arguments)?);
        let mut places: Vec<Value> = Vec::new();
        // Places may overlap.
        for (count, (place, _)) in within.char_indices().enumerate() {
            if count % 1024 == 1023 && deadline::has_passed() {
                return Err(Failure::Always("it took too long".to_owned()));
            }
            if within
                .get(place..)
                .is_some_and(|rest| rest.starts_with(part))
            {
                places.push(count.into());
            }
        }
        Ok(places.into())
    }),
    guarded("lower", 1, |arguments| {
        let lower = text(arguments, 1)?.chars().map(|character| {
            // Go maps one character to one.
            let mut lower = character.to_lowercase();
            match (lower.next(), character) {
                (Some(first), 'İ') => first,
                (Some(first), _) if lower.next().is_none() => first,
                _ => character,
            }
        });
        Ok(lower.collect::<String>().into())
    }),
    guarded("replace", 3, |arguments| {
        let (within, old, new) = (
            text(arguments, 1)?,
            text(arguments, 2)?,
            text(arguments, 3)?,
        );
        if old.is_empty() && !within.is_ascii() {
            // OPA puts `new` between the bytes of a character, which is no text then.
            return Err(Failure::Always(
                "an empty text fits between bytes".to_owned(),
            ));
        }
        Ok(within.replace(old, new).into())
    }),
    guarded("upper", 1, |arguments| {
        let upper = text(arguments, 1)?.chars().map(|character| {
            let mut upper = character.to_uppercase();
            match (upper.next(), upper.next()) {
                (Some(first), None) => first,
                _ => titled(character),
            }
        });
        Ok(upper.collect::<String>().into())
    }),
];

fn part(arguments: &[Value]) -> Result<&str, String> {
    match text(arguments, 2)? {
        "" => Err("empty search character".to_owned()),
        part => Ok(part),
    }
}

// The capital of a letter that has two when they are spelled out: Greek ones with an iota below have one of their own.
fn titled(character: char) -> char {
    let more = match character {
        'ᾀ'..='ᾇ' | 'ᾐ'..='ᾗ' | 'ᾠ'..='ᾧ' => 8,
        'ᾳ' | 'ῃ' | 'ῳ' => 9,
        _ => 0,
    };
    char::from_u32(u32::from(character) + more).unwrap_or(character)
}

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use serde_json::json;

    #[test]
    fn they_do_as_in_opa() {
        for (call, expected) in [
            ("count(\"😀e\u{301}\")", json!(3)),
            ("count({1, 2})", json!(2)),
            ("count({\"a\": 1})", json!(1)),
            ("count([])", json!(0)),
            ("indexof(\"😀ab\", \"a\")", json!(1)),
            ("indexof(\"a\", \"b\")", json!(-1)),
            ("indexof_n(\"😀a😀a\", \"a\")", json!([1, 3])),
            ("indexof_n(\"aaa\", \"aa\")", json!([0, 1])),
            ("lower(\"İΣǄǅẞΩKÅᾈᏠ\")", json!("iσǆǆßωkåᾀꮰ")),
            ("upper(\"ᾀΐŉᾳǆǅϐµſıÿßﬁ\")", json!("ᾈΐŉᾼǄǄΒΜSIŸßﬁ")),
            ("replace(\"abc\", \"\", \"-\")", json!("-a-b-c-")),
            ("replace(\"éaé\", \"é\", \"\")", json!("a")),
        ] {
            assert_eq!(ask(call), Ok(Some(expected)), "{call}");
        }
        for call in [
            "count(1)",
            "indexof(\"a\", \"\")",
            "indexof_n(\"a\", \"\")",
            "replace(\"é\", \"\", \"-\")",
            "lower(1)",
        ] {
            assert!(ask(call).is_err(), "{call}");
        }
    }
}
