//! Checks that types implement their interfaces.

use super::super::syntax::Type;
use super::super::syntax::schema::{Definition, FieldDefinition, Kind};
use super::check::undefined;
use super::{Failure, Schema, wrong};
use crate::rego::value::text::quoted;

/// Checks that a type has what an interface requires.
pub(super) fn implements(schema: &Schema, of: &Definition, name: &str) -> Result<(), Failure> {
    let Some(interface) = schema.find(name) else {
        return Err(undefined(of.place, name));
    };
    if interface.kind != Kind::Interface {
        let (name, kind) = (quoted(name), interface.kind.text());
        return Err(wrong(
            of.place,
            &format!("{name} is a non interface type {kind}."),
        ));
    }
    for required in &interface.fields {
        let start = format!("For {} to implement {}", of.name, interface.name);
        let Some(found) = of.field(&required.name) else {
            let text = format!("{start} it must have a field called {}.", required.name);
            return Err(wrong(of.place, &text));
        };
        if !is_covariant(schema, &required.of, &found.of)? {
            let (name, of) = (&required.name, &required.of);
            let text = format!("{start} the field {name} must have type {of}.");
            return Err(wrong(found.place, &text));
        }
        arguments(&start, required, found)?;
    }
    ancestors(of, interface)
}

fn arguments(
    start: &str,
    required: &FieldDefinition,
    found: &FieldDefinition,
) -> Result<(), Failure> {
    let same = format!(
        "{start} the field {} must have the same arguments but",
        required.name
    );
    let by_name = |arguments: &'_ [FieldDefinition], name: &str| {
        arguments.iter().position(|argument| argument.name == name)
    };
    for argument in &required.arguments {
        let name = &argument.name;
        let own = by_name(&found.arguments, name).and_then(|index| found.arguments.get(index));
        let Some(own) = own else {
            return Err(wrong(found.place, &format!("{same} it is missing {name}.")));
        };
        if !argument.of.fits(&own.of, own.of.is_non_null) {
            return Err(wrong(
                own.place,
                &format!("{same} {name} has the wrong type."),
            ));
        }
    }
    for own in found.arguments.iter().filter(|own| own.is_required()) {
        if by_name(&required.arguments, &own.name).is_none() {
            let (field, name) = (&found.name, &own.name);
            let text = format!(
                "{start} any additional arguments on {field} must be optional or have a default value but {name} is required."
            );
            return Err(wrong(own.place, &text));
        }
    }
    Ok(())
}

// A type must name all interfaces of its interfaces.
fn ancestors(of: &Definition, interface: &Definition) -> Result<(), Failure> {
    let (own, name) = (&of.name, &interface.name);
    let missing = interface.interfaces.iter();
    let missing = missing.filter(|ancestor| !of.interfaces.contains(ancestor));
    match { missing }.next() {
        None => Ok(()),
        Some(ancestor) if ancestor == own => {
            let text = format!(
                "Type {own} cannot implement {name} because it would create a circular reference."
            );
            Err(wrong(of.place, &text))
        }
        Some(ancestor) => {
            let text = format!(
                "Type {own} must implement {ancestor} because it is implemented by {name}."
            );
            Err(wrong(of.place, &text))
        }
    }
}

fn is_covariant(schema: &Schema, required: &Type, actual: &Type) -> Result<bool, Failure> {
    if required.is_non_null && !actual.is_non_null {
        return Ok(false);
    }
    match (&required.item, &actual.item) {
        (Some(required), Some(actual)) => is_covariant(schema, required, actual),
        (Some(_), None) => Ok(false),
        (None, _) if required.named == actual.named => Ok(true),
        (None, _) => {
            for id in schema.possible(&required.named) {
                let Some(possible) = id.and_then(|id| schema.get(id)) else {
                    // gqlparser crashes here.
                    return Err(Failure::unsure(
                        "a union of a GraphQL schema has an undefined type",
                    ));
                };
                if possible.name == actual.named {
                    return Ok(true);
                }
            }
            Ok(false)
        }
    }
}
