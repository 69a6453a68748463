//! What the stages ask about OPA's builtins. Those of the host are known to the tree of rules, see `RuleTree::builtin`.

use crate::rego::syntax::ast::{Term, TermKind};
use crate::rego::types::{Declaration, Type, opa_builtin};

/// How many operands a builtin of OPA takes; `None` where it is none.
pub(crate) fn arity(name: &str) -> Option<usize> {
    opa_builtin(name).map(Declaration::arity)
}

/// Whether a builtin of OPA is no longer to be called.
pub(crate) fn is_deprecated(name: &str) -> bool {
    opa_builtin(name).is_some_and(|builtin| builtin.deprecated)
}

/// Whether a call of a builtin of OPA may have a scalar as its value. What is not known may be.
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
