//! The possible targets of references: the root schema, nested schemas with an `$id`, and targets of JSON pointers.

use super::super::{Context, Failure};
use super::reference::Reference;
use crate::rego::value::{Object, Value};
use std::collections::BTreeMap;

/// The name of the identifier of a schema: since draft 6, and in draft 4.
pub(super) const NEW_ID: &str = "$id";
pub(super) const OLD_ID: &str = "id";

/// Keywords with values, not schemas.
const LITERAL: [&str; 2] = ["const", "enum"];

/// Keywords with schemas by names that are not keywords.
const NAMED: [&str; 3] = ["dependencies", "patternProperties", "properties"];

/// Documents by their references.
#[derive(Default)]
pub(super) struct Pool {
    documents: BTreeMap<String, Value>,
}

impl Pool {
    /// Adds a schema. Returns it with resolved references.
    pub(super) fn add(
        &mut self,
        schema: &Value,
        context: &mut Context<'_>,
    ) -> Result<Value, Failure> {
        let schema = self.resolved(schema, &Reference::default(), context)?;
        self.documents.insert(String::new(), schema.clone());
        Ok(schema)
    }

    fn resolved(
        &mut self,
        value: &Value,
        base: &Reference,
        context: &mut Context<'_>,
    ) -> Result<Value, Failure> {
        match value {
            Value::Array(items) => {
                context.charge_values(items.len())?;
                let items = items.iter().map(|item| self.resolved(item, base, context));
                Ok(Value::from(items.collect::<Result<Vec<_>, _>>()?))
            }
            Value::Object(fields) => self.resolved_object(fields, base, context),
            other => Ok(other.clone()),
        }
    }

    fn resolved_object(
        &mut self,
        fields: &Object,
        base: &Reference,
        context: &mut Context<'_>,
    ) -> Result<Value, Failure> {
        context.in_time()?;
        context.charge_values(fields.len().saturating_mul(3))?;
        let mut own = None;
        let has_old = fields.contains_key(&OLD_ID.into());
        let id = fields.get(&if has_old { OLD_ID } else { NEW_ID }.into());
        if let Some(Value::String(id)) = id
            && let Ok(id) = Reference::read(id)
        {
            let id = base.join(&id);
            let text = id.text();
            context.charge(text.len())?;
            if self.documents.insert(text.clone(), Value::Null).is_some() {
                let quoted = format!("Reference already exists: \"{text}\"");
                return Err(quoted.into());
            }
            own = Some((text, id));
        }
        let base = own.as_ref().map_or(base, |(_, id)| id);
        let mut resolved = BTreeMap::new();
        for (key, value) in fields.iter() {
            let name = match key {
                Value::String(name) => &**name,
                _ => "",
            };
            let value = match value {
                Value::String(text) if name == "$ref" => match Reference::read(text) {
                    Ok(reference) => {
                        let text = base.join(&reference).text();
                        context.charge(text.len())?;
                        text.into()
                    }
                    Err(_) => value.clone(),
                },
                _ if LITERAL.contains(&name) => value.clone(),
                Value::Object(named) if NAMED.contains(&name) => {
                    context.charge_values(named.len().saturating_mul(3))?;
                    let named = named.iter().map(|(key, value)| {
                        Ok((key.clone(), self.resolved(value, base, context)?))
                    });
                    Value::from(named.collect::<Result<Object, Failure>>()?)
                }
                _ if NAMED.contains(&name) => value.clone(),
                value => self.resolved(value, base, context)?,
            };
            resolved.insert(key.clone(), value);
        }
        let resolved = Value::from(resolved);
        if let Some((text, _)) = own {
            self.documents.insert(text, resolved.clone());
        }
        Ok(resolved)
    }

    /// The target of a reference.
    pub(super) fn get(&self, reference: &Reference) -> Result<Value, Failure> {
        if let Some(document) = self.documents.get(&reference.text()) {
            return Ok(document.clone());
        }
        if let Some(document) = self.documents.get(&reference.without_fragment().text()) {
            return pointed(document, reference.fragment());
        }
        let text = reference.text();
        if reference.is_canonical() {
            return Err(Failure::unsure(format!(
                "the schema refers to {text}, which it does not contain: other schemas are not fetched"
            )));
        }
        Err(format!("Reference {text} must be canonical").into())
    }
}

// The target of a JSON pointer.
fn pointed(document: &Value, pointer: &[u8]) -> Result<Value, Failure> {
    // OPA ignores any other fragment.
    let Some(pointer) = pointer.strip_prefix(b"/") else {
        return Ok(document.clone());
    };
    let pointer = String::from_utf8_lossy(pointer);
    let mut value = document;
    for token in pointer.split('/') {
        value = match value {
            Value::Object(fields) => {
                let name = token.replace("~1", "/").replace("~0", "~");
                let missing = || Failure::from(format!("Object has no key '{name}'"));
                fields.get(&name.as_str().into()).ok_or_else(missing)?
            }
            Value::Array(items) => {
                let index: i64 = token
                    .parse()
                    .map_err(|_| format!("Invalid array index '{token}'"))?;
                let item = usize::try_from(index)
                    .ok()
                    .and_then(|index| items.get(index));
                let length = items.len();
                item.ok_or_else(|| format!("Out of bound array[0,{length}] index '{index}'"))?
            }
            _ => return Err(format!("Invalid token reference '{token}'").into()),
        };
    }
    Ok(value.clone())
}
