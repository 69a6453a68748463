//! Finds input types that require a value of themselves.

use super::super::syntax::At;
use super::super::syntax::schema::{Definition, Kind};
use super::{Failure, Schema, wrong};
use crate::rego::value::text::quoted;
use std::collections::{BTreeMap, BTreeSet};

/// The maximum number of types in a chain.
const MAX_CHAIN: usize = 250;

pub(super) fn check(schema: &Schema) -> Result<(), Failure> {
    let mut search = Search {
        schema,
        visited: BTreeSet::new(),
        path: Vec::new(),
        starts: BTreeMap::new(),
    };
    let types = schema.names().filter_map(|name| schema.find(name));
    for definition in types.filter(|definition| definition.kind == Kind::Input) {
        search.visit(definition)?;
    }
    Ok(())
}

struct Search<'s> {
    schema: &'s Schema,
    visited: BTreeSet<&'s str>,
    /// The fields from one type to the next.
    path: Vec<(&'s str, At)>,
    /// The places in the path where types begin.
    starts: BTreeMap<&'s str, usize>,
}

impl<'s> Search<'s> {
    fn visit(&mut self, of: &'s Definition) -> Result<(), Failure> {
        if !self.visited.insert(&of.name) {
            return Ok(());
        }
        if self.path.len() >= MAX_CHAIN {
            return Err(Failure::unsure(
                "input types of a GraphQL schema nest too deep",
            ));
        }
        self.starts.insert(&of.name, self.path.len());
        // A field that may be null, and a list, ends a cycle.
        let fields = of.fields.iter();
        for field in fields.filter(|field| field.of.is_non_null && field.of.item.is_none()) {
            let next = self.schema.find(&field.of.named);
            let Some(next) = next.filter(|next| next.kind == Kind::Input) else {
                continue;
            };
            self.path.push((&field.name, field.place));
            if let Some(start) = self.starts.get(&*next.name) {
                let cycle = self.path.get(*start..).unwrap_or(&[]);
                let names: Vec<&str> = cycle.iter().map(|(name, _)| *name).collect();
                let (name, names) = (quoted(&next.name), quoted(&names.join(".")));
                let text = format!(
                    "Cannot reference Input Object {name} within itself through a series of non-null fields: {names}."
                );
                return Err(wrong(cycle.first().and_then(|(_, at)| *at), &text));
            }
            self.visit(next)?;
            self.path.pop();
        }
        self.starts.remove(&*of.name);
        Ok(())
    }
}
