//! Propagates the uses of rules to their dependents.

use crate::rego::plan::ir::Rule;
use crate::rego::plan::lower::Uses;

impl Uses {
    pub(super) fn add(&mut self, other: &Self) {
        self.parts.extend(&other.parts);
        self.rules.extend(&other.rules);
        self.impure |= other.impure;
        self.host |= other.host;
        self.prints |= other.prints;
    }
}

/// Adds to each rule the uses of its dependencies. The compiler has rejected recursive rules, but dynamic paths may look recursive; rules
/// that depend on each other share all uses.
pub(super) fn spread(rules: &mut [Rule], uses: Vec<Uses>) {
    for group in groups(&uses) {
        let mut all = Uses::default();
        for &rule in &group {
            let Some(own) = uses.get(rule) else {
                continue;
            };
            all.impure |= own.impure;
            all.host |= own.host;
            all.prints |= own.prints;
            all.parts.extend(&own.parts);
            for &used in &own.rules {
                // A rule that is not in an earlier group is in this one.
                if let Some(used) = rules.get(used) {
                    all.parts.extend(&used.parts);
                    all.impure |= !used.pure;
                    all.host |= used.calls_host;
                    all.prints |= used.prints;
                }
            }
        }
        for &rule in &group {
            if let Some(rule) = rules.get_mut(rule) {
                rule.parts.clone_from(&all.parts);
                rule.pure = !all.impure;
                rule.calls_host = all.host;
                rule.prints = all.prints;
            }
        }
    }
}

// Strongly connected groups of rules, each after its dependencies (Tarjan's algorithm without recursion).
fn groups(uses: &[Uses]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let count = uses.len();
    let mut index = vec![NEW; count];
    let mut low = vec![NEW; count];
    let mut on_stack = vec![false; count];
    let mut stack = Vec::new();
    let mut groups = Vec::new();
    let mut next = 0;
    let edges: Vec<Vec<usize>> = uses
        .iter()
        .map(|uses| {
            uses.rules
                .iter()
                .copied()
                .filter(|used| *used < count)
                .collect()
        })
        .collect();
    let get = |list: &[usize], at: usize| list.get(at).copied().unwrap_or(NEW);
    for root in 0..count {
        if get(&index, root) != NEW {
            continue;
        }
        let mut path: Vec<(usize, usize)> = vec![(root, 0)];
        while let Some((rule, edge)) = path.pop() {
            if edge == 0 {
                if let (Some(index), Some(low), Some(on)) = (
                    index.get_mut(rule),
                    low.get_mut(rule),
                    on_stack.get_mut(rule),
                ) {
                    (*index, *low, *on) = (next, next, true);
                }
                next += 1;
                stack.push(rule);
            }
            let used = edges.get(rule).and_then(|edges| edges.get(edge)).copied();
            if let Some(used) = used {
                path.push((rule, edge + 1));
                if get(&index, used) == NEW {
                    path.push((used, 0));
                }
                continue;
            }
            // All dependencies are done.
            let mut lowest = get(&low, rule);
            for &used in edges.get(rule).into_iter().flatten() {
                if on_stack.get(used).copied().unwrap_or(false) {
                    lowest = lowest.min(get(&low, used));
                }
            }
            if let Some(low) = low.get_mut(rule) {
                *low = lowest;
            }
            if lowest == get(&index, rule) {
                let mut group = Vec::new();
                while let Some(member) = stack.pop() {
                    if let Some(on) = on_stack.get_mut(member) {
                        *on = false;
                    }
                    group.push(member);
                    if member == rule {
                        break;
                    }
                }
                groups.push(group);
            }
        }
    }
    groups
}
