//! Fields with the same name in an answer must be the same.

use super::super::Failure;
use super::super::syntax::document::{Field, Fragment, Selection, Spread};
use super::super::syntax::schema;
use super::super::syntax::{At, Type};
use super::Check;
use super::same::same_arguments;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The pairs of fragments that were compared, and whether only for types that exclude each other.
pub(super) type Pairs<'q> = BTreeMap<(&'q str, &'q str), bool>;

struct Conflict<'q> {
    name: &'q str,
    text: String,
    inner: Vec<Self>,
    place: At,
}

impl Conflict<'_> {
    fn write(&self, output: &mut String) {
        output.push_str(&self.text);
        for (index, inner) in self.inner.iter().enumerate() {
            let and = if index > 0 { " and " } else { "" };
            // Writing to a string cannot fail.
            let _ = write!(
                output,
                "{and}subfields \"{}\" conflict because ",
                inner.name
            );
            inner.write(output);
        }
    }
}

type Conflicts<'q> = Vec<Conflict<'q>>;

/// Fields by their names in an answer, in the order of the names, and the spreads beside them.
#[derive(Default)]
struct Fields<'q> {
    names: Vec<&'q str>,
    fields: BTreeMap<&'q str, Vec<&'q Field>>,
    spreads: Vec<&'q Spread>,
}

impl<'q> Fields<'q> {
    fn of(selections: &'q [Selection]) -> Self {
        let mut fields = Self::default();
        fields.add(selections);
        fields
    }

    // The parser limits how deep inline fragments nest.
    fn add(&mut self, selections: &'q [Selection]) {
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    let name = field.response_name();
                    let same = self.fields.entry(name).or_default();
                    if same.is_empty() {
                        self.names.push(name);
                    }
                    same.push(field);
                }
                Selection::Inline(inline) => self.add(&inline.selections),
                Selection::Spread(spread) => self.spreads.push(spread),
            }
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        let same = |one: &Vec<&Field>, other: &Vec<&Field>| {
            let mut pairs = one.iter().zip(other);
            one.len() == other.len() && pairs.all(|(one, other)| std::ptr::eq(*one, *other))
        };
        let mut pairs = self.fields.values().zip(other.fields.values());
        self.names == other.names && pairs.all(|(one, other)| same(one, other))
    }
}

impl<'q> Check<'q, '_, '_> {
    pub(super) fn overlapping(&mut self, selections: &'q [Selection]) -> Result<(), Failure> {
        if selections.is_empty() {
            return Ok(());
        }
        let fields = Fields::of(selections);
        let mut conflicts = Conflicts::new();
        for name in &fields.names {
            let same = fields.fields.get(name).map_or(&[][..], Vec::as_slice);
            for (index, one) in same.iter().enumerate() {
                for other in same.iter().skip(index + 1) {
                    conflicts.extend(self.conflict(false, one, other)?);
                }
            }
        }
        self.compared.clear();
        for (index, spread) in fields.spreads.iter().enumerate() {
            self.with_fragment(&mut conflicts, false, &fields, spread)?;
            for other in fields.spreads.iter().skip(index + 1) {
                self.fragments(&mut conflicts, false, spread, other)?;
            }
        }
        for conflict in conflicts {
            let (name, mut why) = (conflict.name, String::new());
            conflict.write(&mut why);
            let text = format!(
                "Fields \"{name}\" conflict because {why}. Use different aliases on the fields to fetch both if this was intentional."
            );
            self.error(conflict.place, &text)?;
        }
        Ok(())
    }

    fn fragment(&self, spread: &Spread) -> Option<&'q Fragment> {
        self.query.fragments.get(spread.definition.get()?)
    }

    // Conflicts of fields with those of a fragment and its fragments.
    fn with_fragment(
        &mut self,
        conflicts: &mut Conflicts<'q>,
        is_exclusive: bool,
        fields: &Fields<'q>,
        spread: &'q Spread,
    ) -> Result<(), Failure> {
        if !self.compared.insert(&spread.name) {
            return Ok(());
        }
        let Some(fragment) = self.fragment(spread) else {
            return Ok(());
        };
        let own = Fields::of(&fragment.selections);
        if fields.is_same(&own) {
            return Ok(());
        }
        self.between(conflicts, is_exclusive, fields, &own)?;
        for inner in own.spreads.iter().filter(|inner| inner.name != spread.name) {
            self.deeper(|check| check.with_fragment(conflicts, is_exclusive, fields, inner))?;
        }
        Ok(())
    }

    // Conflicts between two fragments and their fragments.
    fn fragments(
        &mut self,
        conflicts: &mut Conflicts<'q>,
        is_exclusive: bool,
        one: &'q Spread,
        other: &'q Spread,
    ) -> Result<(), Failure> {
        if one.name == other.name {
            return Ok(());
        }
        let known = self.pairs.get(&(&*one.name, &*other.name)).copied();
        if known.is_some_and(|known| is_exclusive || !known) {
            return Ok(());
        }
        self.pairs.insert((&one.name, &other.name), is_exclusive);
        self.pairs.insert((&other.name, &one.name), is_exclusive);
        let (Some(first), Some(second)) = (self.fragment(one), self.fragment(other)) else {
            return Ok(());
        };
        let (first, second) = (
            Fields::of(&first.selections),
            Fields::of(&second.selections),
        );
        self.between(conflicts, is_exclusive, &first, &second)?;
        for inner in &second.spreads {
            self.deeper(|check| check.fragments(conflicts, is_exclusive, one, inner))?;
        }
        for inner in &first.spreads {
            self.deeper(|check| check.fragments(conflicts, is_exclusive, inner, other))?;
        }
        Ok(())
    }

    fn between(
        &mut self,
        conflicts: &mut Conflicts<'q>,
        is_exclusive: bool,
        one: &Fields<'q>,
        other: &Fields<'q>,
    ) -> Result<(), Failure> {
        for name in &one.names {
            let own = one.fields.get(name).map_or(&[][..], Vec::as_slice);
            let same = other.fields.get(name).map_or(&[][..], Vec::as_slice);
            for first in own {
                for second in same {
                    conflicts.extend(self.conflict(is_exclusive, first, second)?);
                }
            }
        }
        Ok(())
    }

    fn conflict(
        &mut self,
        is_exclusive: bool,
        one: &'q Field,
        other: &'q Field,
    ) -> Result<Option<Conflict<'q>>, Failure> {
        self.tick()?;
        let parents = one.parent.get().zip(other.parent.get());
        let Some((parent, second)) = parents else {
            return Ok(None);
        };
        let definition = |field: &Field| self.schema.field(field.definition.get()?);
        let definitions = definition(one).zip(definition(other));
        let is_object = |id| {
            let definition = self.schema.get(id);
            definition.is_some_and(|of| of.kind == schema::Kind::Object)
        };
        let is_exclusive = is_exclusive
            || parent != second && is_object(parent) && is_object(second) && definitions.is_some();
        let types = definitions.map(|(one, other)| (&one.of, &other.of));
        let text = if !is_exclusive && one.name != other.name {
            format!(
                "\"{}\" and \"{}\" are different fields",
                one.name, other.name
            )
        } else if !is_exclusive && !same_arguments(&one.arguments, &other.arguments) {
            "they have differing arguments".to_owned()
        } else if let Some((one, other)) = types.filter(|(one, other)| self.differ(one, other)) {
            format!("they return conflicting types \"{one}\" and \"{other}\"")
        } else {
            String::new()
        };
        let inner = match &*text {
            "" => self.deeper(|check| check.in_selections(is_exclusive, one, other))?,
            _ => Conflicts::new(),
        };
        let is_conflict = !text.is_empty() || !inner.is_empty();
        self.context
            .charge(if is_conflict { text.len() + 256 } else { 0 })?;
        Ok(is_conflict.then(|| Conflict {
            name: one.response_name(),
            text,
            inner,
            place: other.place,
        }))
    }

    fn in_selections(
        &mut self,
        is_exclusive: bool,
        one: &'q Field,
        other: &'q Field,
    ) -> Result<Conflicts<'q>, Failure> {
        let mut conflicts = Conflicts::new();
        let (one, other) = (Fields::of(&one.selections), Fields::of(&other.selections));
        self.between(&mut conflicts, is_exclusive, &one, &other)?;
        for spread in &other.spreads {
            self.compared.clear();
            self.with_fragment(&mut conflicts, is_exclusive, &one, spread)?;
        }
        for spread in &one.spreads {
            self.compared.clear();
            self.with_fragment(&mut conflicts, is_exclusive, &other, spread)?;
        }
        for first in &one.spreads {
            for second in &other.spreads {
                self.fragments(&mut conflicts, is_exclusive, first, second)?;
            }
        }
        Ok(conflicts)
    }

    fn differ(&self, one: &Type, other: &Type) -> bool {
        match (&one.item, &other.item) {
            (Some(one), Some(other)) => self.differ(one, other),
            (None, None) if one.is_non_null != other.is_non_null => true,
            (None, None) => {
                let leaf = |of: &Type| {
                    self.schema
                        .find(&of.named)
                        .is_some_and(|of| of.kind.is_leaf())
                };
                leaf(one) && leaf(other) && one.named != other.named
            }
            _ => true,
        }
    }
}
