//! `json.patch`.

mod edit;

use super::super::operands::{any, array};
use super::super::{Builtin, Context, Failure, Text, builtin};
use super::paths::path_of;
use crate::limits::stack;
use crate::rego::value::text::write;
use crate::rego::value::{Array, Value, type_name};
use edit::{child, copied, deleted, edit, insert, remove};

/// A policy with this many levels takes at least as much stack as a document of the maximum depth.
const LEVELS_OF_A_POLICY: u32 = 128;

pub(super) const ALL: &[Builtin] = &[builtin("json.patch", 2, |operands, context| {
    let operations = array(operands, 2)?;
    patched(any(operands, 1)?, operations, context)
})];

/// Applies all operations to a document; `None` if they remove it.
pub(crate) fn patched(
    document: &Value,
    operations: &Array,
    context: &mut Context<'_>,
) -> Result<Option<Value>, Failure> {
    let mut patch = Patch {
        document: Some(document.clone()),
        context,
    };
    stack::enough(LEVELS_OF_A_POLICY, || {
        operations
            .iter()
            .try_for_each(|operation| patch.apply(operation))
    })?;
    Ok(patch.document)
}

struct Patch<'p, 'c> {
    document: Option<Value>,
    context: &'p mut Context<'c>,
}

impl Patch<'_, '_> {
    fn apply(&mut self, operation: &Value) -> Result<(), Failure> {
        let Value::Object(fields) = operation else {
            return Err(
                "must be an array of JSON-Patch objects, but at least one element is not an object"
                    .into(),
            );
        };
        let field = |name: &str| {
            let field = fields.field(name);
            field.ok_or_else(|| Failure::from(format!("missing required attribute '{name}'")))
        };
        let path = field("path")?;
        let name = match field("op")? {
            Value::String(name) => name,
            other => {
                let found = type_name(other);
                return Err(format!("attribute 'op' must be a string but found: {found}").into());
            }
        };
        let path = path_of(path, self.context)?;
        match &**name {
            "add" => self.insert(&path, field("value")?),
            "remove" => self.remove(&path).map(drop),
            "replace" => {
                // In a set the value is its own key, so another value cannot replace it.
                self.remove(&path)?;
                self.insert(&path, field("value")?)
            }
            "move" => {
                let from = path_of(field("from")?, self.context)?;
                let value = self.remove(&from)?;
                self.insert(&path, &value)
            }
            "copy" => {
                let from = path_of(field("from")?, self.context)?;
                let value = self.at(&from)?.clone();
                self.insert(&path, &value)
            }
            "test" => {
                let found = self.at(&path)?.clone();
                let expected = field("value")?;
                if found == *expected {
                    return Ok(());
                }
                let (expected, found) = (self.text(expected)?, self.text(&found)?);
                Err(format!(
                    "value from EditTree != patch value.\n\nExpected: {expected}\n\nFound: {found}"
                )
                .into())
            }
            other => Err(format!("unrecognized op: '{other}'").into()),
        }
    }

    fn text(&mut self, value: &Value) -> Result<String, Failure> {
        let mut text = Text::new(self.context);
        write(&mut text, value)?;
        Ok(text.into_string())
    }

    fn at(&mut self, path: &[Value]) -> Result<&Value, Failure> {
        let document = self.document.as_ref().ok_or_else(|| deleted("unfold"))?;
        path.iter()
            .try_fold(document, |value, key| child(value, key, self.context))
    }

    fn insert(&mut self, path: &[Value], value: &Value) -> Result<(), Failure> {
        let value = copied(value, path.len(), self.context)?;
        let Some((key, parents)) = path.split_last() else {
            self.document = Some(value);
            return Ok(());
        };
        let context = &mut *self.context;
        let document = self.document.as_mut().ok_or_else(|| deleted("insert"))?;
        edit(document, parents, context, &mut |parent, context| {
            insert(parent, key, value.clone(), context)
        })
    }

    fn remove(&mut self, path: &[Value]) -> Result<Value, Failure> {
        let Some((key, parents)) = path.split_last() else {
            return self.document.take().ok_or_else(|| deleted("delete"));
        };
        let context = &mut *self.context;
        let mut removed = Value::Undefined;
        let document = self.document.as_mut().ok_or_else(|| deleted("delete"))?;
        edit(document, parents, context, &mut |parent, context| {
            removed = remove(parent, key, context)?;
            Ok(())
        })?;
        Ok(removed)
    }
}
