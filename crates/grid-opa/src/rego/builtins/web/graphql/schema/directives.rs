//! Checks the directives in a schema.

use super::super::syntax::document::Directive;
use super::super::syntax::literal;
use super::super::syntax::schema::DirectiveDefinition;
use super::check::reserved;
use super::{Failure, Schema, wrong};
use std::collections::BTreeSet;

/// Checks the directives of something. `own` is the directive whose definition they are in. With `is_single` they are all in one place, where a
/// directive may stand only once.
pub(super) fn check(
    schema: &Schema,
    directives: &[Directive],
    location: &str,
    own: Option<&DirectiveDefinition>,
    is_single: bool,
) -> Result<(), Failure> {
    let mut seen = BTreeSet::new();
    for directive in directives {
        let (at, name) = (directive.place, &directive.name);
        reserved(at, name)?;
        if own.is_some_and(|own| own.name == *name) {
            return Err(wrong(
                at,
                &format!("Directive {name} cannot refer to itself."),
            ));
        }
        let definition = schema
            .directive_id(name)
            .and_then(|id| schema.directive(id));
        let Some(definition) = definition else {
            return Err(wrong(at, &format!("Undefined directive {name}.")));
        };
        if is_single && !seen.insert(name) && !definition.is_repeatable {
            let text = format!("The directive {name} can only be used once at this location.");
            return Err(wrong(at, &text));
        }
        if !definition.locations.iter().any(|one| one == location) {
            let text = format!("Directive {name} is not applicable on {location}.");
            return Err(wrong(at, &text));
        }
        for argument in &directive.arguments {
            let own = &argument.name;
            if !definition.arguments.iter().any(|known| known.name == *own) {
                let text = format!("Undefined argument {own} for directive {name}.");
                return Err(wrong(argument.place, &text));
            }
        }
        for required in definition.arguments.iter().filter(|one| one.is_required()) {
            let mut given = directive.arguments.iter();
            let given = given.find(|argument| argument.name == required.name);
            if given.is_none_or(|argument| argument.value.kind == literal::Kind::Null) {
                let own = &required.name;
                let text = format!("Argument {own} for directive {name} cannot be null.");
                return Err(wrong(at, &text));
            }
        }
    }
    Ok(())
}
