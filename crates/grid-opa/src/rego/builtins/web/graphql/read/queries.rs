//! Reads queries and values.

use super::super::syntax::Type;
use super::super::syntax::document::{
    Argument, Directive, Field, Fragment, Operation, Query, Selection, Variable,
};
use super::super::syntax::literal::{Child, Kind, Literal, Notes};
use super::{Context, Failure, Object, Reader, Value, fields_of, flag, given, unread, without};
use std::cell::Cell;
use std::rc::Rc;

pub(in super::super) fn query(
    fields: &Object,
    context: &mut Context<'_>,
) -> Result<Query, Failure> {
    let value = Value::from(fields.clone());
    let fields = fields_of(&value, &["Operations", "Fragments", "Comment"])?;
    without(fields, &["Comment"])?;
    let mut reader = Reader { context, depth: 0 };
    Ok(Query {
        operations: reader.list(fields, "Operations", Reader::operation)?,
        fragments: reader.list(fields, "Fragments", Reader::fragment)?,
    })
}

impl Reader<'_, '_> {
    // As in gqlparser, the comments of operations, fragments and fields are not read, and names differ by case there.
    fn operation(&mut self, value: &Value) -> Result<Operation, Failure> {
        let fields = fields_of(value, &[])?;
        without(fields, &["Position"])?;
        let kind = self.text(fields, "Operation")?;
        if !matches!(&*kind, "query" | "mutation" | "subscription" | "") {
            return Err(unread("an operation is of an unknown kind"));
        }
        Ok(Operation {
            kind,
            name: self.text(fields, "Name")?,
            variables: self.list(fields, "VariableDefinitions", Self::variable)?,
            directives: self.directives(fields)?,
            selections: self.list(fields, "SelectionSet", Self::selection)?,
            place: None,
            comments: Vec::new(),
        })
    }

    fn variable(&mut self, value: &Value) -> Result<Variable, Failure> {
        const KNOWN: [&str; 7] = [
            "Variable",
            "Type",
            "DefaultValue",
            "Directives",
            "Comment",
            "Definition",
            "Used",
        ];
        let fields = fields_of(value, &KNOWN)?;
        without(fields, &["Definition"])?;
        Ok(Variable {
            name: self.text(fields, "Variable")?,
            of: self.type_reference(fields, "Type")?,
            default: self.literal_or_none(fields, "DefaultValue")?,
            directives: self.directives(fields)?,
            place: None,
            comments: self.comments(fields, "Comment")?,
            definition: Cell::default(),
            is_used: Cell::new(flag(fields, "Used")?),
        })
    }

    fn fragment(&mut self, value: &Value) -> Result<Fragment, Failure> {
        let fields = fields_of(value, &[])?;
        without(fields, &["Position", "Definition"])?;
        Ok(Fragment {
            name: self.text(fields, "Name")?,
            variables: self.list(fields, "VariableDefinition", Self::variable)?,
            condition: self.text(fields, "TypeCondition")?,
            directives: self.directives(fields)?,
            selections: self.list(fields, "SelectionSet", Self::selection)?,
            place: None,
            comments: Vec::new(),
            definition: Cell::default(),
        })
    }

    // gqlparser reads each selection as a field, also one that was a fragment.
    fn selection(&mut self, value: &Value) -> Result<Selection, Failure> {
        let fields = fields_of(value, &[])?;
        without(fields, &["Position", "Definition", "ObjectDefinition"])?;
        Ok(Selection::Field(Field {
            alias: self.text(fields, "Alias")?,
            name: self.text(fields, "Name")?,
            arguments: self.list(fields, "Arguments", Self::argument)?,
            directives: self.directives(fields)?,
            selections: self.list(fields, "SelectionSet", Self::selection)?,
            place: None,
            comments: Vec::new(),
            definition: Cell::default(),
            parent: Cell::default(),
        }))
    }

    fn argument(&mut self, value: &Value) -> Result<Argument, Failure> {
        let fields = fields_of(value, &["Name", "Value", "Comment"])?;
        Ok(Argument {
            name: self.text(fields, "Name")?,
            value: self.literal(fields, "Value")?,
            place: None,
            comments: self.comments(fields, "Comment")?,
        })
    }

    pub(super) fn directives(&mut self, fields: &Object) -> Result<Vec<Directive>, Failure> {
        const KNOWN: [&str; 5] = [
            "Name",
            "Arguments",
            "ParentDefinition",
            "Definition",
            "Location",
        ];
        self.list(fields, "Directives", |reader, value| {
            let fields = fields_of(value, &KNOWN)?;
            without(fields, &["ParentDefinition", "Definition"])?;
            if !reader.text(fields, "Location")?.is_empty() {
                return Err(unread("a directive has a location"));
            }
            Ok(Directive {
                name: reader.text(fields, "Name")?,
                arguments: reader.list(fields, "Arguments", Self::argument)?,
                place: None,
                definition: Cell::default(),
                location: Cell::new(""),
            })
        })
    }

    // A type must be there: gqlparser crashes without it.
    pub(super) fn type_reference(
        &mut self,
        fields: &Object,
        name: &str,
    ) -> Result<Rc<Type>, Failure> {
        let Some(value) = given(fields, name) else {
            return Err(unread("a type is missing"));
        };
        if self.depth >= super::MAX_DEPTH {
            return Err(unread("it nests too deep"));
        }
        let fields = fields_of(value, &["NamedType", "Elem", "NonNull"])?;
        let named = self.text(fields, "NamedType")?;
        self.depth += 1;
        let item = match given(fields, "Elem") {
            None if named.is_empty() => return Err(unread("a type has no name")),
            Some(_) if !named.is_empty() => return Err(unread("a list type has a name")),
            None => None,
            Some(_) => Some(self.type_reference(fields, "Elem")?),
        };
        self.depth -= 1;
        Ok(Rc::new(Type {
            named,
            item,
            is_non_null: flag(fields, "NonNull")?,
            place: None,
        }))
    }

    pub(super) fn literal_or_none(
        &mut self,
        fields: &Object,
        name: &str,
    ) -> Result<Option<Literal>, Failure> {
        match given(fields, name) {
            Some(_) => self.literal(fields, name).map(Some),
            None => Ok(None),
        }
    }

    fn literal(&mut self, fields: &Object, name: &str) -> Result<Literal, Failure> {
        const KNOWN: [&str; 8] = [
            "Raw",
            "Children",
            "Kind",
            "Comment",
            "Definition",
            "VariableDefinition",
            "ExpectedType",
            "ExpectedTypeHasDefault",
        ];
        let Some(value) = given(fields, name) else {
            return Err(unread("a value is missing"));
        };
        let fields = fields_of(value, &KNOWN)?;
        without(
            fields,
            &["Definition", "VariableDefinition", "ExpectedType"],
        )?;
        if flag(fields, "ExpectedTypeHasDefault")? {
            return Err(unread("ExpectedTypeHasDefault is true"));
        }
        let number = match given(fields, "Kind") {
            None => Some(0),
            Some(Value::Number(number)) => number.to_i64(),
            Some(_) => None,
        };
        let kind = number
            .and_then(|number| usize::try_from(number).ok())
            .and_then(|number| Kind::ALL.get(number));
        Ok(Literal {
            raw: self.text(fields, "Raw")?,
            children: self.list(fields, "Children", Self::child)?,
            kind: *kind.ok_or_else(|| unread("a value is of an unknown kind"))?,
            place: None,
            comments: self.comments(fields, "Comment")?,
            notes: Notes::default(),
        })
    }

    fn child(&mut self, value: &Value) -> Result<Child, Failure> {
        let fields = fields_of(value, &["Name", "Value", "Comment"])?;
        Ok(Child {
            name: self.text(fields, "Name")?,
            value: self.literal(fields, "Value")?,
            place: None,
            comments: self.comments(fields, "Comment")?,
        })
    }
}
