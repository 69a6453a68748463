//! A rule and its `else` branches. The chain may be long, so it is walked without recursion.

use crate::rego::syntax::ast::Rule;

/// The rule, then its `else` branches.
pub(crate) fn chain(rule: &Rule) -> impl Iterator<Item = &Rule> {
    std::iter::successors(Some(rule), |rule| rule.otherwise.as_deref())
}

/// Changes the rule, then its `else` branches.
pub(crate) fn change_chain(rule: &mut Rule, mut change: impl FnMut(&mut Rule)) {
    let mut next = Some(rule);
    while let Some(rule) = next {
        change(rule);
        next = rule.otherwise.as_deref_mut();
    }
}
