//! Extensions of schemas and types.

use super::super::syntax::document::SchemaDocument;
use super::super::syntax::schema::{About, Definition, Kind};
use super::{Failure, Parser};

impl Parser<'_, '_, '_> {
    pub(super) fn extension(&mut self, document: &mut SchemaDocument) -> Result<(), Failure> {
        let mut about = About {
            comments_after: self.keyword("extend")?,
            ..About::default()
        };
        if self.is_name("schema")? {
            self.next()?;
            let extension = self.entry_points(about)?;
            if extension.directives.is_empty() && extension.operations.is_empty() {
                return self.unexpected();
            }
            document.schema_extensions.push(extension);
            return Ok(());
        }
        let (kind, _) = self.type_keyword()?;
        let mut extension = Definition::new(kind, Some(self.place()?));
        std::mem::swap(&mut extension.about, &mut about);
        extension.name = self.name()?;
        // As in gqlparser, the extension of an interface implements nothing.
        if kind == Kind::Object {
            extension.interfaces = self.interfaces()?;
        }
        // Its check of directives takes variables in those of an input.
        extension.directives = self.directives(kind != Kind::Input)?;
        self.parts(&mut extension)?;
        let is_empty = extension.interfaces.is_empty()
            && extension.directives.is_empty()
            && extension.fields.is_empty()
            && extension.types.is_empty()
            && extension.values.is_empty();
        if is_empty {
            return self.unexpected();
        }
        document.extensions.push(extension);
        Ok(())
    }
}
