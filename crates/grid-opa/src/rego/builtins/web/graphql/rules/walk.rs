//! The walk through a query.

use super::super::Failure;
use super::super::syntax::TypeId;
use super::super::syntax::document::{
    Argument, Directive, Field, FieldId, Fragment, Operation, Selection,
};
use super::super::syntax::literal::{Child, Kind, Literal};
use super::super::syntax::schema::FieldDefinition;
use super::Check;

impl<'q> Check<'q, '_, '_> {
    pub(super) fn document(&mut self) -> Result<(), Failure> {
        for (index, operation) in self.query.operations.iter().enumerate() {
            self.walked.clear();
            self.operation = Some(index);
            self.walk_operation(operation)?;
        }
        self.operation = None;
        for fragment in &self.query.fragments {
            self.walked.clear();
            self.walk_fragment(fragment)?;
        }
        Ok(())
    }

    /// The type that an operation begins with, and the place of its directives.
    pub(super) fn root(&self, operation: &Operation) -> (Option<TypeId>, &'static str) {
        match &*operation.kind {
            "mutation" => (self.schema.mutation, "MUTATION"),
            "subscription" => (self.schema.subscription, "SUBSCRIPTION"),
            _ => (self.schema.query, "QUERY"),
        }
    }

    fn walk_operation(&mut self, operation: &'q Operation) -> Result<(), Failure> {
        for variable in &operation.variables {
            let definition = self.schema.id(variable.of.name());
            variable.definition.set(definition);
            self.known_variable_type(variable)?;
            if let Some(default) = &variable.default {
                default.notes.expect(&variable.of, definition);
            }
        }
        for variable in &operation.variables {
            if let Some(default) = &variable.default {
                self.walk_value(default)?;
            }
            self.walk_directives(&variable.directives, "VARIABLE_DEFINITION")?;
        }
        let (root, location) = self.root(operation);
        self.walk_directives(&operation.directives, location)?;
        self.walk_selections(root, &operation.selections)?;
        self.known_root(operation)?;
        self.lone_anonymous(operation)?;
        self.unused_variables(operation)?;
        self.overlapping(&operation.selections)?;
        self.single_subscription(operation)?;
        self.unique_operation(operation)?;
        self.unique_variables(operation)?;
        self.input_variables(operation)
    }

    fn walk_fragment(&mut self, fragment: &'q Fragment) -> Result<(), Failure> {
        let definition = self.schema.id(&fragment.condition);
        fragment.definition.set(definition);
        self.walk_directives(&fragment.directives, "FRAGMENT_DEFINITION")?;
        self.walk_selections(definition, &fragment.selections)?;
        self.composite_fragment(fragment)?;
        self.known_fragment_type(fragment)?;
        self.fragment_cycles(fragment)?;
        self.unused_fragment(fragment)?;
        self.overlapping(&fragment.selections)?;
        self.unique_fragment(fragment)
    }

    fn walk_directives(
        &mut self,
        directives: &'q [Directive],
        location: &'static str,
    ) -> Result<(), Failure> {
        for directive in directives {
            let id = self.schema.directive_id(&directive.name);
            directive.definition.set(id);
            directive.location.set(location);
            let definition = id.and_then(|id| self.schema.directive(id));
            for argument in &directive.arguments {
                let known = definition.and_then(|of| named(&of.arguments, &argument.name));
                self.walk_argument(known, argument)?;
            }
            self.known_directive_arguments(directive)?;
            self.known_directive(directive)?;
            self.required_directive_arguments(directive)?;
            self.unique_arguments(&directive.arguments)?;
        }
        self.unique_directives(directives)
    }

    fn walk_argument(
        &mut self,
        definition: Option<&FieldDefinition>,
        argument: &'q Argument,
    ) -> Result<(), Failure> {
        if let Some(definition) = definition {
            self.expect(&argument.value, definition);
        }
        self.walk_value(&argument.value)
    }

    // Notes what a value is for.
    fn expect(&self, value: &Literal, definition: &FieldDefinition) {
        let of = &definition.of;
        value.notes.expect(of, self.schema.id(of.name()));
        let default = definition.default.as_ref();
        let has_default = default.is_some_and(|default| default.kind != Kind::Null);
        value.notes.has_default.set(has_default);
    }

    fn walk_value(&mut self, value: &'q Literal) -> Result<(), Failure> {
        if let (Kind::Variable, Some(operation)) = (value.kind, self.operation()) {
            let mut variables = operation.variables.iter();
            let index = variables.position(|variable| variable.name == value.raw);
            let ids = self.operation.zip(index);
            value.notes.variable.set(ids);
            if let Some(variable) = index.and_then(|index| operation.variables.get(index)) {
                variable.is_used.set(true);
            }
        }
        for child in &value.children {
            match value.kind {
                Kind::Object => self.expect_field(value, child),
                Kind::List => {
                    if let Some(item) = value.notes.expected().and_then(|of| of.item.clone()) {
                        child
                            .value
                            .notes
                            .expect(&item, value.notes.definition.get());
                    }
                }
                _ => continue,
            }
            self.deeper(|check| check.walk_value(&child.value))?;
        }
        self.defined_variable(value)?;
        self.unique_input_fields(value)?;
        self.value_of_type(value)?;
        self.allowed_variable(value)?;
        self.one_of_variables(value)
    }

    fn expect_field(&self, value: &Literal, child: &Child) {
        let definition = value
            .notes
            .definition
            .get()
            .and_then(|id| self.schema.get(id));
        if let Some(field) = definition.and_then(|of| of.field(&child.name)) {
            self.expect(&child.value, field);
        }
    }

    fn walk_selections(
        &mut self,
        parent: Option<TypeId>,
        selections: &'q [Selection],
    ) -> Result<(), Failure> {
        for selection in selections {
            self.deeper(|check| check.walk_selection(parent, selection))?;
        }
        Ok(())
    }

    fn walk_selection(
        &mut self,
        parent: Option<TypeId>,
        selection: &'q Selection,
    ) -> Result<(), Failure> {
        match selection {
            Selection::Field(field) => self.walk_field(parent, field),
            Selection::Inline(inline) => {
                inline.parent.set(parent);
                let of = match &*inline.condition {
                    "" => parent,
                    condition => self.schema.id(condition),
                };
                self.walk_directives(&inline.directives, "INLINE_FRAGMENT")?;
                self.walk_selections(of, &inline.selections)?;
                self.composite_inline(inline)?;
                self.known_inline_type(inline)?;
                self.overlapping(&inline.selections)?;
                self.possible_inline(inline)
            }
            Selection::Spread(spread) => {
                let mut fragments = self.query.fragments.iter();
                let index = fragments.position(|fragment| fragment.name == spread.name);
                spread.definition.set(index);
                spread.parent.set(parent);
                self.walk_directives(&spread.directives, "FRAGMENT_SPREAD")?;
                let fragment = index.and_then(|index| self.query.fragments.get(index));
                if let Some(fragment) = fragment
                    && self.walked.insert(&fragment.name)
                {
                    let of = self.schema.id(&fragment.condition);
                    self.walk_directives(&fragment.directives, "FRAGMENT_DEFINITION")?;
                    self.walk_selections(of, &fragment.selections)?;
                }
                self.known_fragment(spread)?;
                self.use_fragment(spread);
                self.possible_spread(spread)
            }
        }
    }

    fn walk_field(&mut self, parent: Option<TypeId>, field: &'q Field) -> Result<(), Failure> {
        let id = self.field_id(parent, &field.name);
        field.definition.set(id);
        field.parent.set(parent);
        let definition = id.and_then(|id| self.schema.field(id));
        let of = definition.and_then(|definition| self.schema.id(definition.of.name()));
        for argument in &field.arguments {
            let known = definition.and_then(|of| named(&of.arguments, &argument.name));
            self.walk_argument(known, argument)?;
        }
        self.walk_directives(&field.directives, "FIELD")?;
        self.walk_selections(of, &field.selections)?;
        self.field_of_type(field)?;
        self.known_field_arguments(field)?;
        self.introspection_depth(field)?;
        // Those of a fragment that an operation uses would have errors twice.
        if self.operation.is_some() {
            self.overlapping(&field.selections)?;
        }
        self.required_field_arguments(field)?;
        self.scalar_leafs(field)?;
        self.unique_arguments(&field.arguments)
    }

    fn field_id(&self, parent: Option<TypeId>, name: &str) -> Option<FieldId> {
        if name == "__typename" {
            return Some(FieldId::Typename);
        }
        let parent = parent?;
        let mut fields = self.schema.get(parent)?.fields.iter();
        let index = fields.position(|field| field.name == name)?;
        Some(FieldId::Of(parent, index))
    }
}

/// The argument of a name.
pub(super) fn named<'d>(
    arguments: &'d [FieldDefinition],
    name: &str,
) -> Option<&'d FieldDefinition> {
    arguments.iter().find(|argument| argument.name == name)
}
