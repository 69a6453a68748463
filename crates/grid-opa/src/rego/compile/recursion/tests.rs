use crate::rego::compile::sample::faults;

#[test]
fn cycles_are_reported_for_each_rule() {
    let found = faults("p if { q }\nq if { not r }\nr if { p }");
    assert_eq!(
        found,
        [
            "2:1 rule data.t.p is recursive: data.t.p -> data.t.q -> data.t.r -> data.t.p",
            "3:1 rule data.t.q is recursive: data.t.q -> data.t.r -> data.t.p -> data.t.q",
            "4:1 rule data.t.r is recursive: data.t.r -> data.t.p -> data.t.q -> data.t.r",
        ]
    );
}

#[test]
fn possible_cycles_are_reported_with_their_conditions() {
    let may = "2:1 rule data.t.p may be recursive: data.t.p -> data.t.p";
    for (rules, cause) in [
        (
            "p if { some x in [\"q\", \"p\"]; data.t[x] }\nq := 1",
            r#"data.t[x] refers to data.t.p if x is "p" (x is one of ["q", "p"])"#,
        ),
        (
            "p if { x := input.k; data.t[x] }",
            r#"data.t[x] refers to data.t.p if x is "p" (x comes from input.k)"#,
        ),
        (
            "p if { data.t[input.k].v }",
            r#"data.t[input.k] refers to data.t.p if input.k is "p""#,
        ),
        (
            "p if { x := time.now_ns(); data.t[x] }",
            "data.t[x] could refer to data.t.p",
        ),
    ] {
        assert_eq!(faults(rules), [format!("{may} ({cause})")]);
    }
}

#[test]
fn many_cycles_take_no_time() {
    for rule in ["p{} if { some x; data.t[x] }", "p{} if { data.t }"] {
        let rules: Vec<String> = (0..2_000)
            .map(|n| rule.replace("{}", &n.to_string()))
            .collect();
        assert!(!faults(&rules.join("\n")).is_empty());
    }
    let rules: Vec<String> = (0..5_000)
        .map(|n| format!("p{n} := p{}", (n + 1) % 5_000))
        .collect();
    assert!(!faults(&rules.join("\n")).is_empty());
}
