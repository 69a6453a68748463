#![allow(clippy::expect_used, clippy::panic)] // Tests may panic.
mod limits;

use super::*;
use crate::rego::syntax::ast::Version;
use crate::rego::syntax::parser::{ParseOptions, parse_module};
use crate::rego::types::messages::show;

const OPTIONS: ParseOptions = ParseOptions {
    version: Version::V1,
    max_depth: 200,
    file: 0,
    max_faults: 10,
    annotations: None,
};

/// Checks a module whose names are already resolved. Its rules are in dependency order.
fn checked(text: &str) -> (TypeEnv, Vec<Fault>, Vec<String>) {
    let module = match parse_module(&format!("package p\n{text}"), &OPTIONS) {
        Ok(module) => module,
        Err(faults) => panic!("{faults:?}"),
    };
    let order: Vec<_> = (0..module.rules.len())
        .map(|rule| RuleId { module: 0, rule })
        .collect();
    let rewritten = [("__local0__".into(), "user".into())].into();
    let builtins = Builtins::with_host([Declaration::host("acme.find", 2)]);
    let all: Vec<_> = module
        .rules
        .iter()
        .map(|rule| {
            let head = rule
                .head
                .reference
                .first()
                .and_then(Term::as_var)
                .map_or("", |name| name);
            vec![
                Term::var("data", rule.span),
                Term::string("p", rule.span),
                Term::string(head, rule.span),
            ]
        })
        .collect();
    let input = CheckInput {
        modules: &[module],
        order: &order,
        surroundings: Surroundings {
            builtins: &builtins,
            rewritten: &rewritten,
            subjects: &HashMap::new(),
            dependents: &|_| all.clone(),
            end: None,
        },
    };
    let (env, faults) = check_modules(&input);
    let checker = Checker::new(&input.surroundings, 100);
    let outer = Env::builtins();
    let types = all
        .iter()
        .map(|path| show::text(checker.type_of_ref(&outer.rules(&env.tree), path).as_ref()));
    let types = types.collect();
    (env, faults, types)
}

/// The first fault: its row, its message and its details.
fn fault(text: &str) -> String {
    let (_, faults, _) = checked(text);
    faults.first().map_or_else(String::new, |fault| {
        let (row, details) = (fault.span.row, fault.details.join("\n"));
        format!("{row}: {}\n{details}", fault.message)
    })
}

/// The type of the last rule. There must be no faults.
fn type_of(text: &str) -> String {
    let (_, faults, mut types) = checked(text);
    assert_eq!(faults, [], "{text}");
    types.pop().unwrap_or_default()
}

#[test]
fn rules_get_the_types_of_their_values() {
    for (text, expected) in [
        ("q = 1", "number"),
        (
            "q = {\"a\": [1, \"b\"], 2: null}",
            "object<2: null, a: array<number, string>>",
        ),
        ("q contains x if x = input.a", "set[any]"),
        ("q = x if x = [y | upper(\"a\", y)]", "array[string]"),
        ("q[x] = y if { x = \"a\"; y = 1 }", "object[string: number]"),
        (
            "q[x].r[y] contains z if { x = \"a\"; y = 1; z = null }",
            "object[string: object[string: object[number: set[null]]]]",
        ),
        (
            "f(x, [y, z]) = r if plus(x, y, r)",
            "(number, array<number, any>) => number",
        ),
        ("q = 1 if input.a else = \"b\"", "any<number, string>"),
        ("a = 1\nq = x if x = data.p.a", "number"),
        (
            "a = {\"b\": 1, \"c\": \"d\"}\nq = x if x = data.p.a[_]",
            "any<number, string>",
        ),
        ("q = x if acme.find(1, 2, x)", "any"),
    ] {
        assert_eq!(type_of(text), expected, "{text}");
    }
}

#[test]
fn calls_are_checked_against_declarations() {
    let found = fault("q if upper(1, x)");
    assert_eq!(
        found,
        "2: upper: invalid argument(s)\nhave: (number, ???)\nwant: (x: string, y: string)"
    );
    let found = fault("q if {\n\tx = input.a\n\tabs(x, y)\n\tstartswith(y, \"a\")\n}");
    assert_eq!(
        found,
        "5: startswith: invalid argument(s)\nhave: (number, string)\nwant: (search: string, base: string, result: boolean)"
    );
    assert!(fault("q if sum([1, x], 1)").is_empty());
    assert!(
        fault("q if { x = \"a\"; sum([1, x], y) }").contains("have: (array<number, string>, ???)")
    );
    assert!(
        fault("f(1) = 2\nq if data.p.f(\"a\", x)").starts_with("3: data.p.f: invalid argument(s)")
    );
    assert!(fault("q if abs()").starts_with("2: abs: too few arguments"));
    assert!(fault("q if abs(1, 2, 3)").starts_with("2: abs: too many arguments"));
    assert!(fault("q if nope(1)").starts_with("2: undefined function nope"));
    assert!(fault("q if data.other.f(1)").is_empty());
}

#[test]
fn compared_values_must_be_able_to_be_equal() {
    assert_eq!(
        fault("q if 1 = \"a\""),
        "2: match error\nleft  : number\nright : string"
    );
    assert_eq!(fault("q if { x = input.a; x = 1; x = \"a\" }"), "");
    assert!(fault("q if { x = 1; [x, y] = [\"a\", 2] }").starts_with("2: match error"));
    assert!(fault("q if { \"a\" in [1, 2] }").ends_with("left  : string\nright : number"));
    assert!(fault("q if { internal.member_3(\"a\", 1, [1]) }").starts_with("2: match error"));
    assert_eq!(fault("q if { 1 in {} ; 1 in input.a }"), "");
    assert!(
        fault("q if { {\"a\": 1} = {\"b\": 1} }").contains("hint  : both sides are objects but")
    );
}

#[test]
fn references_must_be_able_to_lead_somewhere() {
    let rule = "a = {\"b\": 1, \"c\": {\"d\": \"e\"}}\n";
    let found = fault(&format!("{rule}q if data.p.a.x"));
    let lines = [
        "3: undefined ref: data.p.a.x",
        "data.p.a.x",
        "         ^",
        "         have: \"x\"",
        "         want (one of): [\"b\" \"c\"]",
    ];
    assert_eq!(found, lines.join("\n"));
    let found = fault(&format!("{rule}q if data.p.a.b.c"));
    assert_eq!(
        found,
        "3: undefined ref: data.p.a.b.c\ndata.p.a.b.c\n^^^^^^^^^^\nhave: number"
    );
    let found = fault(&format!(
        "{rule}q if {{ __local0__ = 1; data.p.a[__local0__] }}"
    ));
    assert!(
        found.starts_with("3: undefined ref: data.p.a[user]\n")
            && found.contains("have (type): number")
    );
    assert!(
        fault("f(x) = x\nq if data.p.f")
            .starts_with("3: function data.p.f used as reference, not called")
    );
    assert!(
        fault("a = 1\nq if data[1]").ends_with("have (type): number\n     want (one of): [\"p\"]")
    );
    assert_eq!(
        fault(&format!("{rule}q if {{ data.p.a[x]; x = \"b\" }}")),
        ""
    );
    assert_eq!(fault("e = {}\nq if data.p.e[_]"), "");
    assert!(fault("e = {}\nq if data.p.e.a").ends_with("want (one of): []"));
}

#[test]
fn faults_do_not_cause_others() {
    let (_, faults, _) = checked(
        "a = x if x = data.p.b.c.d\nb = 1\nq if { data.p.a.z; x = [y | y = data.p.b.c]; count(x, 1) }",
    );
    let messages: Vec<_> = faults.iter().map(|fault| fault.message.as_str()).collect();
    assert_eq!(messages, ["undefined ref: data.p.b.c"]);
}

#[test]
fn comprehensions_are_checked_in_their_context() {
    assert!(fault("q if { x = \"a\"; y = [z | z = x; abs(z, _)] }").starts_with("2: abs: invalid"));
    assert!(
        fault("q if { y = {z | w = [v | v = 1; upper(v, _)]; z = w} }")
            .starts_with("2: upper: invalid")
    );
    assert_eq!(
        type_of("q = y if { y = {k: v | v = input.a[k]} }"),
        "object[any: any]"
    );
}

#[test]
fn modifiers_widen_what_they_replace() {
    assert!(fault("a = 1\nq if data.p.a = \"x\"").starts_with("3: match error"));
    assert_eq!(
        fault("a = 1\nq if data.p.a = \"x\" with data.p.a as \"x\""),
        ""
    );
    assert_eq!(fault("a = 1\nq if data.p.a = \"x\" with input.b as 2"), "");
    let found = fault("f(x) = x\nq if count([], 0) with count as data.p.f");
    assert_eq!(found, "");
    let found = fault("f(x, y) = x\nq if count([], 0) with count as data.p.f");
    assert!(found.starts_with("3: count: arity mismatch\nhave: (any, any)\nwant: (collection: "));
}

#[test]
fn calls_with_a_wrong_number_of_operands_report_the_parameters() {
    let (env, _, _) = checked("q = 1");
    let span = Span::default();
    let operator = |name| {
        Term::new(
            crate::rego::syntax::ast::TermKind::Ref(vec![Term::var(name, span)]),
            span,
        )
    };
    let surroundings = Surroundings {
        builtins: &Builtins::default(),
        rewritten: &HashMap::new(),
        subjects: &HashMap::new(),
        dependents: &|_| Vec::new(),
        end: None,
    };
    let operands = [Term::string("a", span)];
    let found = arity_fault(&env, &surroundings, &operator("indexof"), &operands, span);
    let found = found.map(|fault| (fault.message, fault.details));
    let lines = ["have: (string)", "want: (haystack: string, needle: string)"];
    assert_eq!(
        found,
        Some((
            "indexof: arity mismatch".to_owned(),
            lines.map(str::to_owned).into()
        ))
    );
    assert!(arity_fault(&env, &surroundings, &operator("nope"), &operands, span).is_none());
}

#[test]
fn queries_know_the_types_of_rules() {
    let (env, _, _) = checked("a = 1");
    let query = parse_module("package p\nq if upper(data.p.a, x)", &OPTIONS);
    let body = query
        .ok()
        .and_then(|module| module.rules.into_iter().next())
        .map(|rule| rule.body);
    let surroundings = Surroundings {
        builtins: &Builtins::default(),
        rewritten: &HashMap::new(),
        subjects: &HashMap::new(),
        dependents: &|_| Vec::new(),
        end: None,
    };
    let faults = check_body(&env, &surroundings, &body.unwrap_or_default());
    let messages: Vec<_> = faults.iter().map(|fault| fault.message.as_str()).collect();
    assert_eq!(messages, ["upper: invalid argument(s)"]);
}
