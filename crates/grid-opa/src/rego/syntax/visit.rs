//! Walks through syntax trees in source order, outer nodes first.

use crate::rego::syntax::ast::{
    Comprehension, Every, Expr, ExprKind, Head, Logical, Not, Rule, Template, TemplatePart, Term,
    TermKind, With,
};

/// A visitor. Each method returns whether the walk continues inside the node.
pub(crate) trait Visitor {
    fn expr(&mut self, _expr: &Expr) -> bool {
        true
    }
    fn term(&mut self, _term: &Term) -> bool {
        true
    }
}

/// A visitor that can change nodes. The change happens before the walk continues inside the node.
pub(crate) trait VisitorMut {
    fn expr(&mut self, _expr: &mut Expr) -> bool {
        true
    }
    fn term(&mut self, _term: &mut Term) -> bool {
        true
    }
}

macro_rules! walks {
    ($visitor:ident, $rule:ident, $head:ident, $body:ident, $expr:ident, $term:ident, $inner:ident, $comprehension:ident, $slice:ty, $($m:tt)?) => {
        #[allow(dead_code)] // Not all visitors begin at a rule.
        /// Walks through a rule and its `else` branches.
        pub(crate) fn $rule(rule: & $($m)? Rule, on: &mut dyn $visitor) {
            $head(& $($m)? rule.head, on);
            $body(& $($m)? rule.body, on);
            if let Some(rule) = & $($m)? rule.otherwise {
                $rule(rule, on);
            }
        }

        pub(crate) fn $head(head: & $($m)? Head, on: &mut dyn $visitor) {
            let Head { reference, args, key, value, .. } = head;
            for term in reference {
                $term(term, on);
            }
            for term in args.into_iter().flatten() {
                $term(term, on);
            }
            for term in [key, value].into_iter().flatten() {
                $term(term, on);
            }
        }

        pub(crate) fn $body(body: $slice, on: &mut dyn $visitor) {
            for expr in body {
                $expr(expr, on);
            }
        }

        pub(crate) fn $expr(expr: & $($m)? Expr, on: &mut dyn $visitor) {
            if !on.expr(expr) {
                return;
            }
            match & $($m)? expr.kind {
                ExprKind::Term(term) => $term(term, on),
                ExprKind::Call(terms) | ExprKind::Some(terms) => {
                    for term in terms {
                        $term(term, on);
                    }
                }
                ExprKind::Every(every) => {
                    let Every { key, value, domain, body, .. } = & $($m)? **every;
                    if let Some(key) = key {
                        $term(key, on);
                    }
                    $term(value, on);
                    $term(domain, on);
                    $body(body, on);
                }
                ExprKind::Not(not) => {
                    let Not { body, .. } = & $($m)? **not;
                    $body(body, on);
                }
                ExprKind::And(logical) | ExprKind::Or(logical) => {
                    let Logical { lhs, rhs, .. } = & $($m)? **logical;
                    $body(lhs, on);
                    $body(rhs, on);
                }
            }
            for with in & $($m)? expr.with {
                let With { target, value, .. } = with;
                $term(target, on);
                $term(value, on);
            }
        }

        pub(crate) fn $term(term: & $($m)? Term, on: &mut dyn $visitor) {
            if on.term(term) {
                $inner(term, on);
            }
        }

        /// Walks through the parts of a term.
        pub(crate) fn $inner(term: & $($m)? Term, on: &mut dyn $visitor) {
            match & $($m)? term.kind {
                TermKind::Null
                | TermKind::Bool(_)
                | TermKind::Number(_)
                | TermKind::String(_)
                | TermKind::Var(_) => {}
                TermKind::Ref(terms) | TermKind::Array(terms) | TermKind::Set(terms) | TermKind::Call(terms) => {
                    for term in terms {
                        $term(term, on);
                    }
                }
                TermKind::Object(fields) => {
                    for (key, value) in fields {
                        $term(key, on);
                        $term(value, on);
                    }
                }
                TermKind::ArrayComprehension(inner)
                | TermKind::SetComprehension(inner)
                | TermKind::ObjectComprehension(inner) => $comprehension(inner, on),
                TermKind::Template(template) => {
                    let Template { parts, .. } = & $($m)? **template;
                    for part in parts {
                        match part {
                            TemplatePart::Text(term) => $term(term, on),
                            TemplatePart::Expr(expr) => $expr(expr, on),
                        }
                    }
                }
            }
        }

        fn $comprehension(inner: & $($m)? Comprehension, on: &mut dyn $visitor) {
            let Comprehension { key, term, body } = inner;
            if let Some(key) = key {
                $term(key, on);
            }
            $term(term, on);
            $body(body, on);
        }
    };
}

walks!(
    Visitor,
    walk_rule,
    walk_head,
    walk_body,
    walk_expr,
    walk_term,
    walk_inner,
    walk_comprehension,
    &[Expr],
);
walks!(
    VisitorMut,
    change_rule,
    change_head,
    change_body,
    change_expr,
    change_term,
    change_inner,
    change_comprehension,
    &mut [Expr],
    mut
);
