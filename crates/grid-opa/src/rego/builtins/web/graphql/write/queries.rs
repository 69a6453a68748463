//! The objects of queries and of values.

use super::super::syntax::Type;
use super::super::syntax::document::{
    Argument, Directive, Field, Fragment, Inline, Operation, Query, Selection, Spread, Variable,
};
use super::super::syntax::literal::{Child, Literal};
use super::{Context, Failure, Value, Writer};

pub(in super::super) fn query(query: &Query, context: &mut Context<'_>) -> Result<Value, Failure> {
    let mut writer = Writer { context, depth: 0 };
    let operations = writer.list(&query.operations, Writer::operation)?;
    let fragments = writer.list(&query.fragments, Writer::fragment)?;
    writer.object(vec![("Operations", operations), ("Fragments", fragments)])
}

impl Writer<'_, '_> {
    fn operation(&mut self, operation: &Operation) -> Result<Value, Failure> {
        let fields = vec![
            ("Operation", self.text(&operation.kind)?),
            ("Name", self.text(&operation.name)?),
            (
                "VariableDefinitions",
                self.list(&operation.variables, Self::variable)?,
            ),
            ("Directives", self.directives(&operation.directives)?),
            (
                "SelectionSet",
                self.list(&operation.selections, Self::selection)?,
            ),
            ("Comment", self.comments(&operation.comments)?),
        ];
        self.object(fields)
    }

    fn variable(&mut self, variable: &Variable) -> Result<Value, Failure> {
        let fields = vec![
            ("Variable", self.text(&variable.name)?),
            ("Type", self.type_reference(&variable.of)?),
            (
                "DefaultValue",
                self.literal_or_none(variable.default.as_ref())?,
            ),
            ("Directives", self.directives(&variable.directives)?),
            ("Comment", self.comments(&variable.comments)?),
            ("Used", variable.is_used.get().into()),
        ];
        self.object(fields)
    }

    fn fragment(&mut self, fragment: &Fragment) -> Result<Value, Failure> {
        let fields = vec![
            ("Name", self.text(&fragment.name)?),
            (
                "VariableDefinition",
                self.list(&fragment.variables, Self::variable)?,
            ),
            ("TypeCondition", self.text(&fragment.condition)?),
            ("Directives", self.directives(&fragment.directives)?),
            (
                "SelectionSet",
                self.list(&fragment.selections, Self::selection)?,
            ),
            ("Comment", self.comments(&fragment.comments)?),
        ];
        self.object(fields)
    }

    fn selection(&mut self, selection: &Selection) -> Result<Value, Failure> {
        match selection {
            Selection::Field(field) => self.field(field),
            Selection::Spread(spread) => self.spread(spread),
            Selection::Inline(inline) => self.inline(inline),
        }
    }

    fn field(&mut self, field: &Field) -> Result<Value, Failure> {
        let fields = vec![
            ("Alias", self.text(&field.alias)?),
            ("Name", self.text(&field.name)?),
            ("Arguments", self.list(&field.arguments, Self::argument)?),
            ("Directives", self.directives(&field.directives)?),
            (
                "SelectionSet",
                self.list(&field.selections, Self::selection)?,
            ),
            ("Comment", self.comments(&field.comments)?),
        ];
        self.object(fields)
    }

    fn spread(&mut self, spread: &Spread) -> Result<Value, Failure> {
        let fields = vec![
            ("Name", self.text(&spread.name)?),
            ("Directives", self.directives(&spread.directives)?),
            ("Comment", self.comments(&spread.comments)?),
        ];
        self.object(fields)
    }

    fn inline(&mut self, inline: &Inline) -> Result<Value, Failure> {
        let fields = vec![
            ("TypeCondition", self.text(&inline.condition)?),
            ("Directives", self.directives(&inline.directives)?),
            (
                "SelectionSet",
                self.list(&inline.selections, Self::selection)?,
            ),
            ("Comment", self.comments(&inline.comments)?),
        ];
        self.object(fields)
    }

    fn argument(&mut self, argument: &Argument) -> Result<Value, Failure> {
        let fields = vec![
            ("Name", self.text(&argument.name)?),
            ("Value", self.literal(&argument.value)?),
            ("Comment", self.comments(&argument.comments)?),
        ];
        self.object(fields)
    }

    pub(super) fn directives(&mut self, directives: &[Directive]) -> Result<Value, Failure> {
        self.list(directives, |writer, directive| {
            let fields = vec![
                ("Name", writer.text(&directive.name)?),
                (
                    "Arguments",
                    writer.list(&directive.arguments, Self::argument)?,
                ),
                ("Location", writer.text(directive.location.get())?),
            ];
            writer.object(fields)
        })
    }

    pub(super) fn type_reference(&mut self, of: &Type) -> Result<Value, Failure> {
        // As a list of one, which counts the depth.
        let item = match &of.item {
            Some(item) => self.list(&[item], |writer, item| writer.type_reference(item))?,
            None => Value::Null,
        };
        let item = match item {
            Value::Array(items) => items.first().cloned().unwrap_or_default(),
            other => other,
        };
        let fields = vec![
            ("NamedType", self.text(&of.named)?),
            ("Elem", item),
            ("NonNull", of.is_non_null.into()),
        ];
        self.object(fields)
    }

    pub(super) fn literal_or_none(&mut self, literal: Option<&Literal>) -> Result<Value, Failure> {
        literal.map_or(Ok(Value::Null), |literal| self.literal(literal))
    }

    fn literal(&mut self, literal: &Literal) -> Result<Value, Failure> {
        let fields = vec![
            ("Raw", self.text(&literal.raw)?),
            ("Children", self.list(&literal.children, Self::child)?),
            ("Kind", Value::from(literal.kind as i32)),
            ("Comment", self.comments(&literal.comments)?),
            (
                "ExpectedTypeHasDefault",
                literal.notes.has_default.get().into(),
            ),
        ];
        self.object(fields)
    }

    fn child(&mut self, child: &Child) -> Result<Value, Failure> {
        let fields = vec![
            ("Name", self.text(&child.name)?),
            ("Value", self.literal(&child.value)?),
            ("Comment", self.comments(&child.comments)?),
        ];
        self.object(fields)
    }
}
