//! Compiles schemas to nodes, with gojsonschema's errors.

use super::super::{Context, Failure};
use super::named::Fields;
use super::node::{Id, Node};
use super::pool::{NEW_ID, OLD_ID, Pool};
use super::reference::Reference;
use crate::rego::value::Value;
use std::collections::BTreeMap;

/// A version of JSON Schema. A schema that names no version can be any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Draft {
    Four,
    Six,
    Seven,
    Any,
}

/// The compiled nodes, and the schemas that are not compiled yet.
pub(super) struct Compiler<'c, 'b> {
    pub(super) draft: Draft,
    pub(super) context: &'c mut Context<'b>,
    pool: Pool,
    nodes: Vec<Node>,
    by_reference: BTreeMap<String, Id>,
    /// Targets of references. They are compiled without recursion, because chains of references have any length.
    waiting: Vec<(Id, Value)>,
}

/// Compiles a schema to nodes. The first node is the root.
pub(super) fn compile(schema: &Value, context: &mut Context<'_>) -> Result<Vec<Node>, Failure> {
    let draft = draft_of(schema)?;
    let mut pool = Pool::default();
    let schema = pool.add(schema, context)?;
    let mut compiler = Compiler {
        draft,
        context,
        pool,
        nodes: Vec::new(),
        by_reference: BTreeMap::new(),
        waiting: Vec::new(),
    };
    compiler.schema(&schema)?;
    while let Some((id, schema)) = compiler.waiting.pop() {
        let node = compiler.node(&schema)?;
        compiler.put(id, node);
    }
    Ok(compiler.nodes)
}

fn draft_of(schema: &Value) -> Result<Draft, Failure> {
    let schema = match schema {
        Value::Bool(_) => return Ok(Draft::Any),
        Value::Object(fields) => fields.field("$schema"),
        _ => return Err("schema is invalid".into()),
    };
    let name = match schema {
        None => return Ok(Draft::Any),
        Some(Value::String(name)) => Reference::read(name)?.text(),
        Some(_) => return Err("$schema must be of type string".into()),
    };
    Ok(match name.as_str() {
        "http://json-schema.org/draft-04/schema" => Draft::Four,
        "http://json-schema.org/draft-06/schema" => Draft::Six,
        "http://json-schema.org/draft-07/schema" => Draft::Seven,
        _ => Draft::Any,
    })
}

impl Compiler<'_, '_> {
    fn reserve(&mut self) -> Result<Id, Failure> {
        self.context.in_time()?;
        self.context.charge(size_of::<Node>())?;
        self.nodes.push(Node::default());
        Ok(self.nodes.len() - 1)
    }

    fn put(&mut self, id: Id, node: Node) {
        if let Some(place) = self.nodes.get_mut(id) {
            *place = node;
        }
    }

    /// Compiles a nested schema.
    pub(super) fn schema(&mut self, schema: &Value) -> Result<Id, Failure> {
        let id = self.reserve()?;
        let node = self.node(schema)?;
        self.put(id, node);
        Ok(id)
    }

    fn node(&mut self, schema: &Value) -> Result<Node, Failure> {
        let mut node = Node::default();
        let fields = match schema {
            Value::Bool(pass) if self.draft >= Draft::Six => {
                node.pass = Some(*pass);
                return Ok(node);
            }
            Value::Object(fields) => Fields::of(fields, self.context)?,
            _ => return Err("Expected: Valid Schema, given: Invalid JSON".into()),
        };
        let id = match self.draft {
            Draft::Four => OLD_ID,
            Draft::Any if fields.get(OLD_ID).is_some() => OLD_ID,
            _ => NEW_ID,
        };
        if let Some(id) = fields.string(id)? {
            Reference::read(id)?;
        }
        self.definitions(&fields)?;
        fields.string("title")?;
        fields.string("description")?;
        if let Some(reference) = fields.string("$ref")? {
            let reference = Reference::read(reference)?;
            let text = reference.text();
            if let Some(target) = self.by_reference.get(&text) {
                node.target = Some(*target);
            } else {
                // The keywords beside `$ref` are not read.
                node.target = Some(self.refer(&reference, text)?);
                return Ok(node);
            }
        }
        self.keywords(&fields, &mut node)?;
        Ok(node)
    }

    fn refer(&mut self, reference: &Reference, text: String) -> Result<Id, Failure> {
        let id = self.reserve()?;
        self.context.charge(text.len())?;
        self.by_reference.insert(text, id);
        let schema = self.pool.get(reference)?;
        if !matches!(schema, Value::Bool(_) | Value::Object(_)) {
            return Err("Valid Schema must be of type object".into());
        }
        self.waiting.push((id, schema));
        Ok(id)
    }
}
