//! The types of variables and documents at a point of a policy.

use crate::rego::syntax::ast::Name;
use crate::rego::types::check::places::{TypeSource, Vars};
use crate::rego::types::check::tree::Tree;
use crate::rego::types::check::work::Work;
use crate::rego::types::declare::Builtins;
use crate::rego::types::model::kind::Type;
use std::rc::Rc;

/// The types in a body, or in an expression with modifiers, on top of those of the surrounding scopes.
#[derive(Debug)]
pub(crate) struct Env<'e> {
    layer: Layer<'e>,
    around: Option<&'e Self>,
}

#[derive(Debug)]
enum Layer<'e> {
    Builtins,
    Rules(&'e Tree),
    Body(Vars),
    /// The replacements of modifiers; the first tree takes precedence.
    With(Vec<Rc<Tree>>),
}

impl<'e> Env<'e> {
    /// The outermost environment: the builtins, which the checker knows.
    pub(crate) const fn builtins() -> Self {
        Self {
            layer: Layer::Builtins,
            around: None,
        }
    }

    pub(crate) const fn rules(&'e self, tree: &'e Tree) -> Self {
        Self {
            layer: Layer::Rules(tree),
            around: Some(self),
        }
    }

    pub(crate) fn body(&'e self) -> Self {
        Self {
            layer: Layer::Body(Vars::default()),
            around: Some(self),
        }
    }

    pub(crate) const fn with(&'e self, trees: Vec<Rc<Tree>>) -> Self {
        Self {
            layer: Layer::With(trees),
            around: Some(self),
        }
    }

    /// Sets the type of a variable of the body.
    pub(crate) fn set_var(&self, name: &Name, of: Option<Type>) {
        match (&self.layer, self.around) {
            (Layer::Body(vars), _) => {
                vars.borrow_mut().insert(name.clone(), of);
            }
            (Layer::With(_), Some(around)) => around.set_var(name, of),
            _ => {}
        }
    }

    /// The sources of types, from the innermost outward.
    pub(crate) fn sources(
        &'e self,
        builtins: &'e Builtins,
        work: &'e Work,
    ) -> impl Iterator<Item = TypeSource<'e>> {
        let layers = std::iter::successors(Some(self), |env| env.around);
        layers
            .flat_map(move |env| {
                let (one, trees) = match &env.layer {
                    Layer::Builtins => (Some(TypeSource::Builtins(builtins)), [].as_slice()),
                    Layer::Rules(tree) => (Some(TypeSource::Tree(tree)), [].as_slice()),
                    Layer::Body(vars) => (Some(TypeSource::Vars(vars)), [].as_slice()),
                    Layer::With(trees) => (None, trees.as_slice()),
                };
                one.into_iter()
                    .chain(trees.iter().map(|tree| TypeSource::Tree(tree)))
            })
            .inspect(|_| {
                work.spend(1);
            })
    }
}
