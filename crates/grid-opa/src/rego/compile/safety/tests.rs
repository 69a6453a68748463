use crate::rego::compile::sample::{bodies, faults};

const STAGE: &str = "CheckSafetyRuleBodies";

#[test]
fn expressions_are_taken_when_their_inputs_have_values() {
    let ordered = bodies(STAGE, "p if { a > b; not c; b = 1; [c, a] = input.x }");
    assert_eq!(ordered, ["b = 1; [c, a] = input.x; gt(a, b); not c"]);
    let within = bodies(STAGE, "p if { [x | x > y; x = input.z[_]; y = z]; z = 1 }");
    assert_eq!(within, ["z = 1; [x | x = input.z[_]; y = z; gt(x, y)]"]);
}

#[test]
fn a_long_body_in_the_wrong_order_takes_no_time() {
    for (shape, count) in [
        ("v{} = v{}", 3_000),
        ("v{} = [x | x = v{}]", 3_000),
        ("every x in [v{}] { x > v{} }", 1_000),
    ] {
        let line = |number: usize| {
            let shape = shape.replacen("{}", &number.to_string(), 1);
            shape.replacen("{}", &(number + 1).to_string(), 1)
        };
        let mut lines: Vec<String> = (0..count).map(line).collect();
        if shape.starts_with("every") {
            lines.extend((0..count).map(|number| format!("v{number} = v{}", number + 1)));
        }
        let body = lines.join("\n");
        let ordered = bodies(STAGE, &format!("p if {{\n{body}\nv{count} = 1\n}}"));
        assert!(
            ordered[0].starts_with(&format!("v{count} = 1; ")),
            "{shape}"
        );
    }
}

#[test]
fn unsafe_variables_are_reported_at_their_first_place() {
    let unsafe_x = "2:8 var x is unsafe";
    assert_eq!(faults("p if { x > 1; not x }"), [unsafe_x]);
    assert_eq!(faults("p if { x := y }"), ["2:8 var y is unsafe"]);
    let keyword = faults("p if { x := [z | z = and] }");
    let hint = "(hint: `import future.keywords.and` to import a future keyword)";
    assert_eq!(
        keyword,
        [
            format!("2:18 var and is unsafe {hint}"),
            "2:18 var z is unsafe".into()
        ]
    );
    let head = faults("p[x] := y if { some x }");
    assert_eq!(head, ["2:3 var x is unsafe", "2:9 var y is unsafe"]);
}

/// Surprising behavior of OPA that decides which policies it accepts.
#[test]
fn surprising_orders_match_opa() {
    // The second expression is mistaken for the last one, which then has its place.
    let twice = "p if { y > 0; y > 1; y = input.a; y > 1 }";
    assert_eq!(faults(twice), ["2:15 var y is unsafe"]);
    // Its output is the variable that its comprehension reads.
    let own = "p if { f(input.xs[i], [y | y = i]) }\nf(a, b) := true";
    assert_eq!(faults(own), ["2:8 var i is unsafe"]);
    // The preceding call makes `c` safe for the `every`, although the call was not taken.
    let every = "import future.keywords.and\n\
        q contains b if { input.y[c] == b; every f in d { { f = a } and (data.base[c][e] == 1) }; \
        e = input.y[_]; a = input.y[_]; d = input.z }";
    assert_eq!(
        faults(every),
        ["3:19 var b is unsafe", "3:51 var c is unsafe"]
    );
}

#[test]
fn operands_without_braces_read_from_the_body() {
    let rules = "import future.keywords.and\np if { f(x) and input.a; x = 1 }\nf(x) := x";
    assert_eq!(bodies(STAGE, rules)[0], "x = 1; data.t.f(x) and input.a");
}
