//! What the heads of rules are computed of goes behind their bodies.

use crate::error::Error;
use crate::rewrite::negated::{Walk, may_be_undefined};
use crate::rewrite::order::{self, Scope, Variables};
use crate::rewrite::pass::{Around, Pass};
use crate::rewrite::patterns::{has_object, not_in_a_function};
use crate::rewrite::place::whole;
use regorus::unstable::{Expr, Ref, Rule, RuleHead};

impl Pass<'_> {
    pub(super) fn rule(&mut self, rule: &Rule) -> Result<(), Error> {
        let Rule::Spec { head, bodies, .. } = rule else {
            return Ok(());
        };
        let mut parameters = Variables::new();
        if let RuleHead::Func { args, .. } = head {
            args.iter()
                .for_each(|arg| order::names(arg, &mut parameters));
        }
        let mut scope = Scope::default();
        parameters.iter().for_each(|name| scope.declare(name));
        let (refr, value) = match head {
            RuleHead::Set { refr, key, .. } => (refr, key.as_ref()),
            RuleHead::Compr { refr, assign, .. } | RuleHead::Func { refr, assign, .. } => {
                (refr, assign.as_ref().map(|assign| &assign.value))
            }
        };
        let patterns: Vec<_> = match head {
            RuleHead::Func { args, .. } => args.iter().filter(|arg| has_object(arg)).collect(),
            _ => Vec::new(),
        };
        let first = self.declared_patterns(&patterns);
        let parts: Vec<_> = order::indices(refr).chain(value).collect();
        // What the head is computed of goes behind the body. The runner of tests tells cases by heads as they are written.
        let mut behind = String::new();
        if bodies.is_empty() {
            return self.bodyless(head, &first, &parts);
        }
        if !order::root(refr).span().text().starts_with("test_") {
            for part in parts {
                behind.push_str(&self.moved(part));
            }
        }
        for body in bodies {
            let behind = match &body.assign {
                Some(assign) if body.is_else => self.moved(&assign.value),
                _ if body.is_else => String::new(),
                _ => behind.clone(),
            };
            if let (Some(pattern), true) = (patterns.first(), body.query.stmts.is_empty()) {
                return Err(not_in_a_function(pattern.span()));
            }
            let around = Around {
                before: &first,
                behind: &behind,
            };
            self.query(&body.query, Some(around), &scope)?;
        }
        Ok(())
    }

    // A head without a body is never one of several solutions: only an `in` in it needs a body, and what comes first.
    fn bodyless(
        &mut self,
        head: &RuleHead,
        first: &str,
        parts: &[&Ref<Expr>],
    ) -> Result<(), Error> {
        let mut behind = first.to_owned();
        for part in parts {
            let mut walk = Walk::default();
            walk.memberships(part);
            if walk.operands.is_empty() && !matches!(***part, Expr::Membership { .. }) {
                self.inside(part, &Scope::default())?;
            } else {
                behind.push_str(&self.moved(part));
            }
        }
        if !behind.is_empty() {
            let (RuleHead::Compr { span, .. }
            | RuleHead::Set { span, .. }
            | RuleHead::Func { span, .. }) = head;
            let end = whole(self.text, span).end;
            let word = if self.v1 { " if" } else { "" };
            let body = behind.trim_start_matches("; ");
            self.edits
                .replace(end..end, &format!("{word} {{ {body} }}"));
        }
        Ok(())
    }

    // Gives an expression a name, where it may be undefined and is none; tells the statement that does so.
    fn moved(&mut self, expr: &Ref<Expr>) -> String {
        if matches!(**expr, Expr::Var { .. }) || !may_be_undefined(expr) {
            return String::new();
        }
        let name = self.names.fresh();
        let place = whole(self.text, expr.span());
        let statement = format!("; {name} := {}", self.at(&place));
        self.edits.replace(place, &name);
        statement
    }
}
