//! The check of calls: arguments must have the types that a function takes, and compared values must be able to be equal.

use crate::rego::syntax::ast::{Expr, ExprKind, Term, TermKind};
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::span::Span;
use crate::rego::syntax::text;
use crate::rego::types::check::Checker;
use crate::rego::types::check::env::Env;
use crate::rego::types::messages::faults::{
    Expected, TypeFault, argument_fault, match_fault, undefined_function,
};
use crate::rego::types::model::kind::{Function, Param, Type, is_unknown};
use crate::rego::types::model::parts::{keys, values};
use crate::rego::types::model::unify::unifies;

/// A call of a body.
struct Call<'a> {
    operator: &'a Term,
    operands: &'a [Term],
    span: Span,
}

impl Checker<'_> {
    /// Checks the modifiers of an expression and, if it is a call, its operands.
    pub(crate) fn check_call(&self, env: &Env<'_>, expr: &Expr) -> Result<(), TypeFault> {
        for with in &expr.with {
            self.check_replacement(env, with)?;
        }
        let ExprKind::Call(terms) = &expr.kind else {
            return Ok(());
        };
        let Some((operator, operands)) = terms.split_first() else {
            return Ok(());
        };
        let call = Call {
            operator,
            operands,
            span: expr.span,
        };
        match text::of_term(operator).as_str() {
            "eq" => return self.check_equality(env, &call),
            "internal.member_2" => self.check_membership(env, &call, 2)?,
            "internal.member_3" => self.check_membership(env, &call, 3)?,
            _ => {}
        }
        self.check_operands(env, &call)
    }

    /// The fault of a call with the wrong number of operands.
    pub(crate) fn arity_fault(
        &self,
        env: &Env<'_>,
        operator: &Term,
        operands: &[Term],
        span: Span,
    ) -> Option<Fault> {
        let Some(Type::Function(function)) = self.type_of(env, operator) else {
            return None;
        };
        let actual: Vec<_> = operands
            .iter()
            .map(|operand| self.type_of(env, operand))
            .collect();
        let expected = Expected {
            params: function.params.clone(),
            variadic: function.variadic.clone(),
        };
        let found = argument_fault(
            span,
            operator,
            "arity mismatch",
            &actual,
            &expected,
            self.work(),
        );
        Some(found.fault)
    }

    fn check_equality(&self, env: &Env<'_>, call: &Call<'_>) -> Result<(), TypeFault> {
        let [a, b] = call.operands else {
            let what = if call.operands.len() < 2 {
                "too few arguments"
            } else {
                "too many arguments"
            };
            let any = Param::unnamed(Some(Type::Any));
            let expected = Expected {
                params: vec![any.clone(), any],
                variadic: None,
            };
            return Err(self.bad_arguments(call, what, &self.types_of(env, call), &expected));
        };
        let (type_a, type_b) = (self.type_of(env, a), self.type_of(env, b));
        match self.infer_equal(env, (a, type_a.as_ref()), (b, type_b.as_ref())) {
            true => Ok(()),
            false => Err(self.unequal(call.span, type_a.as_ref(), type_b.as_ref())),
        }
    }

    /// Checks that the left side of `in` can be a member of the collection, and its key one of the keys.
    fn check_membership(
        &self,
        env: &Env<'_>,
        call: &Call<'_>,
        arity: usize,
    ) -> Result<(), TypeFault> {
        let Some(operands) = call.operands.get(..arity) else {
            return Ok(());
        };
        let (key, value, collection) = match operands {
            [value, collection] => (None, value, collection),
            [key, value, collection] => (Some(key), value, collection),
            _ => return Ok(()),
        };
        let of = self.type_of(env, collection);
        let Some(members) = values(of.as_ref(), self.work()) else {
            return Ok(());
        };
        if let Some(key) = key {
            self.check_member(env, call.span, key, keys(of.as_ref(), self.work()))?;
        }
        self.check_member(env, call.span, value, Some(members))
    }

    fn check_member(
        &self,
        env: &Env<'_>,
        span: Span,
        term: &Term,
        of: Option<Type>,
    ) -> Result<(), TypeFault> {
        if is_unknown(of.as_ref()) {
            return Ok(());
        }
        let have = self.type_of(env, term);
        let fits = is_unknown(have.as_ref()) || unifies(have.as_ref(), of.as_ref(), self.work());
        match fits && self.infer(env, term, of.as_ref(), false) {
            true => Ok(()),
            false => Err(self.unequal(span, have.as_ref(), of.as_ref())),
        }
    }

    fn unequal(&self, span: Span, left: Option<&Type>, right: Option<&Type>) -> TypeFault {
        self.spend_on_texts([left, right]);
        match_fault(span, left, right)
    }

    /// The text of a type costs as many steps as the type has nodes.
    pub(crate) fn spend_on_texts<'t>(&self, of: impl IntoIterator<Item = Option<&'t Type>>) {
        for of in of.into_iter().flatten() {
            self.work().spend(of.size() as usize);
        }
    }

    fn check_operands(&self, env: &Env<'_>, call: &Call<'_>) -> Result<(), TypeFault> {
        let function = match &call.operator.kind {
            TermKind::Ref(terms) => self.type_of_ref(env, terms),
            _ => None,
        };
        let function = match function {
            // The function may be outside of these modules.
            Some(Type::Any) => return Ok(()),
            Some(Type::Function(function)) => function,
            _ => return Err(undefined_function(call.span, call.operator)),
        };
        let actual = self.types_of(env, call);
        let bad = |what, actual: &[_]| {
            Err(self.bad_arguments(call, what, actual, &expected_by(&function)))
        };
        if call.operands.len() > function.capacity() && function.variadic.is_none() {
            return bad("too many arguments", &actual);
        }
        if call.operands.len() < function.params.len() {
            return bad("too few arguments", &actual);
        }
        for (place, (operand, have)) in call.operands.iter().zip(&actual).enumerate() {
            let expected = function.argument(place);
            // Without this check, `sum([1, a])` would pass although `a` is known to be a string.
            if !is_unknown(have.as_ref()) && !unifies(have.as_ref(), expected, self.work()) {
                return bad("invalid argument(s)", &actual);
            }
            if !self.infer(env, operand, expected, false) {
                return bad("invalid argument(s)", &self.types_of(env, call));
            }
        }
        Ok(())
    }

    fn types_of(&self, env: &Env<'_>, call: &Call<'_>) -> Vec<Option<Type>> {
        call.operands
            .iter()
            .map(|operand| self.type_of(env, operand))
            .collect()
    }

    fn bad_arguments(
        &self,
        call: &Call<'_>,
        what: &str,
        actual: &[Option<Type>],
        expected: &Expected,
    ) -> TypeFault {
        self.spend_on_texts(actual.iter().map(Option::as_ref));
        argument_fault(
            call.span,
            call.operator,
            what,
            actual,
            expected,
            self.work(),
        )
    }
}

/// The expected operands of a call, with the variable for the result last.
fn expected_by(function: &Function) -> Expected {
    let params = function.params.iter().chain(&function.result).cloned();
    Expected {
        params: params.collect(),
        variadic: function.variadic.clone(),
    }
}
