//! Builtins of strings, arrays and objects.

use super::{Extension, Failure, argument, builtin, guarded, integer, text, wrong};
use crate::deadline;
use regorus::Value;

/// How many comparisons of patterns there are between looks at the clock.
const LOOK_EVERY: usize = 10_000;

pub(super) const ALL: [Extension; 5] = [
    builtin("array.flatten", 1, |arguments| {
        match argument(arguments, 1)? {
            Value::Array(items) => {
                let flat = items.iter().flat_map(|item| match item {
                    Value::Array(inner) => inner.to_vec(),
                    other => vec![other.clone()],
                });
                Ok(flat.collect::<Vec<_>>().into())
            }
            other => Err(wrong(1, "an array", other)),
        }
    }),
    builtin("object.subset", 2, |arguments| {
        subset(argument(arguments, 1)?, argument(arguments, 2)?).map(Value::from)
    }),
    builtin("strings.count", 2, |arguments| {
        // Of an empty text Go counts the places between the characters, and both ends.
        let (within, part) = (text(arguments, 1)?, text(arguments, 2)?);
        Ok((within.matches(part).count() as u64).into())
    }),
    guarded("strings.replace_n", 2, |arguments| {
        let Value::Object(patterns) = argument(arguments, 1)? else {
            return Err(wrong(1, "an object", argument(arguments, 1)?).into());
        };
        let mut pairs = Vec::new();
        for (old, new) in patterns.iter_sorted() {
            match (old, new) {
                (Value::String(old), Value::String(new)) => pairs.push((&**old, &**new)),
                _ => return Err("the patterns are an object of strings".to_owned().into()),
            }
        }
        Ok(replace_n(&pairs, text(arguments, 2)?)?.into())
    }),
    builtin("strings.split_n", 3, |arguments| {
        let (within, by, most) = (
            text(arguments, 1)?,
            text(arguments, 2)?,
            integer(arguments, 3)?,
        );
        Ok(split_n(within, by, most)
            .into_iter()
            .map(Value::from)
            .collect::<Vec<_>>()
            .into())
    }),
];

// As Go's strings.Replacer: at each place the first pattern that fits, in their order, and what was put in is not looked at again. An
// empty pattern fits at each place once; between the bytes of one character, where Go puts it too, it does not.
fn replace_n(pairs: &[(&str, &str)], text: &str) -> Result<String, Failure> {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    let mut was_empty = false;
    let mut compared = 0_usize;
    loop {
        compared += 1 + pairs.len();
        if compared > LOOK_EVERY {
            compared = 0;
            if deadline::has_passed() {
                return Err(Failure::Always("it took too long".to_owned()));
            }
        }
        let fits =
            |(old, _): &&(&str, &str)| rest.starts_with(old) && !(old.is_empty() && was_empty);
        if let Some((old, new)) = pairs.iter().find(fits) {
            result.push_str(new);
            rest = rest.get(old.len()..).unwrap_or_default();
            was_empty = old.is_empty();
            continue;
        }
        was_empty = false;
        let mut characters = rest.chars();
        let Some(next) = characters.next() else {
            return Ok(result);
        };
        result.push(next);
        rest = characters.as_str();
    }
}

// The first parts, or the last ones of a negative number; of an empty separator a part is a character.
fn split_n<'t>(text: &'t str, by: &str, count: i64) -> Vec<&'t str> {
    let parts: Vec<&str> = if by.is_empty() {
        let next = |(at, character): (usize, char)| text.get(at..at + character.len_utf8());
        text.char_indices().filter_map(next).collect()
    } else {
        text.split(by).collect()
    };
    let length = usize::try_from(count.unsigned_abs())
        .unwrap_or(usize::MAX)
        .min(parts.len());
    let from = if count < 0 { parts.len() - length } else { 0 };
    parts.into_iter().skip(from).take(length).collect()
}

// Whether `part` lies in `whole`: objects by keys and the values under them, sets and arrays by their items, an array in an array in a row.
fn subset(whole: &Value, part: &Value) -> Result<bool, String> {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => Ok(part.iter().all(|(key, value)| {
            whole.get(key).is_some_and(|found| lies_in(found, value))
        })),
        (Value::Set(whole), Value::Set(part)) => Ok(part.iter().all(|item| whole.contains(item))),
        (Value::Array(whole), Value::Array(part)) => {
            let (whole, part): (Vec<_>, Vec<_>) = (whole.iter().collect(), part.iter().collect());
            Ok(part.is_empty() || whole.windows(part.len()).any(|window| window == part))
        }
        (Value::Array(whole), Value::Set(part)) => Ok(part.iter().all(|item| whole.contains(item))),
        _ => Err("both arguments must be objects, sets or arrays, or the first an array and the second a set".to_owned()),
    }
}

fn lies_in(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Object(_), Value::Object(_))
        | (Value::Set(_), Value::Set(_))
        | (Value::Array(_), Value::Array(_)) => subset(found, wanted).unwrap_or(false),
        _ => found == wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use serde_json::json;

    #[test]
    fn they_do_as_in_opa() {
        for (call, expected) in [
            ("array.flatten([1, [2, [3]], []])", json!([1, 2, [3]])),
            ("strings.count(\"cheese\", \"e\")", json!(3)),
            ("strings.count(\"abc\", \"\")", json!(4)),
            ("strings.count(\"aaa\", \"aa\")", json!(1)),
            ("strings.split_n(\"a,b,c\", \",\", 2)", json!(["a", "b"])),
            (
                "strings.split_n(\"a,b,c\", \",\", 9)",
                json!(["a", "b", "c"]),
            ),
            ("strings.split_n(\"a,b,c\", \",\", 0)", json!([])),
            ("strings.split_n(\"a,b,c\", \",\", -2)", json!(["b", "c"])),
            ("strings.split_n(\"aöc\", \"\", 2)", json!(["a", "ö"])),
            (
                "strings.replace_n({\"\": \"-\", \"é\": \"e\"}, \"aéb\")",
                json!("-a-e-b-"),
            ),
            (
                "strings.replace_n({\"a\": \"b\", \"b\": \"a\"}, \"abab\")",
                json!("baba"),
            ),
            ("strings.replace_n({\"\": \"-\"}, \"ab\")", json!("-a-b-")),
            ("object.subset([1, 2, 3], [2, 3])", json!(true)),
            ("object.subset([1, 2, 3], [1, 3])", json!(false)),
            ("object.subset([1], [])", json!(true)),
            ("object.subset([1, 2], {2})", json!(true)),
            (
                "object.subset({\"a\": {\"b\": 1, \"c\": [1, 2]}}, {\"a\": {\"c\": [2]}})",
                json!(true),
            ),
            ("object.subset({\"a\": 1}, {\"a\": 2})", json!(false)),
        ] {
            assert_eq!(ask(call), Ok(Some(expected)), "{call}");
        }
        for call in [
            "object.subset({1}, [1])",
            "array.flatten({1})",
            "strings.replace_n({\"a\": 1}, \"a\")",
        ] {
            assert!(ask(call).is_err(), "{call}");
        }
    }
}
