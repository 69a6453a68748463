//! Orders of the nodes of a graph. Chains of rules may be long, so nothing here is recursive.

/// A visited node, and the number of its edges that were followed.
type Visit = (usize, usize);

/// The nodes with numbers less than `below`, each after the targets of its edges. `None` if there is a cycle.
pub(super) fn topological(edges: &[Vec<usize>], below: usize) -> Option<Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; edges.len()];
    let mut order = Vec::with_capacity(below);
    for root in 0..below {
        let mut stack: Vec<Visit> = vec![(root, 0)];
        while let Some((node, followed)) = stack.pop() {
            let mark = marks.get_mut(node)?;
            if followed == 0 {
                match *mark {
                    Mark::New => *mark = Mark::Open,
                    // The walk came back to a node that is still open.
                    Mark::Open => return None,
                    Mark::Done => continue,
                }
            }
            match edges.get(node)?.get(followed) {
                Some(next) => {
                    stack.push((node, followed + 1));
                    stack.push((*next, 0));
                }
                None => {
                    *marks.get_mut(node)? = Mark::Done;
                    if node < below {
                        order.push(node);
                    }
                }
            }
        }
    }
    Some(order)
}

/// For each node, the number of its cycle: nodes that can reach one another share a number. A node on no cycle has none.
pub(crate) fn components(edges: &[Vec<usize>]) -> Vec<Option<usize>> {
    let mut search = Search::new(edges);
    for root in 0..edges.len() {
        search.from(root);
    }
    search.component
}

/// Tarjan's algorithm for strongly connected components.
struct Search<'e> {
    edges: &'e [Vec<usize>],
    /// When a node was first visited, counted from 1; 0 before that.
    met: Vec<usize>,
    /// The earliest open node that can be reached.
    low: Vec<usize>,
    open: Vec<bool>,
    stack: Vec<usize>,
    clock: usize,
    component: Vec<Option<usize>>,
}

impl<'e> Search<'e> {
    fn new(edges: &'e [Vec<usize>]) -> Self {
        let count = edges.len();
        Self {
            edges,
            met: vec![0; count],
            low: vec![0; count],
            open: vec![false; count],
            stack: Vec::new(),
            clock: 0,
            component: vec![None; count],
        }
    }

    fn from(&mut self, root: usize) {
        let mut visits: Vec<Visit> = vec![(root, 0)];
        while let Some((node, followed)) = visits.pop() {
            if followed == 0 && !self.enter(node) {
                continue;
            }
            match self.edges.get(node).and_then(|edges| edges.get(followed)) {
                Some(&next) => {
                    visits.push((node, followed + 1));
                    if self.met.get(next) == Some(&0) {
                        visits.push((next, 0));
                    } else if self.open.get(next) == Some(&true) {
                        self.lower(node, self.met.get(next).copied());
                    }
                }
                None => {
                    self.leave(node);
                    if let Some((parent, _)) = visits.last() {
                        self.lower(*parent, self.low.get(node).copied());
                    }
                }
            }
        }
    }

    /// Returns whether the node is new.
    fn enter(&mut self, node: usize) -> bool {
        let (Some(met), Some(low), Some(open)) = (
            self.met.get_mut(node),
            self.low.get_mut(node),
            self.open.get_mut(node),
        ) else {
            return false;
        };
        if *met != 0 {
            return false;
        }
        self.clock += 1;
        (*met, *low, *open) = (self.clock, self.clock, true);
        self.stack.push(node);
        true
    }

    fn lower(&mut self, node: usize, to: Option<usize>) {
        if let (Some(low), Some(to)) = (self.low.get_mut(node), to) {
            *low = (*low).min(to);
        }
    }

    /// All edges of a node were followed. If it reaches no earlier node, the nodes visited since are its component.
    fn leave(&mut self, node: usize) {
        if self.low.get(node) != self.met.get(node) {
            return;
        }
        let from = self
            .stack
            .iter()
            .rposition(|met| *met == node)
            .unwrap_or(self.stack.len());
        let members = self.stack.split_off(from);
        let edges = self.edges.get(node).map(Vec::as_slice).unwrap_or_default();
        let cyclic = members.len() > 1 || edges.contains(&node);
        for member in members {
            if let Some(open) = self.open.get_mut(member) {
                *open = false;
            }
            if let Some(component) = self.component.get_mut(member) {
                *component = cyclic.then_some(node);
            }
        }
    }
}
