//! The conditions for a cycle through a reference with variables.

use crate::rego::compile::builtins;
use crate::rego::compile::graph::{Reference, members};
use crate::rego::compile::names::originals::Originals;
use crate::rego::compile::recursion::links::{Analysis, Links, selecting, selects};
use crate::rego::compile::recursion::origins::{Origin, origin};
use crate::rego::syntax::ast::{Term, TermKind};
use crate::rego::syntax::order::compare;
use crate::rego::syntax::text;
use std::fmt::Write as _;

/// The maximum number of reported conditions.
const CONDITIONS: usize = 2;
/// The maximum number of reported values of a collection.
const MEMBERS: usize = 5;

/// The names of rules in messages.
pub(super) struct Naming<'n> {
    pub(super) originals: Originals<'n>,
    /// The references of rules from `data`, by rule number.
    pub(super) reference: &'n dyn Fn(usize) -> Option<Vec<Term>>,
}

impl Naming<'_> {
    pub(super) fn name(&self, rule: usize) -> String {
        let reference = (self.reference)(rule).unwrap_or_default();
        self.originals.text_of_ref(&reference)
    }
}

/// A part of a reference, and the value that it must have.
struct Condition<'t> {
    /// The compiler's form.
    part: &'t Term,
    /// The source text.
    shown: String,
    value: Term,
}

/// Explains the first uncertain dependency of a path.
pub(super) fn explain(path: &[usize], links: &Links<'_, '_>, naming: &Naming<'_>) -> String {
    let pairs = path.iter().zip(path.iter().skip(1)).enumerate();
    for (number, (from, to)) in pairs {
        if let Some(reference) = links.cause(*from, *to)
            && let Some(analysis) = links.analysis(*from)
        {
            let within = (number > 0).then(|| naming.name(*from));
            let explained = Explained {
                reference,
                analysis,
                from: *from,
                to: *to,
                naming,
            };
            return explained.text(within).unwrap_or_default();
        }
    }
    String::new()
}

struct Explained<'e, 'm> {
    reference: &'e Reference<'m>,
    analysis: &'e Analysis<'m>,
    from: usize,
    to: usize,
    naming: &'e Naming<'e>,
}

impl Explained<'_, '_> {
    fn text(&self, within: Option<String>) -> Option<String> {
        let target = (self.naming.reference)(self.to)?;
        let length = self.reference.terms.len().min(target.len());
        let shown = self
            .naming
            .originals
            .text_of_ref(self.reference.terms.get(..length)?);
        let mut out = format!(" ({shown}");
        if let Some(rule) = within {
            let _ = write!(out, " in {rule}");
        }
        let name = self.naming.name(self.to);
        match self.conditions(&target) {
            Some(conditions) => {
                let _ = write!(out, " refers to {name}");
                for (number, condition) in conditions.iter().enumerate() {
                    out += if number == 0 { " if " } else { " and " };
                    let _ = write!(
                        out,
                        "{} is {}",
                        condition.shown,
                        text::of_term(&condition.value)
                    );
                    if let Some(note) = self.note(condition) {
                        let _ = write!(out, " ({note})");
                    }
                }
            }
            None => {
                let _ = write!(out, " could refer to {name}");
            }
        }
        out += ")";
        Some(out)
    }

    /// The required values of parts, if they are few and possible.
    fn conditions(&self, target: &[Term]) -> Option<Vec<Condition<'_>>> {
        let selecting = selecting(self.reference);
        let selection = selects(&selecting, target, &self.analysis.bound, self.reference.at);
        let mut conditions: Vec<Condition<'_>> = Vec::new();
        for place in selection.parts {
            let part = self.reference.terms.get(place)?;
            let value = target.get(place)?;
            let shown = self.naming.originals.text(part);
            match conditions.iter().find(|condition| condition.shown == shown) {
                None => conditions.push(Condition {
                    part,
                    shown,
                    value: value.clone(),
                }),
                // A part cannot have two values.
                Some(condition) if compare(&condition.value, value).is_ne() => return None,
                Some(_) => {}
            }
        }
        let can_be = conditions.iter().all(|condition| self.can_be(condition));
        let is_reported = !conditions.is_empty() && conditions.len() <= CONDITIONS && can_be;
        is_reported.then_some(conditions)
    }

    fn origin(&self, part: &Term) -> Option<Origin<'_>> {
        origin(self.analysis.rule, self.reference.at, part.as_var()?)
    }

    /// Whether a variable can have the value, as far as its origin is known.
    fn can_be(&self, condition: &Condition<'_>) -> bool {
        match self.origin(condition.part) {
            Some(Origin::Collection(collection)) => members(collection)
                .iter()
                .any(|member| compare(member, &condition.value).is_eq()),
            Some(Origin::Builtin(name)) => builtins::may_return(&name, &condition.value),
            _ => true,
        }
    }

    /// The origin of a part's value.
    fn note(&self, condition: &Condition<'_>) -> Option<String> {
        if let TermKind::Ref(reference) = &condition.part.kind {
            let of_data = reference
                .first()?
                .as_var()
                .is_some_and(|head| **head == *"data");
            return of_data.then(|| "rule values aren't known at compile time".to_owned());
        }
        let shown = &condition.shown;
        Some(match self.origin(condition.part)? {
            Origin::Input(reference) => {
                let input = self.naming.originals.text_of_ref(reference);
                format!("{shown} comes from {input}")
            }
            Origin::Rule(reference) => {
                let rule = text::of_ref(reference);
                format!("{shown} comes from rule {rule}, whose value isn't known at compile time")
            }
            Origin::Collection(collection) => match members(collection).len() {
                count if count > MEMBERS => format!("{shown} is one of {count} values"),
                _ => format!("{shown} is one of {}", text::of_term(collection)),
            },
            Origin::Builtin(name) => format!("{shown} is computed by {name}"),
            Origin::Key => format!("{shown} is a key of {}", self.naming.name(self.from)),
            Origin::Argument => {
                format!("{shown} is an argument of {}", self.naming.name(self.from))
            }
        })
    }
}
