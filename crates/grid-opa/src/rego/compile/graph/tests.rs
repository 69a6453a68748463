use crate::rego::compile::sample::after;
use crate::rego::compile::{Compiler, Graph};
use crate::rego::syntax::text;

/// The names of the rules, each after its dependencies.
fn order(rules: &str) -> Vec<String> {
    after("SetGraph", rules, |compiler| {
        let graph = std::mem::take(&mut compiler.graph);
        names(compiler, &graph, graph.order())
    })
}

fn names(compiler: &Compiler<'_>, graph: &Graph, numbers: &[usize]) -> Vec<String> {
    let rules = graph.syntax(&compiler.modules);
    let name = |number: &usize| text::of_ref(&rules[*number].unwrap().head.reference);
    numbers.iter().map(name).collect()
}

#[test]
fn rules_follow_their_dependencies() {
    assert_eq!(order("p := q\nq := r\nr := 1"), ["r", "q", "p"]);
    assert_eq!(
        order("p if { data.t.s[input.x] }\ns.a := b\nb := 1"),
        ["b", "s.a", "p"]
    );
    assert_eq!(
        order("p := 1 if input.x else := q\nq := 1"),
        ["p", "q", "p"]
    );
}

#[test]
fn known_values_narrow_references_down() {
    let rules = "p if { some x in [\"q\", \"r\"]; data.t[x].v }\nq.v := 1\nr.v := 1\ns.v := p";
    assert_eq!(order(rules), ["q.v", "r.v", "p", "s.v"]);
    assert!(order(&rules.replace("some x in", "x = input.x; y =")).is_empty());
}

#[test]
fn many_rules_form_groups() {
    let count = 3_000;
    let readers: Vec<String> = (0..count)
        .map(|n| format!("p{n} := data.t.s[{n}]"))
        .collect();
    let items: Vec<String> = (0..count).map(|n| format!("s contains {n}")).collect();
    let rules = format!("{}\n{}", readers.join("\n"), items.join("\n"));
    after("SetGraph", &rules, |compiler| {
        let graph = &compiler.graph;
        let edges: usize = graph.edges().iter().map(Vec::len).sum();
        assert!(edges < 3 * count, "{edges}");
        assert_eq!(
            graph.dependencies(0),
            (count..2 * count).collect::<Vec<_>>()
        );
        assert_eq!(graph.dependents([count]).len(), count + 1);
        assert_eq!(graph.order().len(), 2 * count);
    });
}

#[test]
fn a_long_chain_needs_no_stack() {
    let rules: Vec<String> = (0..20_000).map(|n| format!("p{n} := p{}", n + 1)).collect();
    let order = order(&format!("{}\np20000 := 1", rules.join("\n")));
    assert_eq!(order.first().map(String::as_str), Some("p20000"));
    assert_eq!(order.len(), 20_001);
}
