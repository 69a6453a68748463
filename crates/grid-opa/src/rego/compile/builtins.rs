//! Queries about OPA's builtins. `RuleTree::builtin` also knows the builtins of the host.

use crate::rego::syntax::ast::{Term, TermKind};
use crate::rego::types::{Declaration, Type, opa_builtin};

/// The number of operands of an OPA builtin; `None` if there is no such builtin.
pub(crate) fn arity(name: &str) -> Option<usize> {
    opa_builtin(name).map(Declaration::arity)
}

/// Whether an OPA builtin is deprecated.
pub(crate) fn is_deprecated(name: &str) -> bool {
    opa_builtin(name).is_some_and(|builtin| builtin.deprecated)
}

/// Whether a call of an OPA builtin can return a given scalar. An unknown builtin or result can.
pub(crate) fn may_return(name: &str, value: &Term) -> bool {
    let result =
        opa_builtin(name).and_then(|builtin| builtin.function.result.as_ref()?.of.as_ref());
    result.is_none_or(|result| match result {
        Type::OneOf(types) => types.of.iter().any(|result| fits(result, value)),
        result => fits(result, value),
    })
}

fn fits(result: &Type, value: &Term) -> bool {
    match value.kind {
        TermKind::Null => matches!(result, Type::Any | Type::Null),
        TermKind::Bool(_) => matches!(result, Type::Any | Type::Boolean),
        TermKind::Number(_) => matches!(result, Type::Any | Type::Number),
        TermKind::String(_) => matches!(result, Type::Any | Type::String),
        _ => true,
    }
}
