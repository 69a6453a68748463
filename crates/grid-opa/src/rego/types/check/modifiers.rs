//! Modifiers: what they replace, and the types that change with it.

use crate::rego::syntax::ast::{Expr, Term, TermKind, With};
use crate::rego::syntax::text;
use crate::rego::types::check::Checker;
use crate::rego::types::check::env::Env;
use crate::rego::types::check::tree::{Path, Tree};
use crate::rego::types::messages::faults::{Expected, TypeFault, argument_fault};
use crate::rego::types::model::kind::Type;
use crate::rego::types::model::unify::unifies;
use crate::rego::types::model::union::or;
use std::rc::Rc;

impl Checker<'_> {
    /// Checks that a function has as many parameters as the function that it replaces.
    pub(super) fn check_replacement(&self, env: &Env<'_>, with: &With) -> Result<(), TypeFault> {
        let (target, value) = (
            self.type_of(env, &with.target),
            self.type_of(env, &with.value),
        );
        let (Some(Type::Function(expected)), Some(Type::Function(actual))) = (&target, &value)
        else {
            return Ok(());
        };
        if unifies(target.as_ref(), value.as_ref(), self.work()) {
            return Ok(());
        }
        let actual: Vec<_> = actual.params.iter().map(|param| param.of.clone()).collect();
        let expected = Expected {
            params: expected.params.clone(),
            variadic: expected.variadic.clone(),
        };
        Err(argument_fault(
            with.span,
            &with.target,
            "arity mismatch",
            &actual,
            &expected,
            self.work(),
        ))
    }

    /// The environment of an expression with modifiers: replaced documents can also have the types of their replacements, and rules that
    /// depend on them can have any type.
    pub(super) fn with_env<'e>(&self, env: &'e Env<'e>, expr: &Expr) -> Option<Env<'e>> {
        let (mut trees, mut replaced) = (Vec::new(), None);
        for with in &expr.with {
            let TermKind::Ref(target) = &with.target.kind else {
                continue;
            };
            let of = self.type_of_ref(env, target);
            let is_function = matches!(of, Some(Type::Function(_)));
            // The last modifier takes precedence.
            trees.splice(0..0, self.relaxed_dependents(target, is_function));
            if is_function {
                continue;
            }
            let Some((path, used)) = Path::of(target) else {
                continue;
            };
            let value = self.type_of(env, &with.value);
            // If the type at the place is not known, the union is not known either.
            let both = match (of, value) {
                (Some(of), Some(value)) if used == target.len() => or(Some(of), Some(value)),
                _ => None,
            };
            replaced
                .get_or_insert_with(Tree::default)
                .put(&path, both.unwrap_or(Type::Any));
        }
        // A replaced document keeps the type of its replacement, even if it depends on the target of another modifier.
        trees.splice(0..0, replaced.map(Rc::new));
        (!trees.is_empty()).then(|| env.with(trees))
    }

    /// The rules that depend on the target of a modifier, with the type `any`. A replaced function keeps its declaration.
    fn relaxed_dependents(&self, target: &[Term], is_function: bool) -> Option<Rc<Tree>> {
        let kind = if is_function { "function" } else { "document" };
        let name = format!("{kind} {}", text::of_ref(target));
        if let Some(known) = self.relaxed.borrow().get(&name) {
            return known.clone();
        }
        let mut tree = None;
        let itself = Path::of(target).map(|(path, _)| path);
        for reference in (self.surroundings().dependents)(target) {
            if !self.work().spend(20) {
                break;
            }
            let Some((path, _)) = Path::of(&reference) else {
                continue;
            };
            if !is_function || itself.as_ref() != Some(&path) {
                tree.get_or_insert_with(Tree::default).put(&path, Type::Any);
            }
        }
        let tree = tree.map(Rc::new);
        self.relaxed.borrow_mut().insert(name, tree.clone());
        tree
    }
}
