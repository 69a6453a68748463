//! Answers by construct.

use super::{Loaded, answers_of};

#[test]
fn constants_comparisons_and_parts_of_the_input() {
    answers_of(
        "package p\nr if { input.a == 1; input.b.c != null }",
        &[
            (r#"{"a": 1, "b": {"c": false}}"#, Some("true")),
            (r#"{"a": 1.0, "b": {"c": 0}}"#, Some("true")),
            (r#"{"a": "1", "b": {"c": 0}}"#, None),
            (r#"{"a": 1, "b": {"c": null}}"#, None),
            (r#"{"a": 1}"#, None),
            (r#"{"a": 1, "b": [1]}"#, None),
            ("null", None),
            ("[1]", None),
        ],
    );
    answers_of(
        "package p\nr := [input.a < input.b, input.a == input.b, input.a >= input.b]",
        &[
            (r#"{"a": null, "b": false}"#, Some("[true,false,false]")),
            (r#"{"a": "a", "b": 2}"#, Some("[false,false,true]")),
            (r#"{"a": [], "b": {}}"#, Some("[true,false,false]")),
            (r#"{"a": -0, "b": 0}"#, Some("[false,true,true]")),
            (r#"{"a": 1}"#, None),
        ],
    );
}

#[test]
fn numbers_keep_their_digits_and_their_equality() {
    answers_of(
        "package p\nr := x if { some x in [9007199254740993, 18446744073709551615]; x == input.n }",
        &[
            (r#"{"n": 9007199254740993}"#, Some("9007199254740993")),
            (r#"{"n": 9007199254740992}"#, None),
            (
                r#"{"n": 18446744073709551615}"#,
                Some("18446744073709551615"),
            ),
        ],
    );
    answers_of(
        "package p\nr := {1, 1.0, 1e0, input.n}",
        &[
            (r#"{"n": 1.0}"#, Some("[1]")),
            (r#"{"n": 2}"#, Some("[1,2]")),
        ],
    );
}

#[test]
fn many_clauses_are_indexed_and_conflicts_are_errors() {
    let source = r#"package p
default r := "none"
r := 1 if { input.a == "x"; input.b == 1 }
r := 2 if { input.a == "x"; input.b == 2 }
r := 3 if { "y" == input.a; input.b == 1 }
r := 4 if { input.a == "z" }
r := 5 if { input.a == "z"; input.b == 2 }
r := 6 if { input.c }
"#;
    answers_of(
        source,
        &[
            (r#"{"a": "x", "b": 1.0}"#, Some("1")),
            (r#"{"a": "x", "b": 2}"#, Some("2")),
            (r#"{"a": "y", "b": 1}"#, Some("3")),
            (r#"{"a": "z"}"#, Some("4")),
            (r#"{"c": 0}"#, Some("6")),
            (r#"{"c": false}"#, Some("\"none\"")),
            (r#"{"a": ["x"]}"#, Some("\"none\"")),
        ],
    );
    let loaded = Loaded::of(&[source]);
    for input in [r#"{"a": "z", "b": 2}"#, r#"{"a": "x", "b": 1, "c": 1}"#] {
        let error = loaded.evaluate("r", input).unwrap_err();
        assert_eq!(error.opa_code(), Some("eval_conflict_error"));
    }
}

#[test]
fn sets_objects_and_undefined_values() {
    answers_of(
        "package p\nr contains x if some x in input.list\nr contains input.a\nr contains null if input.b == false",
        &[
            (
                r#"{"list": [1, 1.0, false], "b": false}"#,
                Some("[null,false,1]"),
            ),
            (r#"{"a": null}"#, Some("[null]")),
            ("{}", Some("[]")),
        ],
    );
    answers_of(
        "package p\nr[k] := v if some k, v in input.a\nr[input.k] := 1",
        &[
            (
                r#"{"a": {"x": false}, "k": "y"}"#,
                Some(r#"{"x":false,"y":1}"#),
            ),
            (r#"{"a": {"x": 1}, "k": "x"}"#, Some(r#"{"x":1}"#)),
            ("{}", Some("{}")),
        ],
    );
}

#[test]
fn iterations_and_keys() {
    answers_of(
        "package p\nr contains [i, v] if { v := input.list[i]; v != false }",
        &[
            (
                r#"{"list": ["a", false, null]}"#,
                Some(r#"[[0,"a"],[2,null]]"#),
            ),
            (r#"{"list": {"x": 1}}"#, Some(r#"[["x",1]]"#)),
            (r#"{"list": "text"}"#, Some("[]")),
        ],
    );
    answers_of(
        r#"package p
r if { some i; input.list[i] == "a"; data.d.list[i] == "a" }
r if input.m[_][_] == 7
r if { x := input.k; data.d.users[x].roles[_] == "admin" }"#,
        &[
            (r#"{"list": ["a"]}"#, Some("true")),
            (r#"{"list": ["b", "a"]}"#, None),
            (r#"{"m": {"a": [1, 7]}}"#, Some("true")),
            (r#"{"k": "ann"}"#, Some("true")),
            (r#"{"k": "bob"}"#, None),
            (r#"{"k": 1}"#, None),
        ],
    );
    // OPA finds the field "1" by the number 1 only in data.
    answers_of(
        "package p\nr := [data.d[input.k].n, input.o]",
        &[
            (r#"{"k": "1", "o": 1}"#, Some("[1,1]")),
            (r#"{"k": 1, "o": 1}"#, Some("[1,1]")),
            (r#"{"k": 1.0}"#, None),
        ],
    );
    answers_of(
        "package p\nr := input.o[input.k]",
        &[
            (r#"{"o": {"1": 7}, "k": 1}"#, None),
            (r#"{"o": [5, 7], "k": 1.0}"#, Some("7")),
            (r#"{"o": [5, 7], "k": -1}"#, None),
        ],
    );
}

#[test]
fn functions_their_constants_and_defaults() {
    answers_of(
        r#"package p
default f(_, _) := "default"
f("a", x) := x
f(1, _) := "one"
f(x, y) := "equal" if x == y
r := f(input.a, input.b)"#,
        &[
            (r#"{"a": "a", "b": null}"#, Some("null")),
            (r#"{"a": 1.0, "b": 2}"#, Some("\"one\"")),
            (r#"{"a": [1], "b": [1.0]}"#, Some("\"equal\"")),
            (r#"{"a": 7, "b": 8}"#, Some("\"default\"")),
            (r#"{"a": 7}"#, None),
        ],
    );
}

#[test]
fn not_every_and_comprehensions() {
    answers_of(
        "package p\nr if { not input.a; not q; every x in input.list { x > 1; not x == 5 } }\nq if input.q",
        &[
            (r#"{"list": [2, 3]}"#, Some("true")),
            (r#"{"list": []}"#, Some("true")),
            (r#"{"list": [2, 5]}"#, None),
            (r#"{"a": false, "list": {"x": 4}}"#, Some("true")),
            (r#"{"a": null, "list": []}"#, None),
            (r#"{"q": 1, "list": []}"#, None),
            ("{}", None),
        ],
    );
    answers_of(
        "package p\nr := {k: [w | some w in v; w != k] | some k, v in input.a}",
        &[
            (
                r#"{"a": {"x": ["x", "y"], "z": []}}"#,
                Some(r#"{"x":["y"],"z":[]}"#),
            ),
            ("{}", Some("{}")),
        ],
    );
}

#[test]
fn else_and_default() {
    answers_of(
        "package p\ndefault r := null\nr := 1 if input.a else := false if input.b else := 3 if input.c",
        &[
            (r#"{"a": 0}"#, Some("1")),
            (r#"{"a": false, "b": 1, "c": 1}"#, Some("false")),
            (r#"{"c": []}"#, Some("3")),
            ("{}", Some("null")),
        ],
    );
}

#[test]
fn names_that_hide_others() {
    let loaded = Loaded::of(&[
        "package q\nv := \"of q\"\nf(x) := [x]",
        r#"package p
import data.d
import data.q as other
import input.user as person
q := "own"
r := [other.v, other.f(person.name), data.q.v, d.numbers[0], q, s]
s := {q | q := "inner"}
t := x if { x := data.q.f("y") }
u(q) := q
w := u("given")"#,
    ]);
    let input = r#"{"user": {"name": "ann"}}"#;
    assert_eq!(
        loaded.answer("r", input).as_deref(),
        Some(r#"["of q",["ann"],"of q",1,"own",["inner"]]"#)
    );
    assert_eq!(loaded.answer("w", input).as_deref(), Some("\"given\""));
    assert_eq!(loaded.answer("t", input).as_deref(), Some("[\"y\"]"));
}

#[test]
fn texts_of_inputs_are_read_in_part() {
    let source = "package p\nr := [x | some x in [input.a, input.a.b, input.b]]\nq := input.a.b";
    answers_of(
        source,
        &[
            (r#"{"a": {"b": 1}, "a": {"c": 2}, "b": 3}"#, Some("[]")),
            (
                r#"{"a": 1, "a": {"b": 2}, "b": 3}"#,
                Some(r#"[{"b":2},2,3]"#),
            ),
            (
                r#"{"\u0061": {"\u0062": "\u00e9"}, "b": -0}"#,
                Some(r#"[{"b":"é"},"é",-0]"#),
            ),
        ],
    );
    let loaded = Loaded::of(&[source]);
    assert_eq!(loaded.answer("q", r#"{"a": {"b": 1}, "a": 2}"#), None);
    // Unused parts are checked too.
    let deep = |levels: usize| format!("{{\"z\": {}{}}}", "[".repeat(levels), "]".repeat(levels));
    for (input, code) in [
        (r#"{"z": [1e100000]}"#.to_owned(), "GRID_INPUT"),
        (r#"{"z": "\ud800"}"#.to_owned(), "GRID_INPUT"),
        (r#"{"a": {"b": 1}} 2"#.to_owned(), "GRID_INPUT"),
        (deep(127), "GRID_LIMIT"),
    ] {
        let answer = loaded.evaluate("q", &input);
        assert_eq!(answer.map_err(|error| error.code()), Err(code), "{input}");
    }
    assert_eq!(loaded.answer("q", &deep(126)), None);
}
