//! Rules of arguments and directives.

use super::super::Failure;
use super::super::syntax::At;
use super::super::syntax::document::{Argument, Directive, Field};
use super::super::syntax::schema::FieldDefinition;
use super::Check;
use super::suggest::{hint, suggested};
use super::walk::named;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

impl<'q> Check<'q, '_, '_> {
    pub(super) fn known_field_arguments(&mut self, field: &Field) -> Result<(), Failure> {
        let definition = field.definition.get().and_then(|id| self.schema.field(id));
        let parent = field.parent.get().and_then(|id| self.schema.get(id));
        let (Some(definition), Some(parent)) = (definition, parent) else {
            return Ok(());
        };
        let what = format!("field \"{}.{}\"", parent.name, field.name);
        self.known(&field.arguments, &definition.arguments, &what, field.place)
    }

    pub(super) fn known_directive_arguments(&mut self, of: &Directive) -> Result<(), Failure> {
        let definition = of.definition.get().and_then(|id| self.schema.directive(id));
        let Some(definition) = definition else {
            return Ok(());
        };
        let what = format!("directive \"@{}\"", of.name);
        self.known(&of.arguments, &definition.arguments, &what, of.place)
    }

    fn known(
        &mut self,
        arguments: &[Argument],
        definitions: &[FieldDefinition],
        what: &str,
        at: At,
    ) -> Result<(), Failure> {
        for argument in arguments {
            self.tick()?;
            let name = &argument.name;
            if named(definitions, name).is_none() {
                let names = definitions.iter().map(|definition| &*definition.name);
                let hint = hint("Did you mean", &suggested(name, names));
                self.error(at, &format!("Unknown argument \"{name}\" on {what}.{hint}"))?;
            }
        }
        Ok(())
    }

    pub(super) fn required_field_arguments(&mut self, field: &Field) -> Result<(), Failure> {
        let definition = field.definition.get().and_then(|id| self.schema.field(id));
        let Some(definition) = definition else {
            return Ok(());
        };
        let what = format!("Field \"{}\"", field.name);
        self.required(&field.arguments, &definition.arguments, &what, field.place)
    }

    pub(super) fn required_directive_arguments(&mut self, of: &Directive) -> Result<(), Failure> {
        let definition = of.definition.get().and_then(|id| self.schema.directive(id));
        let Some(definition) = definition else {
            return Ok(());
        };
        let what = format!("Directive \"@{}\"", of.name);
        self.required(&of.arguments, &definition.arguments, &what, of.place)
    }

    fn required(
        &mut self,
        arguments: &[Argument],
        definitions: &[FieldDefinition],
        what: &str,
        at: At,
    ) -> Result<(), Failure> {
        for definition in definitions.iter().filter(|one| one.is_required()) {
            self.tick()?;
            let (name, of) = (&definition.name, &definition.of);
            if !arguments.iter().any(|argument| argument.name == *name) {
                let text = format!(
                    "{what} argument \"{name}\" of type \"{of}\" is required, but it was not provided."
                );
                self.error(at, &text)?;
            }
        }
        Ok(())
    }

    pub(super) fn unique_arguments(&mut self, arguments: &[Argument]) -> Result<(), Failure> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for argument in arguments {
            let count = counts.entry(&argument.name).or_default();
            *count += 1;
            // One error for each name.
            if *count == 2 {
                let text = format!(
                    "There can be only one argument named \"{}\".",
                    argument.name
                );
                self.error(argument.place, &text)?;
            }
        }
        Ok(())
    }

    pub(super) fn known_directive(&mut self, directive: &'q Directive) -> Result<(), Failure> {
        let name = &directive.name;
        let definition = directive.definition.get();
        let Some(definition) = definition.and_then(|id| self.schema.directive(id)) else {
            return self.error(directive.place, &format!("Unknown directive \"@{name}\"."));
        };
        let location = directive.location.get();
        if definition.locations.iter().any(|one| one == location) {
            return Ok(());
        }
        let Some(at) = directive.place else {
            // gqlparser crashes here.
            return Err(Failure::unsure(
                "a directive of a GraphQL object is misplaced",
            ));
        };
        if !self.misplaced.insert((name, at.line, at.column)) {
            return Ok(());
        }
        let text = format!("Directive \"@{name}\" may not be used on {location}.");
        self.error(directive.place, &text)
    }

    pub(super) fn unique_directives(&mut self, directives: &[Directive]) -> Result<(), Failure> {
        let mut seen = BTreeSet::new();
        for directive in directives {
            let name = &directive.name;
            let definition = directive.definition.get();
            let definition = definition.and_then(|id| self.schema.directive(id));
            let is_repeatable = definition.is_some_and(|definition| definition.is_repeatable);
            if !seen.insert(name) && !is_repeatable {
                let text =
                    format!("The directive \"@{name}\" can only be used once at this location.");
                self.error(directive.place, &text)?;
            }
        }
        Ok(())
    }
}
