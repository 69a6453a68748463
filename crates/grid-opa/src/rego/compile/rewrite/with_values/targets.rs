//! Checks of what a modifier replaces, and by what.

use crate::rego::compile::rewrite::comprehension_terms::requires_evaluation;
use crate::rego::compile::tree::{Key, RuleTree};
use crate::rego::syntax::ast::{Term, TermKind};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::text;
use crate::rego::types::Declaration;

/// The possible targets of modifiers.
pub(crate) struct Targets<'t> {
    tree: &'t RuleTree,
    unsafe_builtins: &'t [&'t str],
}

impl<'t> Targets<'t> {
    pub(crate) const fn new(tree: &'t RuleTree, unsafe_builtins: &'t [&'t str]) -> Self {
        Self {
            tree,
            unsafe_builtins,
        }
    }

    /// Checks a modifier. Returns whether its value must be evaluated first.
    pub(super) fn validate(&self, target: &mut Term, value: &mut Term) -> Result<bool, Fault> {
        if value
            .as_var()
            .is_some_and(|name| self.tree.builtin(name).is_some())
        {
            refer(value);
        }
        let replaces_builtin = self.is_builtin(target)?;
        if let Some(path) = document(target, "data") {
            if self.replaces_function(path, target.span)? && self.is_function_value(value)? {
                return Ok(false);
            }
            if self.names_function(value) {
                return Ok(false);
            }
        } else if document(target, "input").is_none() {
            if !replaces_builtin {
                let message =
                    "with keyword target must reference existing input, data, or a function";
                return Err(Fault::new(Code::Type, message, target.span));
            }
            refer(target);
            self.validate_builtin(target)?;
            if self.is_function_value(value)? {
                return Ok(false);
            }
        }
        Ok(requires_evaluation(value))
    }

    fn is_builtin(&self, term: &Term) -> Result<bool, Fault> {
        if !matches!(term.kind, TermKind::Ref(_) | TermKind::Var(_)) {
            return Ok(false);
        }
        let name = text::of_term(term);
        if self.unsafe_builtins.contains(&name.as_str()) {
            return Err(refused(
                &format!("target must not be unsafe: {name:?}"),
                term.span,
            ));
        }
        Ok(self.tree.builtin(&name).is_some())
    }

    /// Whether there are functions at a path below `data`. No rule may be above it.
    fn replaces_function(&self, path: &[Term], span: Span) -> Result<bool, Fault> {
        let Some((last, before)) = path.split_last() else {
            return Ok(false);
        };
        let child = |node: &'t RuleTree, part| Key::of(part).and_then(|key| node.child(&key));
        let mut node = self.tree;
        for part in before {
            let Some(next) = child(node, part) else {
                break;
            };
            if !next.rules.is_empty() {
                let message = "with keyword cannot partially replace virtual document(s)";
                return Err(Fault::new(Code::Compile, message, span));
            }
            node = next;
        }
        Ok(child(node, last).is_some_and(is_function))
    }

    /// Whether a value names a function.
    fn names_function(&self, value: &Term) -> bool {
        match &value.kind {
            TermKind::Ref(terms) => self.tree.find_ref(terms).is_some_and(is_function),
            _ => false,
        }
    }

    /// Whether the value that replaces a function is a function or a document below `data`.
    fn is_function_value(&self, value: &Term) -> Result<bool, Fault> {
        match &value.kind {
            TermKind::Ref(terms) if self.tree.find_ref(terms).is_some() => Ok(true),
            _ => self.is_builtin(value),
        }
    }

    fn validate_builtin(&self, target: &Term) -> Result<(), Fault> {
        let name = text::of_term(target);
        let refuse = |what: &str| Err(refused(what, target.span));
        let builtin = self.tree.builtin(&name);
        match name.as_str() {
            "eq" | "rego.metadata.chain" | "rego.metadata.rule" => {
                refuse(&format!("replacement of {name:?} invalid"))
            }
            name if name.starts_with("internal.") => refuse(&format!(
                "replacement of internal function {name:?} invalid"
            )),
            _ if builtin.is_some_and(|builtin| builtin.relation) => {
                refuse("target must not be a relation")
            }
            _ if builtin.is_some_and(Declaration::is_void) => {
                refuse("target must not be a void function")
            }
            _ => Ok(()),
        }
    }
}

/// Whether there are functions at a node.
const fn is_function(node: &RuleTree) -> bool {
    node.params > 0
}

fn refused(what: &str, span: Span) -> Fault {
    let message = format!("with keyword replacing built-in function: {what}");
    Fault::new(Code::Compile, message, span)
}

/// Turns a variable with the name of a builtin into a reference.
fn refer(term: &mut Term) {
    if let TermKind::Var(name) = &term.kind {
        let name = Term::var(name, Span::default());
        term.kind = TermKind::Ref(vec![name]);
    }
}

/// The path below a document, if a reference begins with that document.
fn document<'t>(term: &'t Term, name: &str) -> Option<&'t [Term]> {
    let TermKind::Ref(terms) = &term.kind else {
        return None;
    };
    let (head, path) = terms.split_first()?;
    head.as_var()
        .is_some_and(|head| **head == *name)
        .then_some(path)
}
