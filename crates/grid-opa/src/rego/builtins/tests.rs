//! Calls builtins by name, with operands and results in JSON. `{"$set": [..]}` is a set.

mod limits;
mod notations;
#[cfg(feature = "crypto")]
mod providers;
#[cfg(feature = "jwt")]
mod tokens;

use super::{Context, Failure, Halt, Remembered, find, table};
use crate::permissions::{Outside, Permissions};
use crate::rego::value::{Set, Value, json, text};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

fn decoded(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(decoded).collect::<Vec<_>>().into(),
        Value::Object(fields) => match fields.get(&"$set".into()) {
            Some(Value::Array(items)) => {
                Value::Set(items.iter().map(decoded).collect::<Set>().into())
            }
            _ => {
                let fields = fields
                    .iter()
                    .map(|(key, value)| (key.clone(), decoded(value)));
                fields.collect::<BTreeMap<_, _>>().into()
            }
        },
        other => other.clone(),
    }
}

fn within(name: &str, operands: &[Value], bytes: u64, time: Duration) -> super::Answer {
    let mut left = bytes;
    let mut budget = |bytes| {
        left = left.checked_sub(bytes).ok_or(Halt::Memory)?;
        Ok(())
    };
    let mut remembered = Remembered {
        now_ns: Some(1_600_000_000_000_000_000),
        ..Remembered::default()
    };
    let allow = Permissions::from_json(r#"{"runtime": {"a": 1}}"#).unwrap();
    let outside = Outside::of(&allow, None).unwrap();
    let mut context = Context {
        remembered: &mut remembered,
        outside: Some(&outside),
        budget: &mut budget,
        deadline: Some(Instant::now() + time),
        notes: None,
        charged: 0,
    };
    let builtin = find(name).unwrap();
    assert_eq!(usize::from(builtin.arity), operands.len(), "{name}");
    (builtin.call)(operands, &mut context)
}

fn operands(operands: &str) -> Vec<Value> {
    let operands = json::read::<()>(operands, &mut |_| Ok(())).unwrap();
    match operands {
        Value::Array(operands) => operands.iter().map(decoded).collect(),
        other => unreachable!("{other:?} is not an array"),
    }
}

// The result in the notation of Rego, or the failure.
fn answer(name: &str, arguments: &str) -> String {
    match within(
        name,
        &operands(arguments),
        64 << 20,
        Duration::from_secs(60),
    ) {
        Ok(Some(value)) => text::begin_of(&value, usize::MAX),
        Ok(None) => "undefined".to_owned(),
        Err(Failure::Builtin(text)) => format!("builtin: {text}"),
        Err(Failure::Type(text)) => format!("type: {text}"),
        Err(Failure::Halt(Halt::Unsure(_))) => "unsure".to_owned(),
        Err(Failure::Halt(halt)) => format!("{halt:?}"),
    }
}

#[track_caller]
fn check(cases: &[(&str, &str, &str)]) {
    for (name, operands, expected) in cases {
        assert_eq!(answer(name, operands), *expected, "{name}({operands})");
    }
}

#[test]
fn names_are_sorted_and_each_is_found() {
    let all: Vec<_> = table().iter().map(|builtin| builtin.name).collect();
    assert!(all.is_sorted_by(|one, other| one < other));
    assert!(
        all.iter()
            .all(|name| find(name).is_some_and(|found| found.name == *name))
    );
    assert!(find("rego.parse").is_none());
}

#[test]
fn numbers() {
    check(&[
        ("plus", "[1, 2.5]", "3.5"),
        ("minus", r#"[{"$set": [1, 2]}, {"$set": [2]}]"#, "{1}"),
        (
            "minus",
            "[1, []]",
            "type: operand 2 must be number but got array",
        ),
        ("div", "[1, 0]", "builtin: divide by zero"),
        (
            "rem",
            "[5.5, 2]",
            "builtin: modulo on floating-point number",
        ),
        ("mul", "[9007199254740993, 3]", "27021597764222979"),
        ("round", "[-2.5]", "-3"),
        ("ceil", "[-0.5]", "1"),
        ("to_number", r#"["1e2"]"#, "1e2"),
        (
            "to_number",
            r#"["a"]"#,
            "builtin: strconv.ParseFloat: parsing \"a\": invalid syntax",
        ),
        ("numbers.range", "[3, 1]", "[3, 2, 1]"),
        ("numbers.range_step", "[1, 6, 2]", "[1, 3, 5]"),
        ("bits.lsh", "[1, 70]", "1180591620717411303424"),
        ("units.parse_bytes", r#"["1.5Ki"]"#, "1536"),
        ("format_int", "[255, 16]", "\"ff\""),
    ]);
}

#[test]
fn order_is_that_of_opa() {
    check(&[
        ("lt", r#"[{"a": 1}, {"$set": []}]"#, "true"),
        (
            "sort",
            r#"[[{"$set": [1]}, {"a": 1}, "a", 2, null, [1], true]]"#,
            r#"[null, true, 2, "a", [1], {"a": 1}, {1}]"#,
        ),
        ("max", r#"[{"$set": [1, "a"]}]"#, "\"a\""),
        ("equal", "[1, 1.0]", "true"),
        (
            "gt",
            "[123456789012345678901, 123456789012345678900]",
            "true",
        ),
    ]);
}

#[test]
fn texts() {
    check(&[
        ("concat", r#"[",", {"$set": ["b", "a"]}]"#, "\"a,b\""),
        ("split", r#"["añb", ""]"#, r#"["a", "ñ", "b"]"#),
        ("substring", r#"["äbc", 1, -1]"#, "\"bc\""),
        ("indexof_n", r#"["aXaXa", "a"]"#, "[0, 2, 4]"),
        ("trim_left", r#"["xxa", "x"]"#, "\"a\""),
        ("replace", r#"["aa", "a", "b"]"#, "\"bb\""),
        ("replace", r#"["ä", "", "b"]"#, "unsure"),
        (
            "strings.replace_n",
            r#"[{"": "-", "é": "e"}, "aéb"]"#,
            "\"-a-e-b-\"",
        ),
        (
            "strings.any_prefix_match",
            r#"[["ab", "c"], {"$set": ["a"]}]"#,
            "true",
        ),
        (
            "sprintf",
            r#"["%05.1f|%x|%s|%d", [3.14159, "az", [1], "a"]]"#,
            r#""003.1|617a|[1]|%!d(string=a)""#,
        ),
        (
            "upper",
            "[1]",
            "type: operand 1 must be string but got number",
        ),
        ("strings.count", r#"["cheese", "e"]"#, "3"),
        ("semver.compare", r#"["1.0.0-rc.1", "1.0.0"]"#, "-1"),
    ]);
}

#[test]
fn patterns_are_those_of_go() {
    check(&[
        ("regex.match", r#"["^\\d+$", "٣"]"#, "false"),
        (
            "regex.match",
            r#"["(", "a"]"#,
            "builtin: error parsing regexp: missing closing ): `(`",
        ),
        ("regex.is_valid", r#"["a{1001}"]"#, "false"),
        ("regex.replace", r#"["aab", "(a)", "<$1>"]"#, "\"<a><a>b\""),
        ("regex.split", r#"[",", "a,b"]"#, r#"["a", "b"]"#),
        (
            "regex.globs_match",
            r#"["a.a.[0-9]+z", "a.a.a.*"]"#,
            "false",
        ),
        ("glob.match", r#"["*.com", ["."], "a.b.com"]"#, "false"),
        ("glob.match", r#"["**.com", ["."], "a.b.com"]"#, "true"),
    ]);
}

#[test]
fn collections() {
    check(&[
        ("array.slice", "[[1, 2, 3], -1, 2]", "[1, 2]"),
        ("object.get", r#"[{"a": {"b": 1}}, ["a", "b"], 0]"#, "1"),
        (
            "object.union_n",
            r#"[[{"a": {"b": 1}}, {"a": {"c": 2}}]]"#,
            r#"{"a": {"b": 1, "c": 2}}"#,
        ),
        (
            "object.subset",
            r#"[{"a": [1, 2]}, {"a": [2, 1]}]"#,
            "false",
        ),
        ("internal.member_3", r#"["a", 1, {"a": 1}]"#, "true"),
        (
            "json.patch",
            r#"[{"a": [1]}, [{"op": "add", "path": "/a/-", "value": 2}]]"#,
            r#"{"a": [1, 2]}"#,
        ),
        (
            "json.filter",
            r#"[{"a": {"b": 1, "c": 2}}, ["a/c"]]"#,
            r#"{"a": {"c": 2}}"#,
        ),
        (
            "graph.reachable",
            r#"[{"a": ["b"], "b": []}, ["a"]]"#,
            r#"{"a", "b"}"#,
        ),
        (
            "count",
            "[1]",
            "type: operand 1 must be one of {array, object, set, string} but got number",
        ),
    ]);
}

#[test]
fn results_charge_memory_before_they_grow() {
    let long = "a".repeat(1000);
    let cases = [
        ("numbers.range", "[0, 9007199254740993]".to_owned()),
        ("net.cidr_expand", r#"["0.0.0.0/0"]"#.to_owned()),
        ("sprintf", r#"["%999999d", [1]]"#.to_owned()),
        ("strings.repeat", format!(r#"["{long}", 1000000]"#)),
        ("replace", format!(r#"["{long}{long}", "", "{long}"]"#)),
        ("bits.lsh", "[1, 200000]".to_owned()),
    ];
    for (name, arguments) in cases {
        if find(name).is_none() {
            continue;
        }
        let answer = within(name, &operands(&arguments), 20_000, Duration::from_secs(60));
        assert_eq!(answer, Err(Failure::Halt(Halt::Memory)), "{name}");
    }
}

// A width in `format!` has at most 65,535 characters.
#[test]
fn numbers_of_more_digits_than_a_placeholder_has() {
    let written = answer("sprintf", r#"["%.70000x", [1.5]]"#);
    assert_eq!(written.len(), r#""0x1.p+00""#.len() + 70_000);
    assert!(written.starts_with(r#""0x1.8000"#) && written.ends_with(r#"000p+00""#));
    let shifted = answer("bits.lsh", "[1, 262000]");
    assert_eq!(shifted.len(), 78_870);
    for (name, other, begin) in [
        ("mul", "1.5", "1083815161651142492"),
        ("plus", "0.5", "7225434411007616619"),
        ("div", "7", "1032204915858230945"),
    ] {
        let text = answer(name, &format!("[{shifted}, {other}]"));
        assert!(text.starts_with(begin), "{name}: {}", &text[..30]);
        assert!((78_869..=78_871).contains(&text.len()) && text.ends_with("0000"));
    }
}

#[test]
fn slow_builtins_check_the_deadline() {
    let networks = vec!["\"10.0.0.0/8\""; 2000].join(",");
    let edges: Vec<String> = (0..18)
        .map(|number| {
            format!(
                r#""{number}": ["{0}", "{0}x"], "{number}x": ["{0}", "{0}x"]"#,
                number + 1
            )
        })
        .collect();
    let cases = [
        (
            "graph.reachable_paths",
            format!(r#"[{{{}}}, ["0"]]"#, edges.join(",")),
        ),
        (
            "net.cidr_contains_matches",
            format!("[[{networks}], [{networks}]]"),
        ),
    ];
    for (name, arguments) in cases {
        let answer = within(name, &operands(&arguments), 1 << 30, Duration::ZERO);
        assert_eq!(answer, Err(Failure::Halt(Halt::Time)), "{name}");
    }
}
