//! The objects of schemas.

use super::super::syntax::document::SchemaDocument;
use super::super::syntax::schema::{
    About, Definition, DirectiveDefinition, EnumValue, FieldDefinition, OperationType,
    SchemaDefinition,
};
use super::{Context, Failure, Fields, Value, Writer};

pub(in super::super) fn schema(
    document: &SchemaDocument,
    context: &mut Context<'_>,
) -> Result<Value, Failure> {
    let mut writer = Writer { context, depth: 0 };
    let fields = vec![
        (
            "Schema",
            writer.list(&document.schema, Writer::entry_points)?,
        ),
        (
            "SchemaExtension",
            writer.list(&document.schema_extensions, Writer::entry_points)?,
        ),
        (
            "Directives",
            writer.list(&document.directives, Writer::directive_definition)?,
        ),
        (
            "Definitions",
            writer.list(&document.definitions, Writer::definition)?,
        ),
        (
            "Extensions",
            writer.list(&document.extensions, Writer::definition)?,
        ),
        ("Comment", writer.comments(&document.comments)?),
    ];
    writer.object(fields)
}

impl Writer<'_, '_> {
    fn about(&mut self, about: &About) -> Result<Fields, Failure> {
        Ok(vec![
            ("Description", self.text(&about.description)?),
            (
                "BeforeDescriptionComment",
                self.comments(&about.comments_before)?,
            ),
            (
                "AfterDescriptionComment",
                self.comments(&about.comments_after)?,
            ),
        ])
    }

    fn entry_points(&mut self, schema: &SchemaDefinition) -> Result<Value, Failure> {
        let mut fields = self.about(&schema.about)?;
        fields.extend([
            ("Directives", self.directives(&schema.directives)?),
            (
                "OperationTypes",
                self.list(&schema.operations, Self::operation_type)?,
            ),
            (
                "EndOfDefinitionComment",
                self.comments(&schema.comments_at_end)?,
            ),
        ]);
        self.object(fields)
    }

    fn operation_type(&mut self, operation: &OperationType) -> Result<Value, Failure> {
        let fields = vec![
            ("Operation", self.text(&operation.kind)?),
            ("Type", self.text(&operation.of)?),
            ("Comment", self.comments(&operation.comments)?),
        ];
        self.object(fields)
    }

    fn definition(&mut self, definition: &Definition) -> Result<Value, Failure> {
        let mut fields = self.about(&definition.about)?;
        fields.extend([
            ("Kind", definition.kind.text().into()),
            ("Name", self.text(&definition.name)?),
            ("Directives", self.directives(&definition.directives)?),
            ("Interfaces", self.texts(&definition.interfaces)?),
            (
                "Fields",
                self.list(&definition.fields, Self::field_definition)?,
            ),
            ("Types", self.texts(&definition.types)?),
            (
                "EnumValues",
                self.list(&definition.values, Self::enum_value)?,
            ),
            ("BuiltIn", definition.is_built_in.into()),
            (
                "EndOfDefinitionComment",
                self.comments(&definition.comments_at_end)?,
            ),
        ]);
        self.object(fields)
    }

    fn field_definition(&mut self, field: &FieldDefinition) -> Result<Value, Failure> {
        let mut fields = self.about(&field.about)?;
        fields.extend([
            ("Name", self.text(&field.name)?),
            (
                "Arguments",
                self.list(&field.arguments, Self::field_definition)?,
            ),
            (
                "DefaultValue",
                self.literal_or_none(field.default.as_ref())?,
            ),
            ("Type", self.type_reference(&field.of)?),
            ("Directives", self.directives(&field.directives)?),
        ]);
        self.object(fields)
    }

    fn enum_value(&mut self, value: &EnumValue) -> Result<Value, Failure> {
        let mut fields = self.about(&value.about)?;
        fields.extend([
            ("Name", self.text(&value.name)?),
            ("Directives", self.directives(&value.directives)?),
        ]);
        self.object(fields)
    }

    fn directive_definition(&mut self, directive: &DirectiveDefinition) -> Result<Value, Failure> {
        let mut fields = self.about(&directive.about)?;
        fields.extend([
            ("Name", self.text(&directive.name)?),
            (
                "Arguments",
                self.list(&directive.arguments, Self::field_definition)?,
            ),
            ("Locations", self.texts(&directive.locations)?),
            ("IsRepeatable", directive.is_repeatable.into()),
        ]);
        self.object(fields)
    }
}
