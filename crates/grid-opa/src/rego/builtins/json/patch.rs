//! `json.patch`.

use super::super::operands::{any, array};
use super::super::{Builtin, Context, Failure, Text, builtin};
use super::paths::path_of;
use crate::limits::stack;
use crate::rego::value::number::i64_of;
use crate::rego::value::text::write;
use crate::rego::value::{Array, Object, Set, Value, type_name};
use std::sync::Arc;

/// How deep what comes of it may nest.
const MOST_LEVELS: usize = 256;

/// As many levels of a policy take no less stack.
const LEVELS_OF_A_POLICY: u32 = 128;

pub(super) const ALL: &[Builtin] = &[builtin("json.patch", 2, |operands, context| {
    let operations = array(operands, 2)?;
    patched(any(operands, 1)?, operations, context)
})];

/// A document changed by all operations; none where they remove it.
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
        let path = path_of(path)?;
        match &**name {
            "add" => self.insert(&path, field("value")?),
            "remove" => self.remove(&path).map(drop),
            "replace" => {
                // In a set the value is its own key: it cannot be replaced by another.
                self.remove(&path)?;
                self.insert(&path, field("value")?)
            }
            "move" => {
                let from = path_of(field("from")?)?;
                let value = self.remove(&from)?;
                self.insert(&path, &value)
            }
            "copy" => {
                let from = path_of(field("from")?)?;
                let value = self.at(&from)?.clone();
                self.insert(&path, &value)
            }
            "test" => {
                let found = self.at(&path)?.clone();
                let wanted = field("value")?;
                if found == *wanted {
                    return Ok(());
                }
                let (wanted, found) = (self.text(wanted)?, self.text(&found)?);
                Err(format!(
                    "value from EditTree != patch value.\n\nExpected: {wanted}\n\nFound: {found}"
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
        let document = self.document.as_ref().ok_or_else(|| gone("unfold"))?;
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
        let document = self.document.as_mut().ok_or_else(|| gone("insert"))?;
        edit(document, parents, context, &mut |parent, context| {
            insert(parent, key, value.clone(), context)
        })
    }

    fn remove(&mut self, path: &[Value]) -> Result<Value, Failure> {
        let Some((key, parents)) = path.split_last() else {
            return self.document.take().ok_or_else(|| gone("delete"));
        };
        let context = &mut *self.context;
        let mut removed = Value::Undefined;
        let document = self.document.as_mut().ok_or_else(|| gone("delete"))?;
        edit(document, parents, context, &mut |parent, context| {
            removed = remove(parent, key, context)?;
            Ok(())
        })?;
        Ok(removed)
    }
}

fn gone(what: &str) -> Failure {
    format!("deleted node encountered during {what} operation").into()
}

fn shown(value: &Value, context: &mut Context<'_>) -> Result<String, Failure> {
    let mut text = Text::new(context);
    write(&mut text, value)?;
    Ok(text.into_string())
}

fn no_collection(value: &Value, context: &mut Context<'_>) -> Failure {
    let kind = match value {
        Value::Null => "ast.Null",
        Value::Bool(_) => "ast.Boolean",
        Value::Number(_) => "ast.Number",
        _ => "ast.String",
    };
    match shown(value, context) {
        Ok(text) => format!("expected composite type, found value: {text} (type: {kind})").into(),
        Err(failure) => failure,
    }
}

fn nothing_at(key: &Value, value: &Value, context: &mut Context<'_>) -> Failure {
    let text = |context: &mut Context<'_>| {
        // Of a set it is a path that OPA tells, of which a text is written as it is.
        let key = match key {
            Value::String(text) if matches!(value, Value::Set(_)) => text.to_string(),
            other => shown(other, context)?,
        };
        let kind = type_name(value);
        let value = shown(value, context)?;
        Ok(format!("path {key} does not exist in {kind} term {value}"))
    };
    text(context).map_or_else(|failure: Failure| failure, Failure::Builtin)
}

// What is below a key.
fn child<'v>(
    value: &'v Value,
    key: &Value,
    context: &mut Context<'_>,
) -> Result<&'v Value, Failure> {
    let found = match value {
        Value::Object(fields) => fields.get(key),
        Value::Array(items) => index(items.len(), key)?.and_then(|place| items.get(place)),
        Value::Set(items) => items.get(key),
        other => {
            let path = shown(key, context)?;
            let failure = no_collection(other, context);
            return Err(match failure {
                Failure::Builtin(text) => text
                    .replacen("type,", &format!("type for path {path},"), 1)
                    .into(),
                other => other,
            });
        }
    };
    found.ok_or_else(|| nothing_at(key, value, context))
}

// Changes what is at the end of a path.
fn edit(
    value: &mut Value,
    path: &[Value],
    context: &mut Context<'_>,
    change: &mut dyn FnMut(&mut Value, &mut Context<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    context.in_time()?;
    let Some((key, rest)) = path.split_first() else {
        return change(value, context);
    };
    child(value, key, context)?;
    own(value, context)?;
    let below = match value {
        Value::Object(fields) => Arc::make_mut(fields).get_mut(key),
        Value::Array(items) => {
            let place = index(items.len(), key)?.unwrap_or(usize::MAX);
            Arc::make_mut(items).get_mut(place)
        }
        Value::Set(items) => {
            let mut below = key.clone();
            edit(&mut below, rest, context, change)?;
            let items = Arc::make_mut(items);
            items.remove(key);
            items.insert(below);
            return Ok(());
        }
        _ => None,
    };
    match below {
        Some(below) => edit(below, rest, context, change),
        None => Err(gone("unfold")),
    }
}

// A collection that others hold too is copied when it is changed.
fn own(value: &Value, context: &mut Context<'_>) -> Result<(), Failure> {
    let (shared, length) = match value {
        Value::Object(fields) => (
            Arc::strong_count(fields) > 1,
            fields.len().saturating_mul(3),
        ),
        Value::Array(items) => (Arc::strong_count(items) > 1, items.len()),
        Value::Set(items) => (Arc::strong_count(items) > 1, items.len()),
        _ => return Ok(()),
    };
    Ok(context.charge_values(if shared { length } else { 3 })?)
}

fn insert(
    parent: &mut Value,
    key: &Value,
    value: Value,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    own(parent, context)?;
    match parent {
        Value::Object(fields) => drop(Arc::make_mut(fields).insert(key.clone(), value)),
        Value::Array(items) => {
            let bounds = || Failure::from("index for array insertion out of bounds");
            let place = index(items.len(), key)?.ok_or_else(bounds)?;
            let mut all = taken(items);
            if place > all.len() {
                *parent = all.into();
                return Err(bounds());
            }
            all.insert(place, value);
            *parent = all.into();
        }
        Value::Set(items) if value == *key => drop(Arc::make_mut(items).insert(value)),
        Value::Set(_) => {
            let (key, value) = (shown(key, context)?, shown(&value, context)?);
            return Err(
                format!("set key {key} does not equal value to be inserted {value}").into(),
            );
        }
        other => return Err(no_collection(other, context)),
    }
    Ok(())
}

fn remove(parent: &mut Value, key: &Value, context: &mut Context<'_>) -> Result<Value, Failure> {
    own(parent, context)?;
    let removed = match parent {
        Value::Object(fields) => Arc::make_mut(fields).remove(key),
        Value::Array(items) => {
            let mut all = taken(items);
            let place = index(all.len(), key);
            let removed = match place {
                Ok(Some(place)) if place < all.len() => Ok(all.remove(place)),
                Ok(_) => Err("index for array delete out of bounds".into()),
                Err(failure) => Err(failure),
            };
            *parent = all.into();
            return removed;
        }
        Value::Set(items) => Arc::make_mut(items).remove(key).then(|| key.clone()),
        other => return Err(no_collection(other, context)),
    };
    match removed {
        Some(removed) => Ok(removed),
        None => {
            let key = shown(key, context)?;
            Err(format!("cannot delete child key {key} that does not exist").into())
        }
    }
}

fn taken(items: &mut Arc<Array>) -> Vec<Value> {
    Arc::unwrap_or_clone(std::mem::take(items))
}

// The place in an array that a key means, none before its begin; `-` is its end.
fn index(length: usize, key: &Value) -> Result<Option<usize>, Failure> {
    let place = match key {
        Value::Number(_) => i64_of(key).ok_or("invalid number type for indexing")?,
        Value::String(text) if &**text == "-" => return Ok(Some(length)),
        Value::String(text) => {
            let (whole, zeros) = text.split_once('.').unwrap_or((text, ""));
            let place = whole
                .parse()
                .ok()
                .filter(|_| zeros.bytes().all(|digit| digit == b'0'));
            let place = place.ok_or("invalid string for indexing")?;
            if &**text != "0" && text.starts_with('0') {
                return Err("leading zeros are not allowed in JSON paths".into());
            }
            place
        }
        _ => return Err("invalid type for indexing".into()),
    };
    Ok(usize::try_from(place).ok())
}

// A copy that shares nothing, so that what an operation makes larger is larger in memory too.
fn copied(value: &Value, level: usize, context: &mut Context<'_>) -> Result<Value, Failure> {
    if level > MOST_LEVELS {
        return Err(Failure::unsure(format!(
            "the patched document nests more than {MOST_LEVELS} levels deep"
        )));
    }
    context.in_time()?;
    Ok(match value {
        Value::Array(items) => {
            context.charge_values(items.len())?;
            let items = items.iter().map(|item| copied(item, level + 1, context));
            items.collect::<Result<Vec<_>, _>>()?.into()
        }
        Value::Set(items) => {
            context.charge_values(items.len())?;
            let items = items.iter().map(|item| copied(item, level + 1, context));
            items.collect::<Result<Set, _>>()?.into()
        }
        Value::Object(fields) => {
            context.charge_values(fields.len().saturating_mul(3))?;
            let fields = fields.iter().map(|(key, value)| {
                Ok::<_, Failure>((key.clone(), copied(value, level + 1, context)?))
            });
            fields.collect::<Result<Object, _>>()?.into()
        }
        other => other.clone(),
    })
}
