//! Statements become steps.

use crate::plan::definitions::At;
use crate::plan::ir::{Each, Local, Step, Term};
use crate::plan::lower::Lower;
use crate::plan::scope::Name;
use crate::plan::{Why, why};
use regorus::unstable::{AssignOp, BoolOp, Expr, Literal, LiteralStmt, Query, Ref, Span};

impl Lower<'_, '_> {
    /// The steps of a body, in the order of its text. One that needs another order has no plan.
    pub(super) fn body(&mut self, query: &Query, steps: &mut Vec<Step>) -> Result<(), Why> {
        query
            .stmts
            .iter()
            .try_for_each(|statement| self.statement(statement, steps))
    }

    fn statement(&mut self, statement: &LiteralStmt, steps: &mut Vec<Step>) -> Result<(), Why> {
        if let Some(with) = statement.with_mods.first() {
            return Err(why(&with.span, "a `with`"));
        }
        match &statement.literal {
            Literal::SomeVars { vars, .. } => {
                for name in vars {
                    self.new_name(name)?;
                    self.scopes.declare(name.text());
                }
                Ok(())
            }
            Literal::SomeIn {
                key,
                value,
                collection,
                ..
            } => {
                let of = self.term(collection, steps)?;
                let key = match key {
                    Some(key) => self.item(key)?,
                    None => None,
                };
                let value = self.item(value)?;
                steps.push(Step::Each(Each {
                    of,
                    key,
                    value,
                    picky: true,
                }));
                Ok(())
            }
            Literal::Expr { expr, .. } => self.expression(expr, steps),
            Literal::NotExpr { span, expr } => {
                let mut before = Vec::new();
                let term = self.condition(expr, &mut before)?;
                if !before.is_empty() {
                    return Err(why(span, "items under a `not`"));
                }
                steps.push(Step::Fails(term));
                Ok(())
            }
            Literal::Every {
                key,
                value,
                domain,
                query,
                ..
            } => {
                let of = self.term(domain, steps)?;
                self.scopes.enter();
                let key = match key {
                    Some(key) => self.named(key)?,
                    None => None,
                };
                let value = self.named(value)?;
                let mut body = Vec::new();
                self.body(query, &mut body)?;
                self.scopes.leave();
                let each = Each {
                    of,
                    key,
                    value,
                    picky: true,
                };
                steps.push(Step::Every { each, body });
                Ok(())
            }
        }
    }

    fn expression(&mut self, expr: &Ref<Expr>, steps: &mut Vec<Step>) -> Result<(), Why> {
        if let Expr::AssignExpr { op, lhs, rhs, .. } = &**expr {
            let (variable, term) =
                match (op, self.unbound_variable(lhs), self.unbound_variable(rhs)) {
                    (AssignOp::ColEq, ..) => {
                        let Expr::Var { span, .. } = &**lhs else {
                            return Err(why(lhs.span(), "an assignment to a pattern"));
                        };
                        self.new_name(span)?;
                        (span.text(), self.term(rhs, steps)?)
                    }
                    (AssignOp::Eq, Some(name), None) => (name, self.term(rhs, steps)?),
                    (AssignOp::Eq, None, Some(name)) => (name, self.term(lhs, steps)?),
                    _ => {
                        let term = self.condition(expr, steps)?;
                        steps.push(Step::Holds(term));
                        return Ok(());
                    }
                };
            // The term may itself have given the variable a value, as in `x = a[x]`.
            if matches!(self.scopes.find(variable), Name::Bound(_)) && self.scopes.has(variable) {
                return Err(why(expr.span(), "a variable on both sides"));
            }
            let local = self.scopes.bind(variable);
            steps.push(Step::Let(local, term));
            return Ok(());
        }
        let term = self.condition(expr, steps)?;
        steps.push(Step::Holds(term));
        Ok(())
    }

    // The term of what a statement or a `not` asks.
    fn condition(&mut self, expr: &Ref<Expr>, steps: &mut Vec<Step>) -> Result<Term, Why> {
        match &**expr {
            Expr::AssignExpr {
                op: AssignOp::Eq,
                lhs,
                rhs,
                ..
            } => {
                let sides = (self.term(lhs, steps)?, self.term(rhs, steps)?);
                Ok(Term::Compare(BoolOp::Eq, Box::new(sides)))
            }
            _ => self.term(expr, steps),
        }
    }

    // The name of a variable that `=` would give a value.
    fn unbound_variable<'e>(&self, expr: &'e Expr) -> Option<&'e str> {
        let Expr::Var { span, .. } = expr else {
            return None;
        };
        let name = span.text();
        let unbound = match self.scopes.find(name) {
            Name::Declared(innermost) => innermost,
            Name::Free => self.scopes.in_body() && name != "_" && self.is_no_name(name),
            Name::Bound(_) => false,
        };
        unbound.then_some(name)
    }

    // Whether nothing has this name: no rule of the package, no import, no document.
    fn is_no_name(&self, name: &str) -> bool {
        let source = self.builder.source(self.module);
        let path = [source.package.as_slice(), &[name.to_owned()]].concat();
        !matches!(name, "input" | "data")
            && !source.imports.contains_key(name)
            && !matches!(self.builder.definitions().at(&path), At::Rule(_))
    }

    // The variable of an item of `some ... in`.
    fn item(&mut self, expr: &Expr) -> Result<Option<Local>, Why> {
        match expr {
            Expr::Var { span, .. } => self.named(span),
            other => Err(why(other.span(), "a pattern")),
        }
    }

    fn named(&mut self, name: &Span) -> Result<Option<Local>, Why> {
        if name.text() == "_" {
            return Ok(None);
        }
        self.new_name(name)?;
        Ok(Some(self.scopes.bind(name.text())))
    }

    // What stood before a variable of this name would have meant something else.
    fn new_name(&self, name: &Span) -> Result<(), Why> {
        if name.text() == "_" || self.scopes.has(name.text()) || !self.is_no_name(name.text()) {
            return Err(why(name, "a variable with a name that is taken"));
        }
        Ok(())
    }
}
