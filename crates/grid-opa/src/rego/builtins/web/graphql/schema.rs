//! A schema: the types of a document, checked, together with those of the GraphQL specification.

mod check;
mod covariance;
mod cycles;
mod directives;

use super::syntax::document::{FieldId, SchemaDocument};
use super::syntax::schema::{
    Definition, DirectiveDefinition, FieldDefinition, Kind, SchemaDefinition,
};
use super::syntax::{At, Place, Type, TypeId};
use super::{Context, Failure, parser};
use std::collections::BTreeMap;

/// The types and directives of the specification.
const PRELUDE: &str = include_str!("schema/prelude.graphql");

/// The directives of the specification, which a schema may define again.
const BUILT_IN_DIRECTIVES: [&str; 6] = [
    "include",
    "skip",
    "deprecated",
    "specifiedBy",
    "defer",
    "oneOf",
];

pub(super) struct Schema {
    types: Vec<Definition>,
    ids: BTreeMap<String, TypeId>,
    directives: Vec<DirectiveDefinition>,
    directive_ids: BTreeMap<String, usize>,
    pub(super) query: Option<TypeId>,
    pub(super) mutation: Option<TypeId>,
    pub(super) subscription: Option<TypeId>,
    /// The types of which a value of an abstract type may be. `None` stands for a name without a type.
    possible: BTreeMap<String, Vec<Option<TypeId>>>,
    typename: FieldDefinition,
}

impl Schema {
    pub(super) fn id(&self, name: &str) -> Option<TypeId> {
        self.ids.get(name).copied()
    }

    pub(super) fn get(&self, id: TypeId) -> Option<&Definition> {
        self.types.get(id)
    }

    pub(super) fn find(&self, name: &str) -> Option<&Definition> {
        self.get(self.id(name)?)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.ids.keys().map(String::as_str)
    }

    pub(super) fn directive_id(&self, name: &str) -> Option<usize> {
        self.directive_ids.get(name).copied()
    }

    pub(super) fn directive(&self, id: usize) -> Option<&DirectiveDefinition> {
        self.directives.get(id)
    }

    pub(super) fn field(&self, id: FieldId) -> Option<&FieldDefinition> {
        match id {
            FieldId::Typename => Some(&self.typename),
            FieldId::Of(of, index) => self.get(of)?.fields.get(index),
        }
    }

    pub(super) fn possible(&self, name: &str) -> &[Option<TypeId>] {
        self.possible.get(name).map_or(&[], Vec::as_slice)
    }
}

/// Makes a schema of a document.
pub(super) fn build(
    document: SchemaDocument,
    context: &mut Context<'_>,
) -> Result<Schema, Failure> {
    let mut schema = Schema {
        types: Vec::new(),
        ids: BTreeMap::new(),
        directives: Vec::new(),
        directive_ids: BTreeMap::new(),
        query: None,
        mutation: None,
        subscription: None,
        possible: BTreeMap::new(),
        typename: FieldDefinition::new("__typename", Type::named("String", false), Vec::new()),
    };
    let prelude = parser::schema(PRELUDE, true, context)?;
    for definition in prelude.definitions.into_iter().chain(document.definitions) {
        if schema.id(&definition.name).is_some() {
            let text = format!("Cannot redeclare type {}.", definition.name);
            return Err(wrong(definition.place, &text));
        }
        schema.add(definition);
    }
    for extension in document.extensions {
        schema.extend(extension)?;
    }
    schema.add_possible();
    let directives = prelude.directives.into_iter().chain(document.directives);
    for directive in directives {
        let is_known = schema.directive_id(&directive.name).is_some();
        if is_known && !BUILT_IN_DIRECTIVES.contains(&&*directive.name) {
            let text = format!("Cannot redeclare directive {}.", directive.name);
            return Err(wrong(directive.place, &text));
        }
        let id = schema.directives.len();
        schema.directive_ids.insert(directive.name.clone(), id);
        schema.directives.push(directive);
    }
    if let [_, second, ..] = &*document.schema {
        let text = "Cannot have multiple schema entry points, consider schema extensions instead.";
        return Err(wrong(second.place, text));
    }
    for entry_points in document.schema.iter().chain(&document.schema_extensions) {
        schema.enter(entry_points)?;
    }
    check::definitions(&schema, context)?;
    cycles::check(&schema)?;
    check::directive_definitions(&schema)?;
    if document.schema.is_empty() {
        schema.query = schema.query.or_else(|| schema.id("Query"));
        schema.mutation = schema.mutation.or_else(|| schema.id("Mutation"));
        schema.subscription = schema.subscription.or_else(|| schema.id("Subscription"));
    }
    if let Some(query) = schema.query.and_then(|id| schema.types.get_mut(id)) {
        let name = FieldDefinition::new("name", Type::named("String", true), Vec::new());
        query.fields.extend([
            FieldDefinition::new("__schema", Type::named("__Schema", true), Vec::new()),
            FieldDefinition::new("__type", Type::named("__Type", false), vec![name]),
        ]);
    }
    Ok(schema)
}

impl Schema {
    fn add(&mut self, definition: Definition) {
        self.ids.insert(definition.name.clone(), self.types.len());
        self.types.push(definition);
    }

    fn extend(&mut self, extension: Definition) -> Result<(), Failure> {
        if self.id(&extension.name).is_none() {
            let mut definition = Definition::new(extension.kind, extension.place);
            definition.name.clone_from(&extension.name);
            self.add(definition);
        }
        let base = self
            .id(&extension.name)
            .and_then(|id| self.types.get_mut(id));
        let Some(base) = base else {
            return Ok(());
        };
        if base.kind != extension.kind {
            let (name, kind, other) = (&extension.name, base.kind.text(), extension.kind.text());
            return Err(wrong(
                extension.place,
                &format!(
                    "Cannot extend type {name} because the base type is a {kind}, not {other}."
                ),
            ));
        }
        base.directives.extend(extension.directives);
        base.interfaces.extend(extension.interfaces);
        base.fields.extend(extension.fields);
        base.types.extend(extension.types);
        base.type_places.extend(extension.type_places);
        base.values.extend(extension.values);
        Ok(())
    }

    fn add_possible(&mut self) {
        let mut add = |name: &str, id| {
            self.possible.entry(name.to_owned()).or_default().push(id);
        };
        for (id, definition) in self.types.iter().enumerate() {
            match definition.kind {
                Kind::Union => {
                    for name in &definition.types {
                        add(&definition.name, self.ids.get(name).copied());
                    }
                }
                Kind::Input | Kind::Object | Kind::Interface => {
                    for name in &definition.interfaces {
                        add(name, Some(id));
                    }
                    if definition.kind != Kind::Interface {
                        add(&definition.name, Some(id));
                    }
                }
                Kind::Scalar | Kind::Enum => {}
            }
        }
    }

    // Notes the types of the operations.
    fn enter(&mut self, entry_points: &SchemaDefinition) -> Result<(), Failure> {
        for operation in &entry_points.operations {
            let Some(id) = self.id(&operation.of) else {
                let (kind, of) = (&operation.kind, &operation.of);
                let text = format!("Schema root {kind} refers to a type {of} that does not exist.");
                return Err(wrong(operation.place, &text));
            };
            match &*operation.kind {
                "query" => self.query = Some(id),
                "mutation" => self.mutation = Some(id),
                "subscription" => self.subscription = Some(id),
                _ => {}
            }
        }
        directives::check(self, &entry_points.directives, "SCHEMA", None, true)
    }
}

/// The error for a wrong schema.
fn wrong(at: At, text: &str) -> Failure {
    let at = at.unwrap_or(Place {
        line: -1,
        column: -1,
        is_built_in: false,
    });
    let file = if at.is_built_in {
        "prelude.graphql"
    } else {
        "input"
    };
    let Place { line, column, .. } = at;
    Failure::Builtin(format!(
        "Error in gqlparser SchemaDocument to Schema conversion: {file}:{line}:{column}: {text}"
    ))
}
