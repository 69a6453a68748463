//! Lowers references: to the input, to documents, and into values.

use super::{Lower, Steps, unsupported};
use crate::rego::plan::documents;
use crate::rego::plan::ir::{Access, Documents, Keys, Kind, NodeNo, RuleNo, StepKind, Term};
use crate::rego::syntax::ast::{Term as Syntax, TermKind};
use crate::rego::syntax::fault::Fault;
use crate::rego::syntax::span::Span;
use crate::rego::value::Value;

impl Lower<'_, '_> {
    pub(super) fn reference(
        &mut self,
        terms: &[Syntax],
        span: Span,
        steps: &mut Steps,
    ) -> Result<Term, Fault> {
        let Some((head, rest)) = terms.split_first() else {
            return Err(unsupported("an empty reference", span));
        };
        let of = match head.as_var() {
            Some(name) => match (self.scope.find(name), &**name) {
                (Some(slot), _) => Term::Slot(slot),
                (None, "input") => return self.input(rest, steps),
                (None, "data") => return self.data(rest, steps),
                _ => {
                    let what = format!("the variable {name}, which has no value here");
                    return Err(unsupported(&what, span));
                }
            },
            None => self.term(head, steps)?,
        };
        self.accesses(of, rest, Keys::Values, steps)
    }

    fn input(&mut self, rest: &[Syntax], steps: &mut Steps) -> Result<Term, Fault> {
        let names: Vec<String> = rest
            .iter()
            .map_while(Syntax::as_string)
            .map(|name| name.to_string())
            .collect();
        let rest = rest.get(names.len()..).unwrap_or_default();
        let of = self.part(names);
        self.accesses(of, rest, Keys::Values, steps)
    }

    /// The part of the input at a path of names.
    pub(super) fn part(&mut self, path: Vec<String>) -> Term {
        let part = self.builder.part(path);
        self.uses.parts.insert(part);
        Term::Input(part)
    }

    fn data(&mut self, rest: &[Syntax], steps: &mut Steps) -> Result<Term, Fault> {
        let mut node: NodeNo = 0;
        for (number, access) in rest.iter().enumerate() {
            let Some(key) = self.constant(access, steps)? else {
                let rest = rest.get(number..).unwrap_or_default();
                return self.documents(node, rest, steps);
            };
            let child = self
                .builder
                .nodes
                .get(node)
                .and_then(|node| node.child(&key));
            let Some(child) = child else {
                return self.base(node, rest.get(number..).unwrap_or_default(), steps);
            };
            if let Some(rule) = documents::rule_at(self.builder.nodes, child) {
                return self.rule(rule, rest.get(number + 1..).unwrap_or_default(), steps);
            }
            node = child;
        }
        self.uses_below(node);
        Ok(Term::Document(node))
    }

    // A path without rules.
    fn base(&mut self, node: NodeNo, rest: &[Syntax], steps: &mut Steps) -> Result<Term, Fault> {
        let mut path = self
            .builder
            .nodes
            .get(node)
            .map(|node| node.path.clone())
            .unwrap_or_default();
        let mut known = 0;
        for access in rest {
            let Some(key) = self.constant(access, steps)? else {
                break;
            };
            path.push(key);
            known += 1;
        }
        self.accesses(
            Term::Data(path),
            rest.get(known..).unwrap_or_default(),
            Keys::Texts,
            steps,
        )
    }

    fn rule(&mut self, rule: RuleNo, rest: &[Syntax], steps: &mut Steps) -> Result<Term, Fault> {
        self.uses.rules.insert(rule);
        let (kind, depth) = self.builder.kind_of(rule);
        if kind == Kind::Complete || kind == Kind::Function {
            return self.accesses(Term::Rule(rule), rest, Keys::Values, steps);
        }
        let known = rest
            .iter()
            .take(depth)
            .take_while(|access| self.is_bound(access))
            .count();
        if known == 0 {
            return self.accesses(Term::Rule(rule), rest, Keys::Values, steps);
        }
        let (keys, rest) = rest.split_at_checked(known).unwrap_or((rest, &[]));
        let keys = self.terms(keys, steps)?;
        self.accesses(Term::Keyed(rule, keys), rest, Keys::Values, steps)
    }

    // Documents below a node, with a next key that is not known yet.
    fn documents(
        &mut self,
        node: NodeNo,
        rest: &[Syntax],
        steps: &mut Steps,
    ) -> Result<Term, Fault> {
        self.uses_below(node);
        if rest.iter().all(|access| self.is_bound(access)) {
            let keys = self.terms(rest, steps)?;
            return Ok(Term::DocumentAt(node, keys));
        }
        let mut accesses = Vec::with_capacity(rest.len());
        for access in rest {
            accesses.push(if self.is_bound(access) || self.is_reference(access) {
                Access::Key(self.term(access, steps)?)
            } else {
                Access::Each(self.pattern(access, steps)?)
            });
        }
        let value = self.scope.fresh();
        let documents = Documents {
            node,
            accesses,
            value,
        };
        self.step(steps, StepKind::Documents(Box::new(documents)));
        Ok(Term::Slot(value))
    }

    // A dynamic path may reach any rule below the node.
    fn uses_below(&mut self, node: NodeNo) {
        let mut waiting = vec![node];
        while let Some(node) = waiting.pop() {
            let Some(node) = self.builder.nodes.get(node) else {
                continue;
            };
            self.uses.rules.extend(node.rule);
            waiting.extend(node.children.iter().map(|(_, child)| *child));
        }
    }

    fn accesses(
        &mut self,
        of: Term,
        accesses: &[Syntax],
        keys: Keys,
        steps: &mut Steps,
    ) -> Result<Term, Fault> {
        let mut term = of;
        let mut path = Vec::new();
        for access in accesses {
            if self.is_bound(access) || self.is_reference(access) {
                path.push(self.term(access, steps)?);
                continue;
            }
            let of = lookup(term, std::mem::take(&mut path), keys);
            let key = self.pattern(access, steps)?;
            let value = self.scope.fresh();
            self.step(steps, StepKind::Each { of, key, value });
            term = Term::Slot(value);
        }
        Ok(lookup(term, path, keys))
    }

    // Lowering a reference binds the variables in its brackets.
    fn is_reference(&self, term: &Syntax) -> bool {
        matches!(&term.kind, TermKind::Ref(terms) if terms.first().is_some_and(|head| self.is_bound(head)))
    }

    /// Lowers `value = of` if `of` is a reference with an unbound variable only in its last bracket: adds steps that search for the value.
    /// Returns false for other references.
    pub(super) fn find_in(
        &mut self,
        value: &Syntax,
        of: &Syntax,
        steps: &mut Steps,
    ) -> Result<bool, Fault> {
        let TermKind::Ref(terms) = &of.kind else {
            return Ok(false);
        };
        let Some((last, before)) = terms.split_last() else {
            return Ok(false);
        };
        let is_data = before
            .first()
            .and_then(Syntax::as_var)
            .is_some_and(|name| &**name == "data");
        if self.unbound(last).is_none() || !before.iter().all(|term| self.is_bound(term)) {
            return Ok(false);
        }
        // Expressions with more keys to bind are lowered the general way.
        if is_data && !self.is_value(before) {
            return Ok(false);
        }
        let value = self.term(value, steps)?;
        let of = self.reference(before, of.span, steps)?;
        let key = self.pattern(last, steps)?;
        self.step(steps, StepKind::Find { of, key, value });
        Ok(true)
    }

    // Whether a reference to data ends at or below a rule, or at a path without rules. Then it is a value and not a tree of documents.
    fn is_value(&self, terms: &[Syntax]) -> bool {
        let mut node: NodeNo = 0;
        for access in terms.iter().skip(1) {
            let Some(name) = access.as_string() else {
                return false;
            };
            let Some(here) = self.builder.nodes.get(node) else {
                return false;
            };
            match here.named(name) {
                Some(child) if documents::rule_at(self.builder.nodes, child).is_some() => {
                    return true;
                }
                Some(child) => node = child,
                None => return true,
            }
        }
        false
    }

    // The value of a bracket with a constant.
    fn constant(&mut self, access: &Syntax, steps: &mut Steps) -> Result<Option<Value>, Fault> {
        let scalar = matches!(
            access.kind,
            TermKind::String(_) | TermKind::Number(_) | TermKind::Bool(_) | TermKind::Null
        );
        if !scalar {
            return Ok(None);
        }
        match self.term(access, steps)? {
            Term::Constant(value) => Ok(Some(value)),
            _ => Ok(None),
        }
    }
}

fn lookup(of: Term, path: Vec<Term>, keys: Keys) -> Term {
    if path.is_empty() {
        return of;
    }
    Term::Lookup {
        of: Box::new(of),
        path,
        keys,
    }
}
