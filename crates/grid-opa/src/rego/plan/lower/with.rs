//! Lowers `with`: documents and functions are replaced while an expression is evaluated.

use super::call::name_of;
use super::{Lower, Steps, unsupported};
use crate::rego::builtins;
use crate::rego::plan::ir::{Change, Function, Kind, Replacement, StepKind, Target};
use crate::rego::syntax::ast::{Expr, Term as Syntax, TermKind, With};
use crate::rego::syntax::fault::Fault;
use crate::rego::value::Value;

impl Lower<'_, '_> {
    /// Lowers an expression with its modifiers. Their values are evaluated outside them.
    pub(super) fn with(&mut self, expr: &Expr, steps: &mut Steps) -> Result<(), Fault> {
        let mut changes = Vec::with_capacity(expr.with.len());
        for with in &expr.with {
            changes.push(self.change(with, steps)?);
        }
        // The bindings of the expression stay visible after it.
        let mut inner = Steps::new();
        self.without_with(expr, &mut inner)?;
        self.step(steps, StepKind::With(changes, inner));
        Ok(())
    }

    fn change(&mut self, with: &With, steps: &mut Steps) -> Result<Change, Fault> {
        let target = self.target(&with.target)?;
        let value = match (&target, self.named_function(&with.value)) {
            (Target::Rule(_) | Target::Builtin(_), Some(function)) => {
                match function {
                    Function::Rule(rule) => {
                        self.uses.rules.insert(rule);
                    }
                    Function::Host(_) => {
                        self.uses.host = true;
                        self.uses.impure = true;
                    }
                    Function::Builtin(builtin) => self.uses.impure |= !builtin.pure,
                }
                Replacement::Function(function)
            }
            (Target::Data(_), Some(Function::Rule(_))) => {
                return Err(unsupported(
                    "a function that replaces a document",
                    with.value.span,
                ));
            }
            // The compiler keeps references to values of rules; other references are variables here.
            (Target::Rule(_) | Target::Builtin(_), None)
                if matches!(with.value.kind, TermKind::Ref(_)) =>
            {
                let mut before = Steps::new();
                let document = self.term(&with.value, &mut before)?;
                if !before.is_empty() {
                    return Err(unsupported(
                        "this document as the replacement of a function",
                        with.value.span,
                    ));
                }
                Replacement::Document(document)
            }
            _ => Replacement::Value(self.term(&with.value, steps)?),
        };
        if let Target::Input(path) = &target
            && !path.is_empty()
        {
            // The rest of the input stays, so the full input is needed.
            self.part(Vec::new());
        }
        Ok(Change { target, value })
    }

    fn target(&self, target: &Syntax) -> Result<Target, Fault> {
        let terms = match &target.kind {
            TermKind::Ref(terms) => terms.as_slice(),
            _ => std::slice::from_ref(target),
        };
        let root = terms.first().and_then(Syntax::as_var).map(|name| &**name);
        match root {
            Some(root @ ("input" | "data")) => {
                let keys: Option<Vec<Value>> = terms
                    .iter()
                    .skip(1)
                    .map(|term| term.as_string().map(|name| Value::from(&**name)))
                    .collect();
                let Some(keys) = keys else {
                    return Err(unsupported("this target of `with`", target.span));
                };
                if root == "input" {
                    return Ok(Target::Input(keys));
                }
                match self.named_function(target) {
                    Some(Function::Rule(rule)) => Ok(Target::Rule(rule)),
                    _ => Ok(Target::Data(keys)),
                }
            }
            _ => name_of(target)
                .map(Target::Builtin)
                .ok_or_else(|| unsupported("this target of `with`", target.span)),
        }
    }

    // The function that a term names without a call.
    fn named_function(&self, term: &Syntax) -> Option<Function> {
        if !matches!(&term.kind, TermKind::Ref(_) | TermKind::Var(_)) {
            return None;
        }
        if term
            .as_var()
            .is_some_and(|name| self.scope.find(name).is_some())
        {
            return None;
        }
        let name = name_of(term);
        let function = match self.function(term, name.as_deref()) {
            Ok(function) => function,
            Err(_) => return None,
        };
        match function {
            Function::Rule(rule) if self.builder.kind_of(rule).0 != Kind::Function => None,
            Function::Builtin(_)
                if name
                    .as_deref()
                    .is_none_or(|name| builtins::find(name).is_none()) =>
            {
                None
            }
            function => Some(function),
        }
    }
}
