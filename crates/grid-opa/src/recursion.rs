//! Functions that come back to themselves.
//!
//! OPA refuses every rule that does. The core tells so of rules when it evaluates them, and of functions never: it would call them until
//! the stack ends. So a set with such a function does not compile.

use crate::compile;
use crate::error::Error;
use crate::rewrite::order::{self, Scope};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use regorus::unstable::{Expr, Module, Query, Ref, Rule, RuleHead, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Names of a path below `data`.
type Path = Vec<String>;

/// A rule or function: all of its clauses together, as far as its path has no variable.
#[derive(Default)]
struct Node<'a> {
    /// Where it begins, if it is a function.
    function: Option<&'a Span>,
    uses: BTreeSet<Path>,
}

/// The error for the first function that may call itself, by whatever way.
pub(crate) fn check(modules: &[Ref<Module>]) -> Option<Error> {
    let is_function = |rule: &Ref<Rule>| {
        matches!(
            &**rule,
            Rule::Spec {
                head: RuleHead::Func { .. },
                ..
            }
        )
    };
    if !modules
        .iter()
        .any(|module| module.policy.iter().any(is_function))
    {
        return None;
    }
    let mut rules: BTreeMap<Path, Node<'_>> = BTreeMap::new();
    for module in modules {
        let names = Names::of(module);
        for rule in &module.policy {
            names.rule(rule, &mut rules);
        }
    }
    let graph = graph_of(&rules);
    for members in kosaraju_scc(&graph) {
        let turns = match members.as_slice() {
            [only] => graph.contains_edge(*only, *only),
            _ => true,
        };
        let mut paths = members
            .iter()
            .filter_map(|&member| graph.node_weight(member));
        let function = paths.find_map(|path| Some((path, rules.get(*path)?.function?)));
        if let (true, Some((path, span))) = (turns, function) {
            return Some(compile::recursive(&path.join("."), span));
        }
    }
    None
}

// Rules lead to those that they use. A path above rules leads to all of them, over a node of its own.
fn graph_of<'a>(rules: &'a BTreeMap<Path, Node<'_>>) -> DiGraph<&'a Path, ()> {
    let mut graph = DiGraph::new();
    let nodes: BTreeMap<&Path, NodeIndex> = rules
        .keys()
        .map(|path| (path, graph.add_node(path)))
        .collect();
    let mut above: BTreeMap<&Path, NodeIndex> = BTreeMap::new();
    for (path, Node { uses, .. }) in rules {
        let Some(&from) = nodes.get(path) else {
            continue;
        };
        for used in uses {
            for length in 1..=used.len() {
                let rule = used
                    .get(..length)
                    .and_then(|part| nodes.get(&part.to_vec()));
                if let Some(&rule) = rule {
                    graph.add_edge(from, rule, ());
                }
            }
            let to = *above.entry(used).or_insert_with(|| {
                let node = graph.add_node(used);
                let below = nodes.range::<Path, _>(used..);
                for (_, &rule) in below.take_while(|(path, _)| path.starts_with(used)) {
                    graph.add_edge(node, rule, ());
                }
                node
            });
            graph.add_edge(from, to, ());
        }
    }
    graph
}

/// What names mean in a module.
struct Names<'a> {
    package: Path,
    /// What imports stand for, below `data`; nothing for those of the input.
    imports: BTreeMap<&'a str, Option<Path>>,
}

impl<'a> Names<'a> {
    fn of(module: &'a Module) -> Self {
        let imports = module.imports.iter().filter_map(|import| {
            let path = parts(&import.refr)?;
            let name = import.r#as.as_ref().map(Span::text);
            let name = name.or_else(|| path.last().copied())?;
            Some((name, below_data(&path)))
        });
        Self {
            package: parts(&module.package.refr).map_or_else(Vec::new, |path| owned(&path)),
            imports: imports.collect(),
        }
    }

    fn rule(&self, rule: &'a Rule, rules: &mut BTreeMap<Path, Node<'a>>) {
        let (head, bodies) = match rule {
            Rule::Spec { head, bodies, .. } => (head, bodies),
            Rule::Default { refr, value, .. } => {
                let node = rules.entry(self.own(refr)).or_default();
                self.expression(value, &Scope::default(), &mut node.uses);
                return;
            }
        };
        let mut scope = Scope::default();
        let (refr, value, function) = match head {
            RuleHead::Set { refr, key, .. } => (refr, key.as_ref(), None),
            RuleHead::Compr { refr, assign, .. } => {
                (refr, assign.as_ref().map(|assign| &assign.value), None)
            }
            RuleHead::Func {
                span,
                refr,
                args,
                assign,
            } => {
                let mut names = order::Variables::new();
                args.iter().for_each(|arg| order::names(arg, &mut names));
                names.iter().for_each(|name| scope.declare(name));
                let value = assign.as_ref().map(|assign| &assign.value);
                (refr, value, Some(span))
            }
        };
        let node = rules.entry(self.own(refr)).or_default();
        node.function = node.function.or(function);
        // The first body belongs to the head, whose variables it declares.
        let of_head = bodies
            .first()
            .map_or_else(|| scope.clone(), |body| scope.inside(&body.query));
        for part in value.into_iter().chain(order::indices(refr)) {
            self.expression(part, &of_head, &mut node.uses);
        }
        for body in bodies {
            let inner = scope.inside(&body.query);
            if let Some(assign) = &body.assign {
                self.expression(&assign.value, &inner, &mut node.uses);
            }
            self.query(&body.query, &scope, &mut node.uses);
        }
    }

    fn query(&self, query: &Query, outer: &Scope<'_>, uses: &mut BTreeSet<Path>) {
        let scope = outer.inside(query);
        for statement in &query.stmts {
            for expr in order::expressions(statement) {
                self.expression(expr, &scope, uses);
            }
            if let Some((names, body)) = order::every(statement) {
                let mut scope = scope.clone();
                names.for_each(|name| scope.declare(name));
                self.query(body, &scope, uses);
            }
        }
    }

    fn expression(&self, expr: &Ref<Expr>, scope: &Scope<'_>, uses: &mut BTreeSet<Path>) {
        match &**expr {
            Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
                self.query(query, scope, uses);
                self.expression(term, &scope.inside(query), uses);
            }
            Expr::ObjectCompr {
                key, value, query, ..
            } => {
                self.query(query, scope, uses);
                let scope = scope.inside(query);
                self.expression(key, &scope, uses);
                self.expression(value, &scope, uses);
            }
            Expr::Call { fcn, params, .. } => {
                // A variable cannot be called.
                uses.extend(self.used(fcn, &Scope::default()));
                params
                    .iter()
                    .for_each(|param| self.expression(param, scope, uses));
            }
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => {
                uses.extend(self.used(expr, scope));
                order::indices(expr).for_each(|index| self.expression(index, scope, uses));
                let root = order::root(expr);
                if !matches!(**root, Expr::Var { .. }) {
                    self.expression(root, scope, uses);
                }
            }
            other => {
                for child in order::children(other) {
                    self.expression(child, scope, uses);
                }
            }
        }
    }

    // The path below `data` that a reference is of, as far as it is plain.
    fn used(&self, expr: &Ref<Expr>, scope: &Scope<'_>) -> Option<Path> {
        let path = plain(expr);
        let (first, below) = path.split_first()?;
        if *first == "data" {
            return Some(owned(below));
        }
        if *first == "input" || scope.declared.contains(first) {
            return None;
        }
        match self.imports.get(first) {
            Some(import) => Some([import.as_deref()?, &owned(below)].concat()),
            None => Some([self.package.as_slice(), &owned(&path)].concat()),
        }
    }

    fn own(&self, refr: &Ref<Expr>) -> Path {
        [self.package.as_slice(), &owned(&plain(refr))].concat()
    }
}

fn owned(parts: &[&str]) -> Path {
    parts.iter().map(|part| (*part).to_owned()).collect()
}

fn below_data(path: &[&str]) -> Option<Path> {
    match path {
        ["data", below @ ..] => Some(owned(below)),
        _ => None,
    }
}

// The names at the begin of a reference.
fn plain(expr: &Ref<Expr>) -> Vec<&str> {
    match &**expr {
        Expr::Var { span, .. } => vec![span.text()],
        Expr::RefDot { refr, field, .. } => with(refr, Some(field.0.text())),
        Expr::RefBrack { refr, index, .. } => with(refr, order::text(index)),
        _ => Vec::new(),
    }
}

fn with<'e>(refr: &'e Ref<Expr>, name: Option<&'e str>) -> Vec<&'e str> {
    let mut names = plain(refr);
    if names.len() == length(refr) {
        names.extend(name);
    }
    names
}

// How many names a reference has, plain or not.
fn length(expr: &Ref<Expr>) -> usize {
    match &**expr {
        Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => 1 + length(refr),
        _ => 1,
    }
}

// The names of a path that is plain.
fn parts(expr: &Ref<Expr>) -> Option<Vec<&str>> {
    let names = plain(expr);
    (names.len() == length(expr)).then_some(names)
}

#[cfg(test)]
mod tests {
    use crate::{Engine, EngineOptions, ErrorKind};

    fn loaded(sources: &[&str]) -> Result<(), crate::Error> {
        let engine = Engine::new(EngineOptions::default())?;
        let names: Vec<String> = (0..sources.len()).map(|name| name.to_string()).collect();
        let named = names
            .iter()
            .map(String::as_str)
            .zip(sources.iter().copied());
        engine.load_policies(&named.collect::<Vec<_>>())
    }

    #[test]
    fn a_function_that_comes_back_to_itself_is_refused() {
        for sources in [
            &["package p\nf(x) := 1 if f(x)"][..],
            &["package p\nf() := 1 if f()"],
            &["package p\nf(x) := 1 if data.p.f(x)"],
            &["package p\nf(x) := f(x)"],
            &["package p\nf(x) := y if { y := [z | z := f(x)] }"],
            &["package p\nf(x) if { every y in [1] { f(y) } }"],
            &["package p\nf(x) if { x } else := f(2) if { true }"],
            &["package p\nf(1) := 1\nf(x) := f(x - 1) if x > 1"],
            &["package p\nf(x) := r\nr := f(1)"],
            &["package p\nf(x) := data.p[x]"],
            &["package p\nf(x) := data.p"],
            &["package p\nf(x) := input[f(x)]"],
            &["package p\nf(x) := 1 if { some f; f = x; f(f) }"],
            &["package p\nr[f(1)] := 2\nf(x) := r"],
            &["package p\nf(x) := y if { y := x with input.a as f(1) }"],
            &["package p\ndefault r := 1\nr := f(1)\nf(x) := g(x)\ng(x) := r"],
            &[
                "package p\nimport data.q.g\nf(x) := g(x)",
                "package q\nimport data.p\ng(x) := p.f(x)",
            ],
        ] {
            let error = loaded(sources).err();
            let kind = error
                .as_ref()
                .map(|error| (error.kind(), error.line().is_some()));
            assert_eq!(
                kind,
                Some((ErrorKind::Compile, true)),
                "{sources:?} {error:?}"
            );
            let text = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(text.contains("is recursive"), "{text}");
        }
    }

    #[test]
    fn what_only_seems_to_is_not() {
        for source in [
            "package p\nresult := f(1)\nf(x) := result if { result := x }",
            "package p\ng(f) := f\nf(x) := g(x)",
            "package p\nf(x) := [g | g := x]\ng(y) := f(y)",
            "package p\nf(x) := y if { every f in [1] { f == 1 }; y := x }",
            "package p\na.b(x) := a.c\na.c := 1",
            "package p\nf(x) := input.f[x].f",
            "package p\nf(x) := data.q.f",
            "package p\nimport input.f as g\nf(x) := g",
            "package p\nr if s\ns if r\nf(x) := x",
        ] {
            assert_eq!(loaded(&[source]), Ok(()), "{source}");
        }
    }
}
