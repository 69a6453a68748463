//! Rules of fields.

use super::super::Failure;
use super::super::syntax::document::{Field, Selection};
use super::super::syntax::schema::{Definition, Kind};
use super::Check;
use super::suggest::{hint, suggested};
use std::collections::{BTreeMap, BTreeSet};

/// The fields of introspection whose lists count, and how deep they may nest.
const LISTS: [&str; 4] = ["fields", "interfaces", "possibleTypes", "inputFields"];
const MAX_LISTS: usize = 3;

impl<'q> Check<'q, '_, '_> {
    pub(super) fn field_of_type(&mut self, field: &Field) -> Result<(), Failure> {
        let parent = field.parent.get().and_then(|id| self.schema.get(id));
        let (Some(parent), None) = (parent, field.definition.get()) else {
            return Ok(());
        };
        let (name, of) = (&field.name, &parent.name);
        let types = self.types_with(parent, name);
        let hint = if !types.is_empty() {
            hint("Did you mean to use an inline fragment on", &types)
        } else if matches!(parent.kind, Kind::Object | Kind::Interface) {
            let names = parent.fields.iter().map(|field| &*field.name);
            hint("Did you mean", &suggested(name, names))
        } else {
            String::new()
        };
        let text = format!("Cannot query field \"{name}\" on type \"{of}\".{hint}");
        self.error(field.place, &text)
    }

    // The types that have a field, of those that a value of an abstract type may be of; interfaces that have it first.
    fn types_with(&self, parent: &Definition, name: &str) -> Vec<&'q str> {
        if !matches!(parent.kind, Kind::Interface | Kind::Union) {
            return Vec::new();
        }
        let mut found: Vec<&str> = Vec::new();
        let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
        let possible = self.schema.possible(&parent.name).iter();
        for of in possible.filter_map(|id| self.schema.get((*id)?)) {
            if of.field(name).is_none() {
                continue;
            }
            found.push(&of.name);
            for interface in &of.interfaces {
                let known = self.schema.find(interface);
                if known.is_some_and(|known| known.field(name).is_some()) {
                    *uses.entry(interface).or_default() += 1;
                }
            }
        }
        found.extend(uses.keys());
        let count = |name: &str| uses.get(name).copied().unwrap_or(0);
        found.sort_by(|one, other| count(other).cmp(&count(one)).then(one.cmp(other)));
        found
    }

    pub(super) fn scalar_leafs(&mut self, field: &Field) -> Result<(), Failure> {
        let definition = field.definition.get().and_then(|id| self.schema.field(id));
        let Some(definition) = definition else {
            return Ok(());
        };
        let Some(of) = self.schema.find(definition.of.name()) else {
            return Ok(());
        };
        let name = &field.name;
        match (of.kind.is_leaf(), field.selections.is_empty()) {
            (true, false) => {
                let of = &of.name;
                let text = format!(
                    "Field \"{name}\" must not have a selection since type \"{of}\" has no subfields."
                );
                self.error(field.place, &text)
            }
            (false, true) => {
                let of = &definition.of;
                let text = format!(
                    "Field \"{name}\" of type \"{of}\" must have a selection of subfields. Did you mean \"{name} {{ ... }}\"?"
                );
                self.error(field.place, &text)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn introspection_depth(&mut self, field: &'q Field) -> Result<(), Failure> {
        let is_introspection = matches!(&*field.name, "__schema" | "__type");
        if is_introspection && self.nests_lists(field, 0, &mut BTreeSet::new())? {
            return self.error(field.place, "Maximum introspection depth exceeded");
        }
        Ok(())
    }

    fn nests_lists(
        &mut self,
        field: &'q Field,
        lists: usize,
        inside: &mut BTreeSet<&'q str>,
    ) -> Result<bool, Failure> {
        let lists = lists + usize::from(LISTS.contains(&&*field.name));
        if lists >= MAX_LISTS {
            return Ok(true);
        }
        self.deeper(|check| check.selections_nest_lists(&field.selections, lists, inside))
    }

    fn selections_nest_lists(
        &mut self,
        selections: &'q [Selection],
        lists: usize,
        inside: &mut BTreeSet<&'q str>,
    ) -> Result<bool, Failure> {
        for selection in selections {
            let nests = match selection {
                Selection::Field(field) => self.nests_lists(field, lists, inside)?,
                Selection::Inline(inline) => self.deeper(|check| {
                    check.selections_nest_lists(&inline.selections, lists, inside)
                })?,
                Selection::Spread(spread) => {
                    let fragment = spread.definition.get();
                    let fragment = fragment.and_then(|index| self.query.fragments.get(index));
                    match fragment {
                        Some(fragment) if inside.insert(&spread.name) => {
                            let nests = self.deeper(|check| {
                                check.selections_nest_lists(&fragment.selections, lists, inside)
                            })?;
                            inside.remove(&*spread.name);
                            nests
                        }
                        _ => false,
                    }
                }
            };
            if nests {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
