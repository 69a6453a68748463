//! Checks the definitions of types and directives.

use super::super::syntax::schema::{
    Definition, DirectiveDefinition, EnumValue, FieldDefinition, Kind,
};
use super::super::syntax::{At, Type};
use super::{Context, Failure, Schema, covariance, directives, wrong};
use crate::rego::value::text::quoted;
use std::collections::BTreeSet;

/// Checks all types in the order of their names.
pub(super) fn definitions(schema: &Schema, context: &mut Context<'_>) -> Result<(), Failure> {
    for definition in schema.names().filter_map(|name| schema.find(name)) {
        context.in_time()?;
        check(schema, definition, context)?;
    }
    Ok(())
}

pub(super) fn directive_definitions(schema: &Schema) -> Result<(), Failure> {
    let ids = schema.directive_ids.values();
    for directive in ids.filter_map(|id| schema.directive(*id)) {
        reserved(directive.place, &directive.name)?;
        arguments(schema, &directive.arguments, Some(directive))?;
    }
    Ok(())
}

/// Fails for names of the GraphQL specification.
pub(super) fn reserved(at: At, name: &str) -> Result<(), Failure> {
    if !name.starts_with("__") {
        return Ok(());
    }
    let text = format!(
        "Name \"{name}\" must not begin with \"__\", which is reserved by GraphQL introspection."
    );
    Err(wrong(at, &text))
}

fn check(schema: &Schema, of: &Definition, context: &mut Context<'_>) -> Result<(), Failure> {
    let is_input = of.kind == Kind::Input;
    for field in &of.fields {
        reserved(field.place, &field.name)?;
        defined(schema, &field.of)?;
        arguments(schema, &field.arguments, None)?;
        let location = if is_input {
            "INPUT_FIELD_DEFINITION"
        } else {
            "FIELD_DEFINITION"
        };
        directives::check(schema, &field.directives, location, None, true)?;
    }
    for name in &of.types {
        let kind = schema.find(name).map(|found| found.kind);
        if kind.is_none() {
            return Err(undefined(of.place, name));
        }
        if kind != Some(Kind::Object) {
            let (kind, name) = (of.kind.text(), quoted(name));
            return Err(wrong(
                of.place,
                &format!("{kind} type {name} must be OBJECT."),
            ));
        }
    }
    for interface in &of.interfaces {
        context.in_time()?;
        covariance::implements(schema, of, interface)?;
    }
    parts(schema, of)?;
    unique(of)?;
    if !of.is_built_in {
        reserved(of.place, &of.name)?;
    }
    directives::check(schema, &of.directives, of.kind.text(), None, false)
}

/// The error for the name of a type that does not exist.
pub(super) fn undefined(at: At, name: &str) -> Failure {
    wrong(at, &format!("Undefined type {}.", quoted(name)))
}

fn defined(schema: &Schema, of: &Type) -> Result<(), Failure> {
    let name = of.name();
    match schema.id(name) {
        Some(_) => Ok(()),
        None => Err(wrong(of.place, &format!("Undefined type {name}."))),
    }
}

fn arguments(
    schema: &Schema,
    arguments: &[FieldDefinition],
    own: Option<&DirectiveDefinition>,
) -> Result<(), Failure> {
    for argument in arguments {
        let (name, of) = (&argument.name, &argument.of);
        reserved(argument.place, name)?;
        defined(schema, of)?;
        let kind = schema.find(of.name()).map(|found| found.kind);
        if let Some(kind) = kind.filter(|kind| !kind.is_input()) {
            let kind = kind.text();
            let text = format!(
                "cannot use {of} as argument {name} because {kind} is not a valid input type"
            );
            return Err(wrong(argument.place, &text));
        }
        directives::check(
            schema,
            &argument.directives,
            "ARGUMENT_DEFINITION",
            own,
            true,
        )?;
    }
    Ok(())
}

// Fields and values that a kind of type must have, and may have.
fn parts(schema: &Schema, of: &Definition) -> Result<(), Failure> {
    let (kind, name) = (of.kind.text(), &of.name);
    let needs = |what| {
        Err(wrong(
            of.place,
            &format!("{kind} {name}: must define one or more {what}."),
        ))
    };
    match of.kind {
        Kind::Object | Kind::Interface if of.fields.is_empty() => needs("fields"),
        Kind::Input if of.fields.is_empty() => needs("input fields"),
        Kind::Enum if of.values.is_empty() => needs("unique enum values"),
        Kind::Object | Kind::Interface => {
            of.fields
                .iter()
                .try_for_each(|field| match schema.find(field.of.name()) {
                    Some(found) if found.kind == Kind::Input => {
                        let kinds = "SCALAR, OBJECT, INTERFACE, UNION, ENUM";
                        let text = format!("{kind} {name}: field must be one of {kinds}.");
                        Err(wrong(field.place, &text))
                    }
                    _ => Ok(()),
                })
        }
        Kind::Input => of
            .fields
            .iter()
            .try_for_each(|field| match schema.find(field.of.name()) {
                Some(found) if !found.kind.is_input() => {
                    let (kind, name) = (found.kind.text(), &field.name);
                    let kinds = "SCALAR, ENUM, INPUT_OBJECT";
                    let text = format!("{kind} {name}: field must be one of {kinds}.");
                    Err(wrong(field.place, &text))
                }
                _ => Ok(()),
            }),
        Kind::Enum => of.values.iter().try_for_each(|value| {
            if matches!(&*value.name, "true" | "false" | "null") {
                let text = format!("{kind} {name}: non-enum value {}.", value.name);
                return Err(wrong(of.place, &text));
            }
            directives::check(schema, &value.directives, "ENUM_VALUE", None, true)
        }),
        Kind::Scalar | Kind::Union => Ok(()),
    }
}

fn unique(of: &Definition) -> Result<(), Failure> {
    let name = &of.name;
    let fields = of.fields.iter();
    if let Some(field) = repeated(fields.map(|field| (&*field.name, field))) {
        let text = format!("Field {name}.{} can only be defined once.", field.name);
        return Err(wrong(field.place, &text));
    }
    let values = of.values.iter();
    let value: Option<&EnumValue> = repeated(values.map(|value| (&*value.name, value)));
    if let Some(value) = value {
        let text = format!("Enum value {name}.{} can only be defined once.", value.name);
        return Err(wrong(value.place, &text));
    }
    let types = of.types.iter().enumerate();
    if let Some((index, other)) = repeated(types.map(|(index, one)| (&**one, (index, one)))) {
        let own = of.type_places.get(index).copied().flatten();
        let is_aligned = of.type_places.len() == of.types.len();
        let at = own.filter(|_| is_aligned).or(of.place);
        let text = format!("Union type {name} can only include type {other} once.");
        return Err(wrong(at, &text));
    }
    Ok(())
}

// The next one with the name of an earlier one; of several such pairs the one whose first name is the earliest.
fn repeated<'d, T>(named: impl Iterator<Item = (&'d str, T)> + Clone) -> Option<T> {
    let mut seen = BTreeSet::new();
    let repeated: BTreeSet<&str> = named
        .clone()
        .map(|(name, _)| name)
        .filter(|name| !seen.insert(*name))
        .collect();
    let mut names = named.clone().map(|(name, _)| name);
    let first = names.find(|name| repeated.contains(name))?;
    let mut same = named.filter(|(name, _)| *name == first);
    same.nth(1).map(|(_, found)| found)
}
