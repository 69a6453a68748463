//! Calls, and the expressions that are calls.

use super::{Lower, Steps, unsupported};
use crate::rego::builtins::{self, Builtin};
use crate::rego::plan::documents;
use crate::rego::plan::ir::{Function, NodeNo, Operator, Pattern, StepKind, Term};
use crate::rego::syntax::ast::{Expr, Term as Syntax, TermKind};
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::span::Span;

impl Lower<'_, '_> {
    /// Lowers an expression that is a call. If the number of terms is the arity, the call must be true; one more term is the result.
    pub(super) fn call_expr(
        &mut self,
        terms: &[Syntax],
        expr: &Expr,
        steps: &mut Steps,
    ) -> Result<(), Fault> {
        let Some((operator, operands)) = terms.split_first() else {
            return Err(unsupported("an empty call", expr.span));
        };
        let name = name_of(operator);
        match (name.as_deref(), operands) {
            (Some("eq" | "assign"), [left, right]) => return self.unify(left, right, steps),
            (Some("eq" | "assign"), [left, right, result]) => {
                let sides = (self.term(left, steps)?, self.term(right, steps)?);
                let Some(equal) = builtins::find("equal") else {
                    return Err(unsupported("==", expr.span));
                };
                let value = Term::Operator(Operator::Equal, Box::new(sides), equal);
                return self.result(value, result, steps);
            }
            (Some("internal.print"), [parts]) => return self.print(parts, steps),
            (Some("walk"), [of, pair]) => {
                let of = self.term(of, steps)?;
                let pair = self.pattern(pair, steps)?;
                self.step(steps, StepKind::Walk(of, pair));
                return Ok(());
            }
            _ => {}
        }
        let function = self.function(operator, name.as_deref())?;
        let arity = self.builder.arity_of(function);
        let (arguments, result) = match operands.split_last() {
            Some((last, before)) if operands.len() == arity + 1 => (before, Some(last)),
            _ if operands.len() == arity => (operands, None),
            _ => return Err(unsupported("a call with this many arguments", expr.span)),
        };
        let value = self.call(function, name.as_deref(), arguments, steps)?;
        match result {
            Some(result) => self.result(value, result, steps),
            None => {
                self.step(steps, StepKind::Holds(value));
                Ok(())
            }
        }
    }

    /// A call inside a term.
    pub(super) fn call_term(
        &mut self,
        terms: &[Syntax],
        span: Span,
        steps: &mut Steps,
    ) -> Result<Term, Fault> {
        let Some((operator, operands)) = terms.split_first() else {
            return Err(unsupported("an empty call", span));
        };
        let name = name_of(operator);
        let name = match name.as_deref() {
            Some("eq") => Some("equal"),
            name => name,
        };
        let function = self.function(operator, name)?;
        if self.builder.arity_of(function) != operands.len() {
            return Err(unsupported("a call with this many arguments", span));
        }
        self.call(function, name, operands, steps)
    }

    fn result(&mut self, value: Term, result: &Syntax, steps: &mut Steps) -> Result<(), Fault> {
        if let Some(name) = self.unbound(result) {
            if result.is_wildcard() {
                self.step(steps, StepKind::Match(Pattern::Any, value));
            } else {
                let slot = self.scope.bind(name);
                self.step(steps, StepKind::Let(slot, value));
            }
            return Ok(());
        }
        let pattern = self.pattern(result, steps)?;
        let kind = match pattern {
            Pattern::Equal(term) => StepKind::Equal(value, term),
            pattern => StepKind::Match(pattern, value),
        };
        self.step(steps, kind);
        Ok(())
    }

    fn call(
        &mut self,
        function: Function,
        name: Option<&str>,
        operands: &[Syntax],
        steps: &mut Steps,
    ) -> Result<Term, Fault> {
        if let (Function::Builtin(builtin), Some(operator), [left, right]) =
            (function, name.and_then(operator_of), operands)
        {
            let sides = (self.term(left, steps)?, self.term(right, steps)?);
            return Ok(Term::Operator(operator, Box::new(sides), builtin));
        }
        match function {
            Function::Rule(rule) => {
                self.uses.rules.insert(rule);
            }
            Function::Builtin(Builtin { pure, .. }) => self.uses.impure |= !pure,
            Function::Host(number) => {
                self.uses.host = true;
                self.uses.impure |= !self.builder.is_host_pure(number);
            }
        }
        Ok(Term::Call(function, self.terms(operands, steps)?))
    }

    /// The function that the operator of a call names.
    pub(super) fn function(
        &self,
        operator: &Syntax,
        name: Option<&str>,
    ) -> Result<Function, Fault> {
        if let Some(rule) = self.rule_named(operator) {
            return Ok(Function::Rule(rule));
        }
        let Some(name) = name else {
            return Err(unsupported("this call", operator.span));
        };
        if let Some(number) = self.builder.host(name) {
            return Ok(Function::Host(number));
        }
        builtins::find(name).map(Function::Builtin).ok_or_else(|| {
            unsupported(
                &format!("the builtin {name}, which this build does not have"),
                operator.span,
            )
        })
    }

    // The rule at a reference below `data`.
    fn rule_named(&self, operator: &Syntax) -> Option<usize> {
        let TermKind::Ref(terms) = &operator.kind else {
            return None;
        };
        let (head, rest) = terms.split_first()?;
        if head.as_var().is_none_or(|name| &**name != "data") {
            return None;
        }
        let mut node: NodeNo = 0;
        for term in rest {
            node = self.builder.nodes.get(node)?.named(term.as_string()?)?;
        }
        documents::rule_at(self.builder.nodes, node)
    }

    // The parts are sets: an empty set prints as undefined, and a set of several values prints each.
    fn print(&mut self, parts: &Syntax, steps: &mut Steps) -> Result<(), Fault> {
        let parts = match &parts.kind {
            TermKind::Array(items) => self.terms(items, steps)?,
            _ => vec![self.term(parts, steps)?],
        };
        self.uses.prints = true;
        self.step(steps, StepKind::Print(parts));
        Ok(())
    }
}

/// The names of an operator joined by dots.
pub(super) fn name_of(operator: &Syntax) -> Option<String> {
    match &operator.kind {
        TermKind::Var(name) => Some(name.to_string()),
        TermKind::Ref(terms) => {
            let (head, rest) = terms.split_first()?;
            let mut name = head.as_var()?.to_string();
            for term in rest {
                name.push('.');
                name.push_str(term.as_string()?);
            }
            Some(name)
        }
        _ => None,
    }
}

fn operator_of(name: &str) -> Option<Operator> {
    Some(match name {
        "equal" => Operator::Equal,
        "neq" => Operator::NotEqual,
        "lt" => Operator::Less,
        "lte" => Operator::LessOrEqual,
        "gt" => Operator::Greater,
        "gte" => Operator::GreaterOrEqual,
        "plus" => Operator::Plus,
        "minus" => Operator::Minus,
        "mul" => Operator::Times,
        "internal.member_2" => Operator::In,
        _ => return None,
    })
}
