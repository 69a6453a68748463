//! Reads schemas.

use super::super::syntax::document::SchemaDocument;
use super::super::syntax::schema::{
    About, Definition, DirectiveDefinition, EnumValue, FieldDefinition, Kind, OperationType,
    SchemaDefinition,
};
use super::{Context, Failure, Object, Reader, Value, fields_of, flag, unread};

pub(in super::super) fn schema(
    fields: &Object,
    context: &mut Context<'_>,
) -> Result<SchemaDocument, Failure> {
    const KNOWN: [&str; 6] = [
        "Schema",
        "SchemaExtension",
        "Directives",
        "Definitions",
        "Extensions",
        "Comment",
    ];
    let value = Value::from(fields.clone());
    let fields = fields_of(&value, &KNOWN)?;
    let mut reader = Reader { context, depth: 0 };
    Ok(SchemaDocument {
        schema: reader.list(fields, "Schema", Reader::entry_points)?,
        schema_extensions: reader.list(fields, "SchemaExtension", Reader::entry_points)?,
        directives: reader.list(fields, "Directives", Reader::directive_definition)?,
        definitions: reader.list(fields, "Definitions", Reader::definition)?,
        extensions: reader.list(fields, "Extensions", Reader::definition)?,
        comments: reader.comments(fields, "Comment")?,
    })
}

impl Reader<'_, '_> {
    fn about(&mut self, fields: &Object) -> Result<About, Failure> {
        Ok(About {
            description: self.text(fields, "Description")?,
            comments_before: self.comments(fields, "BeforeDescriptionComment")?,
            comments_after: self.comments(fields, "AfterDescriptionComment")?,
        })
    }

    fn entry_points(&mut self, value: &Value) -> Result<SchemaDefinition, Failure> {
        const KNOWN: [&str; 6] = [
            "Description",
            "Directives",
            "OperationTypes",
            "BeforeDescriptionComment",
            "AfterDescriptionComment",
            "EndOfDefinitionComment",
        ];
        let fields = fields_of(value, &KNOWN)?;
        let operation = |reader: &mut Self, value: &Value| {
            let fields = fields_of(value, &["Operation", "Type", "Comment"])?;
            Ok(OperationType {
                kind: reader.text(fields, "Operation")?,
                of: reader.text(fields, "Type")?,
                place: None,
                comments: reader.comments(fields, "Comment")?,
            })
        };
        Ok(SchemaDefinition {
            about: self.about(fields)?,
            directives: self.directives(fields)?,
            operations: self.list(fields, "OperationTypes", operation)?,
            place: None,
            comments_at_end: self.comments(fields, "EndOfDefinitionComment")?,
        })
    }

    fn definition(&mut self, value: &Value) -> Result<Definition, Failure> {
        const KNOWN: [&str; 12] = [
            "Kind",
            "Description",
            "Name",
            "Directives",
            "Interfaces",
            "Fields",
            "Types",
            "EnumValues",
            "BuiltIn",
            "BeforeDescriptionComment",
            "AfterDescriptionComment",
            "EndOfDefinitionComment",
        ];
        let fields = fields_of(value, &KNOWN)?;
        let kind = self.text(fields, "Kind")?;
        let Some(kind) = Kind::ALL.into_iter().find(|one| one.text() == kind) else {
            return Err(unread("a type is of an unknown kind"));
        };
        let mut definition = Definition::new(kind, None);
        definition.about = self.about(fields)?;
        definition.name = self.text(fields, "Name")?;
        definition.directives = self.directives(fields)?;
        definition.interfaces = self.texts(fields, "Interfaces")?;
        definition.fields = self.list(fields, "Fields", Self::field_definition)?;
        definition.types = self.texts(fields, "Types")?;
        definition.values = self.list(fields, "EnumValues", Self::enum_value)?;
        definition.is_built_in = flag(fields, "BuiltIn")?;
        definition.comments_at_end = self.comments(fields, "EndOfDefinitionComment")?;
        Ok(definition)
    }

    fn field_definition(&mut self, value: &Value) -> Result<FieldDefinition, Failure> {
        const KNOWN: [&str; 8] = [
            "Description",
            "Name",
            "Arguments",
            "DefaultValue",
            "Type",
            "Directives",
            "BeforeDescriptionComment",
            "AfterDescriptionComment",
        ];
        let fields = fields_of(value, &KNOWN)?;
        Ok(FieldDefinition {
            about: self.about(fields)?,
            name: self.text(fields, "Name")?,
            arguments: self.list(fields, "Arguments", Self::argument_definition)?,
            default: self.literal_or_none(fields, "DefaultValue")?,
            of: self.type_reference(fields, "Type")?,
            directives: self.directives(fields)?,
            place: None,
        })
    }

    fn argument_definition(&mut self, value: &Value) -> Result<FieldDefinition, Failure> {
        let mut argument = self.field_definition(value)?;
        // An argument has no arguments: Go ignores the field.
        argument.arguments.clear();
        Ok(argument)
    }

    fn enum_value(&mut self, value: &Value) -> Result<EnumValue, Failure> {
        const KNOWN: [&str; 5] = [
            "Description",
            "Name",
            "Directives",
            "BeforeDescriptionComment",
            "AfterDescriptionComment",
        ];
        let fields = fields_of(value, &KNOWN)?;
        Ok(EnumValue {
            about: self.about(fields)?,
            name: self.text(fields, "Name")?,
            directives: self.directives(fields)?,
            place: None,
        })
    }

    fn directive_definition(&mut self, value: &Value) -> Result<DirectiveDefinition, Failure> {
        const KNOWN: [&str; 7] = [
            "Description",
            "Name",
            "Arguments",
            "Locations",
            "IsRepeatable",
            "BeforeDescriptionComment",
            "AfterDescriptionComment",
        ];
        let fields = fields_of(value, &KNOWN)?;
        Ok(DirectiveDefinition {
            about: self.about(fields)?,
            name: self.text(fields, "Name")?,
            arguments: self.list(fields, "Arguments", Self::argument_definition)?,
            locations: self.texts(fields, "Locations")?,
            is_repeatable: flag(fields, "IsRepeatable")?,
            place: None,
        })
    }
}
