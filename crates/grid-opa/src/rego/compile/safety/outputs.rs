//! Which variables have a value after an expression is evaluated.

use crate::rego::compile::safety::unify::{Known, SAFETY, VarSet, unify};
use crate::rego::compile::tree::RuleTree;
use crate::rego::syntax::ast::{Expr, ExprKind, Name, Term, TermKind};
use crate::rego::syntax::vars::{self, Skip, Vars};
use crate::rego::syntax::visit::{Visitor, walk_expr, walk_term};

/// The variables that an output operand of a call binds.
pub(crate) const OPERANDS: Skip = Skip {
    ref_head: true,
    ref_call_head: false,
    object_keys: true,
    closures: true,
    with_target: false,
    sets: true,
    templates: false,
    wildcards: false,
};

/// The names of the documents that always exist.
pub(crate) const RESERVED: [&str; 2] = ["data", "input"];

/// `data` and `input`.
pub(crate) fn reserved() -> VarSet {
    RESERVED.iter().map(|name| Name::from(*name)).collect()
}

/// Finds the variables that expressions bind.
pub(crate) struct Outputs<'t> {
    tree: &'t RuleTree,
    /// The outputs of the last visited call. OPA also counts them for an `every` after it.
    last: VarSet,
    /// Whether the last visit changed them.
    changed: bool,
}

impl<'t> Outputs<'t> {
    pub(crate) const fn new(tree: &'t RuleTree) -> Self {
        Self {
            tree,
            last: VarSet::new(),
            changed: false,
        }
    }

    /// The outputs of the last visited call, if the last visit changed them.
    pub(crate) fn changed(&self) -> Option<&VarSet> {
        self.changed.then_some(&self.last)
    }

    /// Sets the outputs of the preceding call, for a repeated visit after another call.
    pub(crate) fn behind(&mut self, last: VarSet) {
        self.last = last;
    }

    /// The variables that an expression binds, except those that are safe before it.
    pub(crate) fn of_expr(&mut self, expr: &Expr, safe: &VarSet) -> VarSet {
        self.changed = false;
        let negated = expr.negated || matches!(expr.kind, ExprKind::Not(_));
        let mut inputs = Vars::new(SAFETY);
        for with in &expr.with {
            inputs.with(with);
        }
        if negated || !inputs.found.is_subset(safe) {
            return VarSet::new();
        }
        match &expr.kind {
            ExprKind::Term(_) => of_terms(safe, |found| walk_expr(expr, found)),
            ExprKind::Call(terms) => match terms.as_slice() {
                [operator, left, right] if is_global(operator, "eq") => {
                    self.of_equality(expr, left, right, safe)
                }
                [operator, ..] if is_global(operator, "eq") => VarSet::new(),
                [operator, ..] => match self.tree.arity(operator) {
                    Some(arity) => self.of_call(expr, terms, arity, safe),
                    None => VarSet::new(),
                },
                [] => VarSet::new(),
            },
            ExprKind::Every(every) => {
                let domain = of_terms(safe, |found| walk_term(&every.domain, found));
                self.last.extend(domain);
                self.last.clone()
            }
            ExprKind::Some(_) | ExprKind::Not(_) | ExprKind::And(_) | ExprKind::Or(_) => {
                VarSet::new()
            }
        }
    }

    fn of_equality(&mut self, expr: &Expr, left: &Term, right: &Term, safe: &VarSet) -> VarSet {
        self.last.clear();
        self.changed = true;
        let mut known = Known::new(safe);
        known.more = of_terms(safe, |found| walk_expr(expr, found));
        if expr.from_assignment {
            // The left side of an assignment is not an input.
            known.less = vars::of_term(left, Skip::default());
        }
        let unified = unify(&known, left, right);
        let more = known
            .more
            .into_iter()
            .filter(|name| !known.less.contains(name));
        more.chain(unified)
            .filter(|name| !safe.contains(name))
            .collect()
    }

    fn of_call(&mut self, expr: &Expr, terms: &[Term], arity: usize, safe: &VarSet) -> VarSet {
        self.last = of_terms(safe, |found| walk_expr(expr, found));
        self.changed = true;
        let Some((inputs, outputs)) = terms.split_at_checked(arity + 1) else {
            return self.last.clone();
        };
        if outputs.is_empty() {
            return self.last.clone();
        }
        let mut read = Vars::new(OPERANDS);
        read.terms(inputs);
        if read
            .found
            .iter()
            .any(|name| !self.last.contains(name) && !safe.contains(name))
        {
            return VarSet::new();
        }
        let mut written = Vars::new(OPERANDS);
        written.terms(outputs);
        self.last.extend(written.found);
        self.last.clone()
    }
}

/// The outputs of `left = right`, for a check before the equality is part of a tree. The variables in `safe` have values.
pub(crate) fn of_equal_terms(expr: &Expr, left: &Term, right: &Term, safe: &VarSet) -> VarSet {
    Outputs::new(&RuleTree::default()).of_equality(expr, left, right, safe)
}

/// The variables of the references that can be read.
fn of_terms(safe: &VarSet, walk: impl FnOnce(&mut dyn Visitor)) -> VarSet {
    struct References<'s> {
        known: Known<'s>,
        found: Vars,
    }
    impl Visitor for References<'_> {
        fn term(&mut self, term: &Term) -> bool {
            match &term.kind {
                TermKind::ArrayComprehension(_)
                | TermKind::SetComprehension(_)
                | TermKind::ObjectComprehension(_)
                | TermKind::Template(_) => false,
                TermKind::Ref(terms) => {
                    let reads = self.known.reads(terms);
                    if reads {
                        self.found.term(term);
                    }
                    reads
                }
                _ => true,
            }
        }
    }
    let skip = Skip {
        ref_head: true,
        ..Skip::default()
    };
    let mut references = References {
        known: Known::new(safe),
        found: Vars::new(skip),
    };
    walk(&mut references);
    references.found.found
}

/// Whether a term is the global operator of this name.
pub(crate) fn is_global(operator: &Term, name: &str) -> bool {
    match &operator.kind {
        TermKind::Ref(terms) => {
            matches!(terms.as_slice(), [head] if head.as_var().is_some_and(|head| **head == *name))
        }
        _ => false,
    }
}
