use super::*;

// All passes over a source, as far as it parses.
fn rewritten(text: &str) -> String {
    let mut text = text.to_owned();
    let mut names = Names::of(&text);
    for _ in 0..MOST_PASSES {
        let mut engine = regorus::Engine::new();
        if let Err(error) = engine.add_policy("p".to_owned(), text.clone()) {
            return format!("{text}\n{error}");
        }
        let module = engine.get_modules().last().cloned();
        match module.map(|module| of_module(&module, &mut names)) {
            Some(Ok(passed)) => match passed.rewritten {
                Some(next) => text = next.text,
                None => return text,
            },
            Some(Err(error)) => return error.to_string(),
            None => return text,
        }
    }
    text
}

#[test]
fn what_opa_evaluates_before_is_written_before() {
    for (rule, expected) in [
        // What stays: references and sides of `==` are undefined themselves.
        ("r if not input.x", "r if not input.x"),
        (
            "r if not input.x.y == input.z",
            "r if not input.x.y == input.z",
        ),
        (
            "r if { some y in [1]; not f(y) }",
            "r if { some y in [1]; not f(y) }",
        ),
        (
            "r if not f([y | y := input.x])",
            "r if not f([y | y := input.x])",
        ),
        ("r if input.x in input.y", "r if input.x in input.y"),
        // What is moved.
        ("r if not input.x < 1", "r if { A1 := input.x; not A1 < 1 }"),
        (
            "r if {\n\tnot f(input.x, \"a\") # b\n}",
            "r if {\n\tA1 := input.x; not f(A1, \"a\") # b\n}",
        ),
        (
            "r if not data.a[input.x][\"b\"]",
            "r if { A1 := input.x; not data.a[[A1][0]][\"b\"] }",
        ),
        (
            "r if not f(\"a\") == \"b\"",
            "r if { A1 := f(\"a\"); not A1 == \"b\" }",
        ),
        (
            "r if not (input.x + 1) * 2 > 3",
            "r if { A1 := (input.x + 1) * 2; not A1 > 3 }",
        ),
        (
            "r if not f((input.x))",
            "r if { A1 := input.x; not f((A1)) }",
        ),
        (
            "r if not f(input.x) with input.x as \"1\"",
            "r if { A1 := input.x with input.x as \"1\"; not f(A1) with input.x as \"1\" }",
        ),
        (
            "r := 1 if not f(input.x) else := 2 if not f(1)",
            "r := 1 if { A1 := input.x; not f(A1) } else := 2 if not f(1)",
        ),
        (
            "r := [x | some x in [1]; not f(input.y)]",
            "r := [x | some x in [1]; A1 := input.y; not f(A1)]",
        ),
        (
            "r if not f([g(input.x) | not g(input.y)])",
            "r if not f([g(input.x) | A1 := input.y; not g(A1)])",
        ),
        (
            "r if not f(count([1 | not g(input.y)]))",
            "r if { A1 := count([1 | A2 := input.y; not g(A2)]); not f(A1) }",
        ),
        (
            "r contains x.y if some x in input.l",
            "r contains A1 if { some x in input.l; A1 := x.y }",
        ),
        (
            "r := {x: {x1: 1}, y: {y1: 2}} if {\n\tx = \"a\"\n}",
            "r := A1 if {\n\tx = \"a\"; A1 := {x: {x1: 1}, y: {y1: 2}}\n}",
        ),
        (
            "r[x.k] := \"v\" if { some x in input.l } # c",
            "r[A1] := \"v\" if { some x in input.l; A1 := x.k } # c",
        ),
        (
            "r := x in input.y",
            "r := A1 if { A2 := [x][0]; A3 := input.y; A1 := A2 in A3 }",
        ),
        (
            "r if 1, input.x in {}",
            "r if { A1 := input.x; 1, A1 in {} }",
        ),
    ] {
        let source = format!("package p\n{rule}");
        let found = rewritten(&source).replace("__operand_", "A");
        assert_eq!(found, format!("package p\n{expected}"));
    }
}

#[test]
fn variables_get_their_values_first() {
    for (body, expected) in [
        // What stays: the core orders it as it is.
        ("xs[k]; v := xs[k].n; a[v]", "xs[k]; v := xs[k].n; a[v]"),
        ("xs[k]; v := k; v == 1", "xs[k]; v := k; v == 1"),
        ("v := input; a[v]", "v := input; a[v]"),
        ("v := own; a[v]", "v := own; a[v]"),
        ("not own[\"a\"]", "not own[\"a\"]"),
        (
            "some l in xs; every x in l { a[i] == x }",
            "some l in xs; every x in l { a[i] == x }",
        ),
        // What is held.
        (
            "xs[k]; some v; v = k; not a[v]",
            "xs[k]; some v; v = k; not a[[v][0]]",
        ),
        (
            "xs[k]; v := k; not a[[v, 1]]",
            "xs[k]; v := k; A1 := [[v, 1]][0]; not a[[A1][0]]",
        ),
        ("xs[k]; not a[k]", "xs[k]; A1 := [k][0]; not a[[A1][0]]"),
        ("xs[k]; v := k; a[v] == 1", "xs[k]; v := [k][0]; a[v] == 1"),
        ("xs[k]; v := [k, 1]; a[v]", "xs[k]; v := [[k, 1]][0]; a[v]"),
        (
            "xs[k]; v = k; every x in [1] { a[v] == x; own }",
            "xs[k]; v = k; every x in [[1], v][0] { a[v] == x; own }",
        ),
        (
            "xs[k]; every x in (xs) { y := [z | z := a[k]; x]; y }",
            "xs[k]; every x in ([xs, k][0]) { y := [z | z := a[k]; x]; y }",
        ),
    ] {
        let begin = "package p\nimport data.a\nimport data.xs\nown := {}\nr if {";
        let found = rewritten(&format!("{begin} {body} }}")).replace("__operand_", "A");
        assert_eq!(found, format!("{begin} {expected} }}"));
    }
}

#[test]
fn objects_as_patterns_are_compared_too() {
    for (rule, expected) in [
        (
            "r if some {\"a\": k} in input.x",
            "r if { some A1 in input.x; some k; {\"a\": k} = A1; {\"a\": k} == A1 }",
        ),
        (
            "r if { some i, [1, {\"a\": _}] in input.x; i }",
            "r if { some i, A2 in input.x; [1, {\"a\": A1}] = A2; [1, {\"a\": A1}] == A2; i }",
        ),
        (
            "r := k if { {\"a\": k} := input.x with input.y as 1 } # c",
            "r := k if { A1 := input.x with input.y as 1; {\"a\": k} := A1; {\"a\": k} == A1 } # c",
        ),
        (
            "r if { true; input.x = {\"a\": k} }",
            "r if { true; input.x = A1; {\"a\": k} = A1; {\"a\": k} == A1 }",
        ),
        (
            "f(_, {\"a\": k}) := k",
            "f(_, A1) := k if { some k; {\"a\": k} = A1; {\"a\": k} == A1 }",
        ),
        (
            "f({}) if input.x else := 2 if input.y",
            "f(A1) if { {} = A1; {} == A1; input.x } else := 2 if { {} = A1; {} == A1; input.y }",
        ),
        // What is compared as it is.
        ("r if {\"a\": 1} = input.x", "r if {\"a\": 1} = input.x"),
        (
            "r if { {\"a\": x} = {\"a\": y} }",
            "r if { {\"a\": x} = {\"a\": y} }",
        ),
        ("r if some [x] in input.x", "r if some [x] in input.x"),
    ] {
        let source = format!("package p\n{rule}");
        let found = rewritten(&source).replace("__operand_", "A");
        assert_eq!(found, format!("package p\n{expected}"));
    }
}

// The variables that only a `not` mentions.
fn unbound(body: &str) -> Vec<String> {
    let source = format!(
        "package p\nimport data.lists as imported\nimport input.one\nother := 1\nr(arg) := k if {{\n{body}\n}}"
    );
    let mut engine = regorus::Engine::new();
    engine.add_policy("p".to_owned(), source.clone()).unwrap();
    let module = engine.get_modules().last().cloned().unwrap();
    let passed = of_module(&module, &mut Names::of(&source)).unwrap();
    let unbound = passed.unbound.into_iter();
    unbound.map(|name| name.name).collect()
}

#[test]
fn a_variable_of_a_not_alone_is_found() {
    for (body, names) in [
        ("not input.a[x]", &["x"][..]),
        ("not input.a[x]; not input.b[y]", &["x", "y"]),
        ("not f(x)\n\tinput.y == 1", &["x"]),
        ("not x = 1", &["x"]),
        ("not input.a[x] with input.b as y", &["x", "y"]),
        ("z := [v | not input.a[x]; v := 1]", &["x"]),
        ("not input.a[k]", &["k"]),
        ("every y in input.a { not x == y }", &["x"]),
        ("every y in input.a { x := y }; not x", &["x"]),
        // One that something else gives a value is not.
        ("x := 1; not input.a[x]", &[]),
        ("some x in input.a\n\tnot input.b[x]", &[]),
        ("some x; not input.b[x]; input.a[x]", &[]),
        (
            "not input.a[arg]; not other; not imported[arg]; not one",
            &[],
        ),
        ("not data.q.x", &[]),
        ("not count([x | x := input.a[_]; x > 1]) > 0", &[]),
        ("not count({x | input.a[x]}) == 0", &[]),
        (
            "z := [x | some x in [1]; not f(x)]; y := [z | not z == arg]; y",
            &[],
        ),
        ("x = input.y\n\tnot x ==\n\t\targ", &[]),
        ("x = 1; every y in input.a { not x == y }", &[]),
        ("not count(input.a) with count as other", &[]),
        ("not time.parse_ns(input.a, arg) == 1", &[]),
    ] {
        assert_eq!(unbound(body), names, "{body}");
    }
}

#[test]
fn a_not_of_a_body_holds_where_an_operand_is_undefined() {
    for (import, expected) in [
        ("future.keywords.not", "r if not f(input.x)"),
        ("future.keywords", "r if not f(input.x)"),
        ("future.keywords.in", "r if { A1 := input.x; not f(A1) }"),
    ] {
        let begin = format!("package p\nimport {import}");
        let found = rewritten(&format!("{begin}\nr if not f(input.x)"));
        assert_eq!(
            found.replace("__operand_", "A"),
            format!("{begin}\n{expected}")
        );
    }
    let begin = "package p\nimport future.keywords.not";
    for (body, expected) in [
        ("xs[k]; v = k; not a[v]", "xs[k]; v = k; not a[[v][0]]"),
        (
            "xs[k]; v = k; not a[[v, 1]]",
            "xs[k]; v = k; not a[[[v, 1]][0]]",
        ),
        ("not input.x in input.y", "not input.x in input.y"),
    ] {
        let found = rewritten(&format!("{begin}\nr if {{ {body} }}"));
        assert_eq!(found, format!("{begin}\nr if {{ {expected} }}"));
    }
    let refused = rewritten(&format!("{begin}\nr if not 1, input.x in input.y"));
    assert!(
        refused.contains("give each operand a variable"),
        "{refused}"
    );
}

#[test]
fn names_are_those_that_the_text_has_not() {
    let found = rewritten("package p\n__operand_1 := 3\nr if not f(input.x)");
    assert!(
        found.contains("___operand_1 := input.x; not f(___operand_1)"),
        "{found}"
    );
}

#[test]
fn a_wildcard_under_a_not_is_unsafe() {
    for rule in [
        "r if not input.x[_]",
        "r if not f(input.x[_])",
        "r if { true; not input.x[_] == 1 }",
    ] {
        let error = rewritten(&format!("package p\n{rule}"));
        assert!(error.contains("the variable _ is unsafe"), "{error}");
    }
    assert!(rewritten("package p\nr if not f([1 | input.x[_]])").ends_with("[1 | input.x[_]])"));
}
