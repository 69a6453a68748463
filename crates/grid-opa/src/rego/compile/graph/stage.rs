//! OPA's stage `SetGraph`: builds the dependency graph, and finds the errors of rules that depend on themselves.

use crate::rego::compile::{Compiler, Graph, recursion};

pub(crate) fn run(compiler: &mut Compiler<'_>) {
    let (mut graph, mut lookup) = Graph::of(&compiler.modules, &compiler.tree);
    let exceeded = lookup.exceeded();
    if exceeded.is_none() && !graph.sort() {
        graph.recursions = recursion::find(compiler, &graph, &mut lookup);
    }
    compiler.graph = graph;
    compiler.fault_all(exceeded);
}
