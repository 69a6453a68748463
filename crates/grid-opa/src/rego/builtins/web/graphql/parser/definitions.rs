//! Documents of schemas and their definitions.

use super::super::lexer::Kind;
use super::super::syntax::document::SchemaDocument;
use super::super::syntax::schema::{
    self, About, Definition, DirectiveDefinition, EnumValue, FieldDefinition, OperationType,
    SchemaDefinition,
};
use super::super::syntax::{At, Comments};
use super::terms::{BRACES, PARENS};
use super::{Failure, Parser, unexpected};

/// The places of directives.
const LOCATIONS: [&str; 19] = [
    "QUERY",
    "MUTATION",
    "SUBSCRIPTION",
    "FIELD",
    "FRAGMENT_DEFINITION",
    "FRAGMENT_SPREAD",
    "INLINE_FRAGMENT",
    "VARIABLE_DEFINITION",
    "SCHEMA",
    "SCALAR",
    "OBJECT",
    "FIELD_DEFINITION",
    "ARGUMENT_DEFINITION",
    "INTERFACE",
    "UNION",
    "ENUM",
    "ENUM_VALUE",
    "INPUT_OBJECT",
    "INPUT_FIELD_DEFINITION",
];

impl Parser<'_, '_, '_> {
    pub(super) fn schema_document(&mut self) -> Result<SchemaDocument, Failure> {
        let mut document = SchemaDocument::default();
        while self.kind()? != Kind::End {
            let token = self.peek()?;
            let about = self.description()?;
            if self.kind()? != Kind::Name {
                return self.unexpected();
            }
            match &*self.peek()?.value {
                "schema" => document.schema.push(self.schema_definition(about)?),
                "directive" => document.directives.push(self.directive_definition(about)?),
                "extend" if !about.description.is_empty() => return Err(unexpected(&token)),
                "extend" => self.extension(&mut document)?,
                _ => document.definitions.push(self.definition(about)?),
            }
        }
        document.comments = self.comments()?;
        Ok(document)
    }

    fn description(&mut self) -> Result<About, Failure> {
        let mut about = About::default();
        if matches!(self.kind()?, Kind::BlockString | Kind::String) {
            about.comments_before = self.comments()?;
            about.description = self.next()?.value.into_owned();
        }
        Ok(about)
    }

    // What is before a part of a definition. The comments before an empty description are lost, as in gqlparser.
    fn about(&mut self) -> Result<About, Failure> {
        let mut about = self.description()?;
        if about.description.is_empty() {
            about.comments_before.clear();
        }
        about.comments_after = self.comments()?;
        Ok(about)
    }

    fn schema_definition(&mut self, mut about: About) -> Result<SchemaDefinition, Failure> {
        about.comments_after = self.keyword("schema")?;
        self.entry_points(about)
    }

    pub(super) fn entry_points(&mut self, about: About) -> Result<SchemaDefinition, Failure> {
        let place = Some(self.place()?);
        let directives = self.directives(true)?;
        let operation = |parser: &mut Self| {
            let (place, comments) = (parser.place()?, parser.comments()?);
            let token = parser.next()?;
            // The text decides, also that of a string.
            if !matches!(&*token.value, "query" | "mutation" | "subscription") {
                return Err(unexpected(&token));
            }
            parser.expect(Kind::Colon)?;
            Ok(OperationType {
                kind: token.value.into_owned(),
                of: parser.name()?,
                place: Some(place),
                comments,
            })
        };
        let (operations, comments_at_end) = self.some(BRACES, operation)?;
        Ok(SchemaDefinition {
            about,
            directives,
            operations,
            place,
            comments_at_end,
        })
    }

    // The kind of a type by its keyword.
    pub(super) fn type_keyword(&mut self) -> Result<(schema::Kind, Comments), Failure> {
        let kind = match &*self.peek()?.value {
            "scalar" => schema::Kind::Scalar,
            "type" => schema::Kind::Object,
            "interface" => schema::Kind::Interface,
            "union" => schema::Kind::Union,
            "enum" => schema::Kind::Enum,
            "input" => schema::Kind::Input,
            _ => return self.unexpected(),
        };
        if self.kind()? != Kind::Name {
            return self.unexpected();
        }
        let comments = self.comments()?;
        self.next()?;
        Ok((kind, comments))
    }

    fn definition(&mut self, mut about: About) -> Result<Definition, Failure> {
        let (kind, comments) = self.type_keyword()?;
        about.comments_after = comments;
        let mut definition = Definition::new(kind, Some(self.place()?));
        definition.about = about;
        definition.name = self.name()?;
        if matches!(kind, schema::Kind::Object | schema::Kind::Interface) {
            definition.interfaces = self.interfaces()?;
        }
        definition.directives = self.directives(true)?;
        self.parts(&mut definition)?;
        Ok(definition)
    }

    pub(super) fn interfaces(&mut self) -> Result<Vec<String>, Failure> {
        let mut names = Vec::new();
        // The text decides, also that of a string.
        if self.peek()?.value == "implements" {
            self.next()?;
            self.skip(Kind::Amp)?;
            names.push(self.name()?);
            while self.skip(Kind::Amp)? {
                names.push(self.name()?);
            }
        }
        Ok(names)
    }

    // What follows the directives of a type.
    pub(super) fn parts(&mut self, definition: &mut Definition) -> Result<(), Failure> {
        let end = &mut definition.comments_at_end;
        match definition.kind {
            schema::Kind::Scalar => {}
            schema::Kind::Object | schema::Kind::Interface => {
                (definition.fields, *end) = self.some(BRACES, Self::field_definition)?;
            }
            schema::Kind::Input => {
                (definition.fields, *end) = self.some(BRACES, Self::argument_definition)?;
            }
            schema::Kind::Enum => {
                (definition.values, *end) = self.some(BRACES, Self::enum_value)?;
            }
            schema::Kind::Union if self.skip(Kind::Equals)? => {
                self.skip(Kind::Pipe)?;
                loop {
                    definition.type_places.push(Some(self.place()?));
                    definition.types.push(self.name()?);
                    if !self.skip(Kind::Pipe)? {
                        break;
                    }
                }
            }
            schema::Kind::Union => {}
        }
        Ok(())
    }

    fn field_definition(&mut self) -> Result<FieldDefinition, Failure> {
        let about = self.about()?;
        let place: At = Some(self.place()?);
        let name = self.name()?;
        let arguments = self.some(PARENS, Self::argument_definition)?.0;
        self.expect(Kind::Colon)?;
        Ok(FieldDefinition {
            about,
            name,
            arguments,
            default: None,
            of: self.type_reference()?,
            directives: self.directives(true)?,
            place,
        })
    }

    fn argument_definition(&mut self) -> Result<FieldDefinition, Failure> {
        let about = self.about()?;
        let place = Some(self.place()?);
        let name = self.name()?;
        self.expect(Kind::Colon)?;
        let of = self.type_reference()?;
        let default = match self.skip(Kind::Equals)? {
            true => Some(self.literal(true)?),
            false => None,
        };
        Ok(FieldDefinition {
            about,
            name,
            arguments: Vec::new(),
            default,
            of,
            directives: self.directives(true)?,
            place,
        })
    }

    fn enum_value(&mut self) -> Result<EnumValue, Failure> {
        Ok(EnumValue {
            about: self.about()?,
            place: Some(self.place()?),
            name: self.name()?,
            directives: self.directives(true)?,
        })
    }

    fn directive_definition(&mut self, mut about: About) -> Result<DirectiveDefinition, Failure> {
        about.comments_after = self.keyword("directive")?;
        self.expect(Kind::At)?;
        let place = Some(self.place()?);
        let name = self.name()?;
        let arguments = self.some(PARENS, Self::argument_definition)?.0;
        let is_repeatable = self.is_name("repeatable")?;
        if is_repeatable {
            self.next()?;
        }
        self.keyword("on")?;
        self.skip(Kind::Pipe)?;
        let mut locations = vec![self.location()?];
        while self.skip(Kind::Pipe)? {
            locations.push(self.location()?);
        }
        Ok(DirectiveDefinition {
            about,
            name,
            arguments,
            locations,
            is_repeatable,
            place,
        })
    }

    fn location(&mut self) -> Result<String, Failure> {
        let (token, _) = self.expect(Kind::Name)?;
        if !LOCATIONS.contains(&&*token.value) {
            return Err(unexpected(&token));
        }
        Ok(token.value.into_owned())
    }
}
