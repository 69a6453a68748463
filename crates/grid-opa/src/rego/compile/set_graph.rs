//! Which rules depend on which, and what is wrong where rules depend on themselves. OPA's stage `SetGraph`.

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
