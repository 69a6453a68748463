//! Rules of fragments.

use super::super::Failure;
use super::super::syntax::TypeId;
use super::super::syntax::document::{Fragment, Inline, Spread};
use super::super::syntax::schema::Kind;
use super::Check;
use super::suggest::{hint, suggested};
use std::collections::BTreeSet;

impl<'q> Check<'q, '_, '_> {
    pub(super) fn composite_inline(&mut self, inline: &Inline) -> Result<(), Failure> {
        let name = &inline.condition;
        match self.schema.find(name) {
            Some(of) if !of.kind.is_composite() => {
                let text = format!("Fragment cannot condition on non composite type \"{name}\".");
                self.error(inline.place, &text)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn composite_fragment(&mut self, fragment: &Fragment) -> Result<(), Failure> {
        let (name, condition) = (&fragment.name, &fragment.condition);
        match self.schema.find(condition) {
            Some(of) if !condition.is_empty() && !of.kind.is_composite() => {
                let text = format!(
                    "Fragment \"{name}\" cannot condition on non composite type \"{condition}\"."
                );
                self.error(fragment.place, &text)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn known_inline_type(&mut self, inline: &Inline) -> Result<(), Failure> {
        let name = &inline.condition;
        if name.is_empty() || self.schema.id(name).is_some() {
            return Ok(());
        }
        self.error(inline.place, &format!("Unknown type \"{name}\"."))
    }

    pub(super) fn known_fragment_type(&mut self, fragment: &Fragment) -> Result<(), Failure> {
        let name = &fragment.condition;
        if self.schema.id(name).is_some() {
            return Ok(());
        }
        let hint = hint("Did you mean", &suggested(name, self.schema.names()));
        self.error(fragment.place, &format!("Unknown type \"{name}\".{hint}"))
    }

    pub(super) fn known_fragment(&mut self, spread: &Spread) -> Result<(), Failure> {
        match spread.definition.get() {
            Some(_) => Ok(()),
            None => {
                let text = format!("Unknown fragment \"{}\".", spread.name);
                self.error(spread.place, &text)
            }
        }
    }

    pub(super) fn use_fragment(&mut self, spread: &'q Spread) {
        if !self.in_fragments {
            self.used_fragments.insert(&spread.name);
        }
    }

    pub(super) fn unused_fragment(&mut self, fragment: &Fragment) -> Result<(), Failure> {
        self.in_fragments = true;
        if self.used_fragments.contains(&*fragment.name) {
            return Ok(());
        }
        let text = format!("Fragment \"{}\" is never used.", fragment.name);
        self.error(fragment.place, &text)
    }

    pub(super) fn unique_fragment(&mut self, fragment: &'q Fragment) -> Result<(), Failure> {
        if self.seen_fragments.insert(&fragment.name) {
            return Ok(());
        }
        let text = format!(
            "There can be only one fragment named \"{}\".",
            fragment.name
        );
        self.error(fragment.place, &text)
    }

    pub(super) fn possible_inline(&mut self, inline: &Inline) -> Result<(), Failure> {
        let of = &inline.condition;
        match self.impossible(inline.parent.get(), of)? {
            None => Ok(()),
            Some(parent) => {
                let text = format!(
                    "Fragment cannot be spread here as objects of type \"{parent}\" can never be of type \"{of}\"."
                );
                self.error(inline.place, &text)
            }
        }
    }

    pub(super) fn possible_spread(&mut self, spread: &Spread) -> Result<(), Failure> {
        let fragment = spread.definition.get();
        let fragment = fragment.and_then(|index| self.query.fragments.get(index));
        let Some(Fragment { condition: of, .. }) = fragment else {
            return Ok(());
        };
        match self.impossible(spread.parent.get(), of)? {
            None => Ok(()),
            Some(parent) => {
                let name = &spread.name;
                let text = format!(
                    "Fragment \"{name}\" cannot be spread here as objects of type \"{parent}\" can never be of type \"{of}\"."
                );
                self.error(spread.place, &text)
            }
        }
    }

    // The name of a type if none of its values can be of another type.
    fn impossible(
        &mut self,
        parent: Option<TypeId>,
        name: &str,
    ) -> Result<Option<&'q str>, Failure> {
        self.tick()?;
        let parent_definition = parent.and_then(|id| self.schema.get(id));
        let (Some(parent), Some(of)) = (parent_definition, self.schema.find(name)) else {
            return Ok(None);
        };
        if !of.kind.is_composite() {
            return Ok(None);
        }
        let known = |id: &Option<TypeId>| Some(&*self.schema.get((*id)?)?.name);
        let parents: BTreeSet<&str> = match parent.kind {
            Kind::Object => BTreeSet::from([&*parent.name]),
            Kind::Interface | Kind::Union => {
                let possible = self.schema.possible(&parent.name);
                possible.iter().filter_map(known).collect()
            }
            _ => return Ok(None),
        };
        let mut possible = self.schema.possible(name).iter().filter_map(known);
        let can_be = possible.any(|name| parents.contains(name));
        Ok((!can_be).then_some(&*parent.name))
    }
}
