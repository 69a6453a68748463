//! Expressions become terms.

use crate::extensions;
use crate::plan::builder::Builder;
use crate::plan::definitions::static_path;
use crate::plan::ir::{Builtin, Collection, Comprehension, Origin, Part, Step, Term};
use crate::plan::scope::{Name, Scopes};
use crate::plan::{Why, why};
use regorus::Value;
use regorus::unstable::numbers::arithmetic_operation;
use regorus::unstable::{ArithOp, BUILTINS, Expr, Query, Ref, Span};
use std::collections::BTreeSet;

/// Builtins that need more than their arguments.
const NOT_PLANNED: [&str; 3] = ["print", "trace", "walk"];

/// Plans one clause of a rule.
pub(super) struct Lower<'b, 's> {
    pub(super) builder: &'b mut Builder<'s>,
    /// The number of the module that the clause stands in.
    pub(super) module: usize,
    pub(super) scopes: Scopes,
    /// The parts of the input that it asks for, and what it uses.
    pub(super) parts: BTreeSet<Part>,
}

impl Lower<'_, '_> {
    /// The term of an expression; items that it goes through become steps before it.
    pub(super) fn term(&mut self, expr: &Ref<Expr>, steps: &mut Vec<Step>) -> Result<Term, Why> {
        let pair = |lower: &mut Self, steps: &mut Vec<Step>, left, right| {
            Ok::<_, Why>(Box::new((
                lower.term(left, steps)?,
                lower.term(right, steps)?,
            )))
        };
        match &**expr {
            Expr::String { value, .. }
            | Expr::RawString { value, .. }
            | Expr::Number { value, .. }
            | Expr::Bool { value, .. }
            | Expr::Null { value, .. } => Ok(Term::Constant(value.clone())),
            Expr::RefBrack { refr, index, .. } => match held(refr, index) {
                Some((item, variables)) if variables.iter().all(|name| self.is_bound(name)) => {
                    self.term(item, steps)
                }
                _ => self.reference(expr, steps),
            },
            Expr::Var { .. } | Expr::RefDot { .. } => self.reference(expr, steps),
            Expr::Array { items, .. } => Ok(match self.terms(items, steps)? {
                Ok(values) => Term::Constant(Value::from(values)),
                Err(terms) => Term::Array(terms),
            }),
            Expr::Set { items, .. } => Ok(match self.terms(items, steps)? {
                Ok(values) => {
                    Term::Constant(Value::from(values.into_iter().collect::<BTreeSet<_>>()))
                }
                Err(terms) => Term::Set(terms),
            }),
            Expr::Object { fields, .. } => {
                let fields = fields
                    .iter()
                    .map(|(_, key, value)| Ok((self.term(key, steps)?, self.term(value, steps)?)));
                Ok(Term::Object(fields.collect::<Result<_, Why>>()?))
            }
            Expr::ArrayCompr { term, query, .. } => {
                self.comprehension(Collection::Array, None, term, query)
            }
            Expr::SetCompr { term, query, .. } => {
                self.comprehension(Collection::Set, None, term, query)
            }
            Expr::ObjectCompr {
                key, value, query, ..
            } => self.comprehension(Collection::Object, Some(key), value, query),
            Expr::BoolExpr { op, lhs, rhs, .. } => {
                Ok(Term::Compare(op.clone(), pair(self, steps, lhs, rhs)?))
            }
            Expr::ArithExpr {
                span, op, lhs, rhs, ..
            } => {
                let pair = pair(self, steps, lhs, rhs)?;
                Ok(Term::Arithmetic(op.clone(), pair, origin(span, [lhs, rhs])))
            }
            Expr::BinExpr {
                span, op, lhs, rhs, ..
            } => {
                let pair = pair(self, steps, lhs, rhs)?;
                Ok(Term::Sets(op.clone(), pair, origin(span, [lhs, rhs])))
            }
            Expr::Call {
                span, fcn, params, ..
            } => self.call(span, fcn, params, steps),
            // Operands that may be undefined have been given names before: see `rewrite`.
            Expr::Membership {
                key,
                value,
                collection,
                ..
            } => {
                let key = key.as_ref().map(|key| self.term(key, steps)).transpose()?;
                Ok(Term::In {
                    key: key.map(Box::new),
                    value: Box::new(self.term(value, steps)?),
                    collection: Box::new(self.term(collection, steps)?),
                })
            }
            Expr::UnaryExpr {
                span, expr: number, ..
            } => match &**number {
                Expr::Number { value, .. } => {
                    let zero = Value::from(0_u64);
                    let minus = ArithOp::Sub;
                    arithmetic_operation(span, &minus, expr, number, zero, value.clone(), true)
                        .map(Term::Constant)
                        .map_err(|_| why(span, "a minus sign"))
                }
                _ => Err(why(span, "a minus sign")),
            },
            Expr::AssignExpr { span, .. } => {
                Err(why(span, "an assignment inside of an expression"))
            }
            #[allow(unreachable_patterns)]
            other => Err(why(other.span(), "this kind of expression")),
        }
    }

    fn is_bound(&self, expr: &Expr) -> bool {
        matches!(expr, Expr::Var { span, .. } if matches!(self.scopes.find(span.text()), Name::Bound(_)))
    }

    // Constants, or terms where not all are.
    fn terms(
        &mut self,
        items: &[Ref<Expr>],
        steps: &mut Vec<Step>,
    ) -> Result<Result<Vec<Value>, Vec<Term>>, Why> {
        let terms = items.iter().map(|item| self.term(item, steps));
        let terms = terms.collect::<Result<Vec<_>, Why>>()?;
        let values = terms.iter().map(|term| match term {
            Term::Constant(value) => Some(value.clone()),
            _ => None,
        });
        Ok(values.collect::<Option<Vec<_>>>().ok_or(terms))
    }

    fn comprehension(
        &mut self,
        kind: Collection,
        key: Option<&Ref<Expr>>,
        value: &Ref<Expr>,
        query: &Query,
    ) -> Result<Term, Why> {
        self.scopes.enter();
        let mut steps = Vec::new();
        self.body(query, &mut steps)?;
        let key = key.map(|key| self.term(key, &mut steps)).transpose()?;
        let value = self.term(value, &mut steps)?;
        self.scopes.leave();
        Ok(Term::Comprehension(Box::new(Comprehension {
            kind,
            key,
            value,
            steps,
        })))
    }

    fn call(
        &mut self,
        span: &Span,
        function: &Ref<Expr>,
        arguments: &[Ref<Expr>],
        steps: &mut Vec<Step>,
    ) -> Result<Term, Why> {
        let names = static_path(function).ok_or_else(|| why(span, "a call of no plain name"))?;
        let name = names.join(".");
        let terms = arguments
            .iter()
            .map(|argument| self.term(argument, steps))
            .collect::<Result<Vec<_>, Why>>()?;
        if let Some(path) = self.path_of(&names) {
            let id = self.rule(span, &path, &name)?;
            return match self.builder.parameters(id) {
                Some(count) if count == terms.len() => Ok(Term::Call(id, terms)),
                _ => Err(why(
                    span,
                    &format!("{name} with another number of arguments"),
                )),
            };
        }
        if self.builder.definitions().custom.contains(&name) {
            return Err(why(span, &format!("the custom builtin {name}")));
        }
        if NOT_PLANNED.contains(&name.as_str()) || !crate::decisions::is_pure(&name) {
            return Err(why(span, &format!("the builtin {name}")));
        }
        let (builtin, arity) = if let Some(extension) = extensions::find(&name) {
            (Builtin::Own(extension), extension.arity())
        } else if let Some(core) = BUILTINS.get(name.as_str()) {
            let origin = Origin {
                span: span.clone(),
                operands: arguments.to_vec(),
            };
            (Builtin::Core(*core, origin), core.1)
        } else {
            return Err(why(
                span,
                &format!("the function {name}, which is not there"),
            ));
        };
        // The core tells of a builtin that takes any number by the number 0.
        if arity != 0 && usize::from(arity) != terms.len() {
            return Err(why(
                span,
                &format!("{name} with another number of arguments"),
            ));
        }
        Ok(Term::Builtin(builtin, terms))
    }
}

fn origin<const N: usize>(span: &Span, operands: [&Ref<Expr>; N]) -> Origin {
    Origin {
        span: span.clone(),
        operands: operands.into_iter().cloned().collect(),
    }
}

// Of `[x, v][0]`, which tells the core's scheduler that the variable `v` is known before: `x`, and such variables.
fn held<'e>(refr: &'e Expr, index: &Expr) -> Option<(&'e Ref<Expr>, &'e [Ref<Expr>])> {
    match (refr, index) {
        (Expr::Array { items, .. }, Expr::Number { span, .. }) if span.text() == "0" => {
            items.split_first()
        }
        _ => None,
    }
}
