//! The objects of documents, in the shape of gqlparser's structs as JSON, without what is null or empty.

mod definitions;
mod queries;

pub(super) use definitions::schema;
pub(super) use queries::query;

use super::syntax::Comments;
use super::{Context, Failure, Object, Value};
use crate::rego::value::MAX_DEPTH;

/// Writes nodes, within the limits.
struct Writer<'c, 'b> {
    context: &'c mut Context<'b>,
    depth: usize,
}

type Fields = Vec<(&'static str, Value)>;

impl Writer<'_, '_> {
    /// An object of fields. Empty objects and lists are left out, but not empty texts.
    fn object(&mut self, mut fields: Fields) -> Result<Value, Failure> {
        fields.retain(|(_, value)| match value {
            Value::Array(items) => !items.is_empty(),
            Value::Object(fields) => !fields.is_empty(),
            Value::Undefined | Value::Null => false,
            _ => true,
        });
        // A field takes two values and the text of its name.
        self.context.charge_values(fields.len().saturating_mul(4))?;
        let fields = fields.into_iter().map(|(name, value)| (name.into(), value));
        Ok(fields.collect::<Object>().into())
    }

    fn list<T>(
        &mut self,
        items: &[T],
        mut item: impl FnMut(&mut Self, &T) -> Result<Value, Failure>,
    ) -> Result<Value, Failure> {
        if self.depth >= MAX_DEPTH / 2 {
            return Err(Failure::unsure("a GraphQL document nests too deep"));
        }
        self.context.in_time()?;
        self.context.charge_values(items.len())?;
        self.depth += 1;
        let items: Result<Vec<Value>, _> = items.iter().map(|one| item(self, one)).collect();
        self.depth -= 1;
        Ok(items?.into())
    }

    fn texts(&mut self, texts: &[String]) -> Result<Value, Failure> {
        self.list(texts, |writer, text| writer.text(text))
    }

    fn text(&mut self, text: &str) -> Result<Value, Failure> {
        self.context.charge(text.len())?;
        Ok(text.into())
    }

    fn comments(&mut self, comments: &Comments) -> Result<Value, Failure> {
        let list = self.list(comments, |writer, text| {
            let text = writer.text(text)?;
            writer.object(vec![("Value", text)])
        })?;
        self.object(vec![("List", list)])
    }
}
