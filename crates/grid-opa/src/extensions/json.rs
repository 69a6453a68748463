//! `json.is_valid`, `json.marshal` and `json.unmarshal`: the core asks for a string where OPA says no, rounds integers beyond 64 bits, and
//! drops what it cannot carry.

use super::{Extension, Failure, argument, guarded, text};
use crate::answer::write_text;
use regorus::Value;
use serde::de::IgnoredAny;

pub(super) const ALL: [Extension; 3] = [
    guarded("json.is_valid", 1, |arguments| {
        Ok(matches!(argument(arguments, 1)?, Value::String(text) if is_valid(text)).into())
    }),
    guarded("json.marshal", 1, |arguments| {
        let value = argument(arguments, 1)?;
        let text = write_text(value).map_err(|error| Failure::Always(error.to_string()))?;
        // Go writes JSON for a page of HTML. None of these stands outside of a string.
        Ok(text
            .replace('<', "\\u003c")
            .replace('>', "\\u003e")
            .replace('&', "\\u0026")
            .replace('\u{2028}', "\\u2028")
            .replace('\u{2029}', "\\u2029")
            .into())
    }),
    guarded("json.unmarshal", 1, |arguments| {
        let text = text(arguments, 1)?;
        Value::from_json_str(text).map_err(|error| {
            // JSON to OPA: a number beyond those of this build, a half of a surrogate pair, or nested too deep.
            if is_valid(text) {
                Failure::Always(format!("this JSON cannot be read here: {error}"))
            } else {
                Failure::Undefined(error.to_string())
            }
        })
    }),
];

fn is_valid(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::super::tests::ask;
    use crate::{Engine, EngineOptions};
    use serde_json::json;

    #[test]
    fn they_do_as_in_opa() {
        for (call, expected) in [
            ("json.is_valid(`{\"a\": [1e2]}`)", json!(true)),
            ("json.is_valid(`{a: 1}`)", json!(false)),
            ("json.is_valid(1)", json!(false)),
            (
                "json.marshal(\"<é\u{2028}&>\")",
                json!("\"\\u003cé\\u2028\\u0026\\u003e\""),
            ),
            (
                "json.marshal(18446744073709551616)",
                json!("18446744073709551616"),
            ),
            (
                "json.marshal({1: {2, 1}, \"b\": null})",
                json!("{\"1\":[1,2],\"b\":null}"),
            ),
            (
                "json.unmarshal(`{\"a\": [1, null]}`)",
                json!({ "a": [1, null] }),
            ),
        ] {
            assert_eq!(ask(call), Ok(Some(expected)), "{call}");
        }
        assert!(ask("json.unmarshal(`{`)").is_err());
        assert!(ask("json.marshal(bits.lsh(1, 200))").is_err());
    }

    #[test]
    fn what_is_json_and_cannot_be_read_is_never_undefined() {
        let lenient = Engine::new(EngineOptions::default());
        for (call, fails) in [
            ("json.unmarshal(`{\"a\": 1e400}`)", true),
            ("json.unmarshal(`\"\\ud800\"`)", true),
            ("json.unmarshal(`{`)", false),
        ] {
            let answer = lenient
                .as_ref()
                .map(|engine| engine.evaluate(call, None).is_err());
            assert_eq!(answer, Ok(fails), "{call}");
        }
    }
}
