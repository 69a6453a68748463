//! Parts of texts, compared with the parts of the complete document.

use super::*;
use crate::error::ErrorKind;

const ROOM: u32 = 1 << 16;

fn tree(paths: &[&[&str]]) -> InputParts {
    let mut tree = InputParts::default();
    for (part, path) in paths.iter().enumerate() {
        let path: Vec<String> = path.iter().map(|&name| name.to_owned()).collect();
        tree.add(&path, part);
    }
    tree
}

/// The parts as JSON texts. Checks that the complete document has the same parts.
fn parts_of(paths: &[&[&str]], text: &str) -> Vec<String> {
    let tree = tree(paths);
    let mut read = vec![Value::Undefined; paths.len()];
    assert_eq!(tree.read(text, &mut read, ROOM), Ok(()), "{text}");
    let mut taken = vec![Value::Undefined; paths.len()];
    let complete = document::read_text(text, "input", "max_input_bytes", ROOM);
    assert_eq!(
        complete.map(|complete| tree.take(complete, &mut taken)),
        Ok(())
    );
    assert_eq!(read, taken, "{text}");
    let written = |part: &Value| match part {
        Value::Undefined => "undefined".to_owned(),
        part => crate::document::answer::write_text(part).unwrap(),
    };
    read.iter().map(written).collect()
}

#[test]
fn parts_and_parts_below_parts() {
    let paths: [&[&str]; 5] = [&["a", "b"], &["a"], &["a", "b", "c"], &["x"], &["1"]];
    let text = r#"{"z": [{"a": 1}], "a": {"b": {"c": null, "d": 2}}, "1": false}"#;
    assert_eq!(
        parts_of(&paths, text),
        [
            r#"{"c":null,"d":2}"#,
            r#"{"b":{"c":null,"d":2}}"#,
            "null",
            "undefined",
            "false"
        ]
    );
    for text in ["null", "[{\"a\": 1}]", "\"a\"", "7", "{\"a\": [1]}"] {
        assert_eq!(parts_of(&paths, text)[2..4], ["undefined", "undefined"]);
    }
    // The complete input can be a part too.
    assert_eq!(parts_of(&[&[], &["a"]], r#"{"a": 1}"#), [r#"{"a":1}"#, "1"]);
    assert_eq!(parts_of(&[&[]], "[1, null]"), ["[1,null]"]);
}

#[test]
fn the_last_of_equal_keys_counts() {
    let paths: [&[&str]; 3] = [&["a", "b"], &["a", "c"], &["d"]];
    for (text, expected) in [
        (
            r#"{"a": {"b": 1, "b": 2}}"#,
            ["2", "undefined", "undefined"],
        ),
        (
            r#"{"a": {"b": 1}, "a": {"c": 2}}"#,
            ["undefined", "2", "undefined"],
        ),
        (
            r#"{"a": {"b": 1}, "a": 3}"#,
            ["undefined", "undefined", "undefined"],
        ),
        (
            r#"{"a": 3, "a": {"b": 1}}"#,
            ["1", "undefined", "undefined"],
        ),
        (r#"{"d": 1, "\u0064": 2}"#, ["undefined", "undefined", "2"]),
        (
            r#"{"a": {"b": 1, "b": {}}, "d": []}"#,
            ["{}", "undefined", "[]"],
        ),
    ] {
        assert_eq!(parts_of(&paths, text), expected, "{text}");
    }
    let complete: [&[&str]; 2] = [&["a"], &["a", "b"]];
    assert_eq!(
        parts_of(&complete, r#"{"a": {"b": 1}, "a": {}}"#),
        ["{}", "undefined"]
    );
}

#[test]
fn unused_parts_are_checked_too() {
    let deep = |levels: usize| format!(r#"{{"z": {}{}}}"#, "[".repeat(levels), "]".repeat(levels));
    let bad = [
        r#"{"z": 1e100000}"#.to_owned(),
        r#"{"z": 01}"#.to_owned(),
        r#"{"z": "\ud800"}"#.to_owned(),
        r#"{"\ud800": 1}"#.to_owned(),
        r#"{"z": {"\ud800": 1}}"#.to_owned(),
        "{\"z\": \"\u{1}\"}".to_owned(),
        r#"{"a": {"b": 1}, "z": }"#.to_owned(),
        r#"{"z": 1,}"#.to_owned(),
        r#"{"a": {"b": 1}} x"#.to_owned(),
        r#"{"z": {1: 2}}"#.to_owned(),
        String::new(),
        deep(127),
        deep(100_000),
    ];
    for paths in [
        &[] as &[&[&str]],
        &[&["a", "b"]],
        &[&["z"]],
        &[&["z", "y"]],
        &[&[]],
    ] {
        let tree = tree(paths);
        for text in &bad {
            let mut parts = vec![Value::Undefined; paths.len()];
            let found = tree.read(text, &mut parts, 1 << 20);
            let complete = document::read_text(text, "input", "max_input_bytes", 1 << 20);
            let complete = complete.map(|_| ());
            assert!(complete.is_err(), "{text:.60}");
            assert_eq!(found, complete, "{text:.60}");
        }
        let mut parts = vec![Value::Undefined; paths.len()];
        assert!(tree.read(&deep(126), &mut parts, ROOM).is_ok());
        let long = format!("{{}}{}", " ".repeat(ROOM as usize));
        let error = tree.read(&long, &mut parts, ROOM);
        assert!(error.is_err_and(|error| error.kind() == ErrorKind::Limit));
    }
}
