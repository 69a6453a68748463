//! The variables of an expression that count in its body.
//!
//! Inner bodies have their own variables. The operands of `not`, `and` and `or` without braces are bodies only because calls in them became
//! expressions. A variable that such a body does not bind itself counts outside.

use crate::rego::compile::safety::outputs::{OPERANDS, is_global, of_equal_terms, reserved};
use crate::rego::compile::safety::unify::{SAFETY, VarSet};
use crate::rego::compile::tree::RuleTree;
use crate::rego::syntax::ast::{Expr, ExprKind, Name, Term};
use crate::rego::syntax::vars::{self, Vars};
use std::collections::HashMap;

/// The variables of an expression that count outside of its inner bodies.
pub(super) fn visible(expr: &Expr, tree: &RuleTree) -> VarSet {
    let mut found = vars::of_expr(expr, SAFETY);
    match &expr.kind {
        ExprKind::Not(not) if !not.explicit => found.extend(needed(&not.body, tree)),
        ExprKind::And(logical) | ExprKind::Or(logical) => {
            if !logical.explicit_lhs {
                found.extend(needed(&logical.lhs, tree));
            }
            if !logical.explicit_rhs {
                found.extend(needed(&logical.rhs, tree));
            }
        }
        _ => {}
    }
    found
}

/// The variables of an operand without braces that it does not bind itself, or that it binds but does not use.
fn needed(body: &[Expr], tree: &RuleTree) -> VarSet {
    let mut occurrences: HashMap<Name, usize> = HashMap::new();
    for expr in body {
        for name in vars::of_expr(expr, SAFETY) {
            *occurrences.entry(name).or_default() += 1;
        }
    }
    if body.len() == 1 {
        return occurrences.into_keys().collect();
    }
    let mut bound = bound_by_equalities(body, occurrences.keys());
    for expr in body {
        bound.extend(results(expr, tree));
    }
    let alone =
        |(name, count): (Name, usize)| (count == 1 || !bound.contains(&name)).then_some(name);
    occurrences.into_iter().filter_map(alone).collect()
}

/// The variables that equalities bind, assuming that all other variables have values.
fn bound_by_equalities<'n>(body: &[Expr], names: impl Iterator<Item = &'n Name>) -> VarSet {
    let mut known: VarSet = reserved().into_iter().chain(names.cloned()).collect();
    let equalities: Vec<(&Expr, &Term, &Term)> = body.iter().filter_map(sides).collect();
    for (_, left, right) in &equalities {
        for name in [left, right].into_iter().filter_map(|side| side.as_var()) {
            known.remove(name);
        }
    }
    let mut bound = VarSet::new();
    loop {
        let before = bound.len();
        for (expr, left, right) in &equalities {
            let found = of_equal_terms(expr, left, right, &known);
            known.extend(found.iter().cloned());
            bound.extend(found);
        }
        if bound.len() == before {
            return bound;
        }
    }
}

fn sides(expr: &Expr) -> Option<(&Expr, &Term, &Term)> {
    match expr.as_call()? {
        (operator, [left, right]) if is_global(operator, "eq") => Some((expr, left, right)),
        _ => None,
    }
}

/// The variables in the output operands of a call.
fn results(expr: &Expr, tree: &RuleTree) -> VarSet {
    let mut found = Vars::new(OPERANDS);
    if let Some((operator, operands)) = expr.as_call()
        && !is_global(operator, "eq")
        && let Some(arity) = tree.arity(operator)
    {
        found.terms(operands.iter().skip(arity));
    }
    found.found
}
