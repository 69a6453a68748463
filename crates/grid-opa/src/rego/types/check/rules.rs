//! The check of rules, and the types of their documents.

use crate::rego::syntax::ast::{Module, Rule, Term, TermKind};
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::visit::{Visitor, walk_term};
use crate::rego::types::check::env::Env;
use crate::rego::types::check::tree::{Path, Tree};
use crate::rego::types::check::{Checker, Sink};
use crate::rego::types::model::kind::{Param, Type};

impl Checker<'_> {
    /// Checks a rule and its `else` branches. Adds the types of their documents to the tree.
    pub(crate) fn check_rule(
        &self,
        module: &Module,
        rule: &Rule,
        tree: &mut Tree,
        faults: &mut Vec<Fault>,
    ) {
        let mut rule = Some(rule);
        while let Some(current) = rule {
            let reference = rule_ref(module, current);
            if let Some((path, used)) = Path::of(&reference) {
                let behind = reference.get(used..).unwrap_or_default();
                match self.type_of_rule(current, behind, tree, faults) {
                    Contribution::Unknown => {}
                    Contribution::Some(of) => tree.insert(&path, &of, self.work()),
                    Contribution::Faulty => {
                        if let Some(path) = Path::with_vars(&reference) {
                            tree.put(&path, Type::Any);
                        }
                    }
                }
            }
            rule = current.otherwise.as_deref();
        }
    }

    fn type_of_rule(
        &self,
        rule: &Rule,
        behind: &[Term],
        tree: &Tree,
        faults: &mut Vec<Fault>,
    ) -> Contribution {
        let builtins = Env::builtins();
        let rules = builtins.rules(tree);
        // Types from annotations with schemas for `input` and `data` would come here, between the rules and the body.
        let env = rules.body();
        let mut sink = Sink::kept();
        if !self.check_body(&env, &rule.body, &mut sink) {
            faults.extend(sink.into_faults());
            return Contribution::Faulty;
        }
        let head = &rule.head;
        let of = match (&head.args, &head.value, &head.key) {
            (Some(args), value, _) if !args.is_empty() => {
                let mut unused = UnusedParams {
                    checker: self,
                    env: &env,
                };
                for arg in args {
                    walk_term(arg, &mut unused);
                }
                let params = args
                    .iter()
                    .map(|arg| Param::unnamed(self.type_of(&env, arg)));
                let result = value.as_ref().and_then(|value| self.type_of(&env, value));
                // The type of a function ignores the variable parts of its reference.
                return Contribution::Some(Type::function(params.collect(), result));
            }
            (_, Some(value), _) => self.type_of(&env, value),
            (_, None, Some(key)) => self.type_of(&env, key).map(|key| Type::set(Some(key))),
            (_, None, None) => None,
        };
        let of = behind.iter().rev().try_fold(of, |of, key| {
            let key = self.type_of(&env, key)?;
            Some(Some(Type::object_of(Some(key), Some(of?))))
        });
        of.flatten()
            .map_or(Contribution::Unknown, Contribution::Some)
    }
}

/// The contribution of a rule to the type of its document.
enum Contribution {
    Some(Type),
    /// An unknown type, which adds nothing.
    Unknown,
    /// The rule has faults. They cause no faults in rules that refer to it.
    Faulty,
}

/// Gives the type `any` to parameters that the body does not use.
struct UnusedParams<'w> {
    checker: &'w Checker<'w>,
    env: &'w Env<'w>,
}

impl Visitor for UnusedParams<'_> {
    fn term(&mut self, term: &Term) -> bool {
        if let Some(name) = term.as_var()
            && self.checker.type_of_var(self.env, name).is_none()
        {
            self.env.set_var(name, Some(Type::Any));
        }
        true
    }
}

/// The full reference of a rule: the path of the package, then that of the head.
fn rule_ref(module: &Module, rule: &Rule) -> Vec<Term> {
    let mut reference = module.package.path.clone();
    for (number, part) in rule.head.reference.iter().enumerate() {
        match (&part.kind, number) {
            (TermKind::Var(name), 0) => reference.push(Term::string(name, part.span)),
            _ => reference.push(part.clone()),
        }
    }
    reference
}
