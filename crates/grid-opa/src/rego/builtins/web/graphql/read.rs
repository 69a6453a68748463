//! Reads documents from objects, as Go reads gqlparser's structs from JSON.
//!
//! Go ignores unknown fields, and takes those that differ in case. Here a field of another type or case, and one that gqlparser would keep
//! for its own use, ends the evaluation: the result could differ from OPA's.

mod definitions;
mod queries;

pub(super) use definitions::schema;
pub(super) use queries::query;

use super::syntax::Comments;
use super::{Context, Failure, Object, Value};
use crate::rego::value::MAX_DEPTH;

struct Reader<'c, 'b> {
    context: &'c mut Context<'b>,
    depth: usize,
}

fn unread(what: &str) -> Failure {
    Failure::unsure(format!("this build cannot read the GraphQL object: {what}"))
}

// The fields of an object. Go finds the known ones in any case.
fn fields_of<'v>(value: &'v Value, known: &[&str]) -> Result<&'v Object, Failure> {
    let Value::Object(fields) = value else {
        return Err(unread("a node is not an object"));
    };
    for key in fields.keys() {
        let Value::String(key) = key else {
            return Err(unread("a key is not a string"));
        };
        let is_other_case = known
            .iter()
            .any(|name| **name != **key && name.eq_ignore_ascii_case(key));
        if is_other_case || !key.is_ascii() {
            return Err(unread(&format!("a field is called {key}")));
        }
    }
    Ok(fields)
}

// The value of a field that is there and not null.
fn given<'v>(fields: &'v Object, name: &str) -> Option<&'v Value> {
    fields.field(name).filter(|value| **value != Value::Null)
}

fn flag(fields: &Object, name: &str) -> Result<bool, Failure> {
    match given(fields, name) {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(unread(&format!("{name} is not a boolean"))),
    }
}

// Fails if a field is there that would change what gqlparser does.
fn without(fields: &Object, names: &[&str]) -> Result<(), Failure> {
    match names.iter().find(|name| given(fields, name).is_some()) {
        Some(name) => Err(unread(&format!("it has {name}"))),
        None => Ok(()),
    }
}

impl Reader<'_, '_> {
    fn text(&mut self, fields: &Object, name: &str) -> Result<String, Failure> {
        match given(fields, name) {
            None => Ok(String::new()),
            Some(Value::String(text)) => {
                self.context.charge(text.len())?;
                Ok((**text).to_owned())
            }
            Some(_) => Err(unread(&format!("{name} is not a string"))),
        }
    }

    fn texts(&mut self, fields: &Object, name: &str) -> Result<Vec<String>, Failure> {
        self.list(fields, name, |reader, value| match value {
            Value::String(text) => {
                reader.context.charge(text.len())?;
                Ok((**text).to_owned())
            }
            _ => Err(unread(&format!("an item of {name} is not a string"))),
        })
    }

    fn list<T>(
        &mut self,
        fields: &Object,
        name: &str,
        mut item: impl FnMut(&mut Self, &Value) -> Result<T, Failure>,
    ) -> Result<Vec<T>, Failure> {
        let items = match given(fields, name) {
            None => return Ok(Vec::new()),
            Some(Value::Array(items)) => items,
            Some(_) => return Err(unread(&format!("{name} is not an array"))),
        };
        if self.depth >= MAX_DEPTH {
            return Err(unread("it nests too deep"));
        }
        self.context.in_time()?;
        self.context
            .charge(items.len().saturating_mul(size_of::<T>()))?;
        self.depth += 1;
        let items = items.iter().map(|value| item(self, value)).collect();
        self.depth -= 1;
        items
    }

    fn comments(&mut self, fields: &Object, name: &str) -> Result<Comments, Failure> {
        let Some(group) = given(fields, name) else {
            return Ok(Comments::new());
        };
        let group = fields_of(group, &["List"])?;
        self.list(group, "List", |reader, comment| {
            let comment = fields_of(comment, &["Value", "Position"])?;
            without(comment, &["Position"])?;
            reader.text(comment, "Value")
        })
    }
}
