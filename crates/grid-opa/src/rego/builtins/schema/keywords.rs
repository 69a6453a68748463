//! Reads the keywords of a schema in the order of gojsonschema, so that the first error is the same.

mod limits;

use super::super::{Failure, Text, regex};
use super::canonical;
use super::compile::{Compiler, Draft};
use super::named::{Fields, invalid_type};
use super::node::{Additional, Arrays, Combined, Dependency, Id, Kind, Listed, Node, Objects};
use crate::rego::value::Value;
use limits::in_order;
use std::collections::BTreeSet;
use std::rc::Rc;

const fn is_schema(value: &Value) -> bool {
    matches!(value, Value::Bool(_) | Value::Object(_))
}

impl Compiler<'_, '_> {
    pub(super) fn definitions(&mut self, fields: &Fields<'_>) -> Result<(), Failure> {
        let wrong = || invalid_type("Array Of Schemas", "definitions");
        match fields.get("definitions") {
            None => Ok(()),
            Some(Value::Object(definitions)) => {
                for definition in definitions.values() {
                    if !is_schema(definition) {
                        return Err(wrong());
                    }
                    self.schema(definition)?;
                }
                Ok(())
            }
            Some(_) => Err(wrong()),
        }
    }

    pub(super) fn keywords(&mut self, fields: &Fields<'_>, node: &mut Node) -> Result<(), Failure> {
        node.kinds = kinds(fields)?;
        let mut objects = Objects::default();
        let mut combined = Combined::default();
        let mut arrays = Arrays::default();
        self.named(fields, &mut objects)?;
        if let Some(dependencies) = fields.get("dependencies") {
            self.dependencies(dependencies, &mut combined)?;
        }
        self.items(fields, &mut arrays)?;
        const NUMBERS: [&str; 5] = [
            "exclusiveMaximum",
            "exclusiveMinimum",
            "maximum",
            "minimum",
            "multipleOf",
        ];
        if fields.has_any(&NUMBERS) {
            node.numbers = Some(Box::new(self.numbers(fields)?));
        }
        if fields.has_any(&["maxLength", "minLength", "pattern"]) {
            node.texts = Some(Box::new(self.texts(fields)?));
        }
        node.format = fields.string("format")?.map(Box::from);
        objects.count = fields.counts("minProperties", "maxProperties")?;
        in_order(objects.count, "minProperties", "maxProperties")?;
        objects.required = required(fields)?;
        self.context.charge_values(objects.required.len())?;
        self.counted(fields, &mut arrays)?;
        self.literals(fields, node)?;
        self.combined(fields, &mut combined)?;
        let here = |names: &[&str]| fields.has_any(names);
        if here(&["items", "maxItems", "minItems", "uniqueItems", "contains"]) {
            node.arrays = Some(Box::new(arrays));
        }
        if here(&[
            "maxProperties",
            "minProperties",
            "required",
            "propertyNames",
        ]) || here(&["additionalProperties", "patternProperties", "properties"])
        {
            node.objects = Some(Box::new(objects));
        }
        if here(&["allOf", "anyOf", "dependencies", "if", "not", "oneOf"]) {
            node.combined = Some(Box::new(combined));
        }
        Ok(())
    }

    // Reads the keywords about the fields of an object.
    fn named(&mut self, fields: &Fields<'_>, objects: &mut Objects) -> Result<(), Failure> {
        match fields.get("properties") {
            None => {}
            Some(Value::Object(properties)) => {
                self.context
                    .charge_values(properties.len().saturating_mul(3))?;
                for (name, schema) in properties.iter() {
                    let schema = self.schema(schema)?;
                    objects.fields.insert(name.clone(), schema);
                }
            }
            Some(_) => return Err("Properties must be of type object".into()),
        }
        objects.additional = self.additional(fields, "additionalProperties")?;
        match fields.get("patternProperties") {
            None => {}
            Some(Value::Object(patterns)) => {
                for (pattern, schema) in patterns.iter() {
                    let Value::String(pattern) = pattern else {
                        continue;
                    };
                    let compiled = match regex::compiled(pattern, self.context) {
                        Err(Failure::Builtin(_)) => {
                            return Err(format!("Invalid regex pattern '{pattern}'").into());
                        }
                        other => other?,
                    };
                    objects.by_pattern.push((compiled, self.schema(schema)?));
                }
            }
            Some(_) => return Err(invalid_type("Valid Schema", "patternProperties")),
        }
        match fields
            .get("propertyNames")
            .filter(|_| self.draft >= Draft::Six)
        {
            None => {}
            Some(names) if is_schema(names) => objects.names = Some(self.schema(names)?),
            // OPA's error names the other keyword.
            Some(_) => return Err(invalid_type("Valid Schema", "patternProperties")),
        }
        Ok(())
    }

    fn additional(&mut self, fields: &Fields<'_>, name: &str) -> Result<Additional, Failure> {
        Ok(match fields.get(name) {
            None | Some(Value::Bool(true)) => Additional::Any,
            Some(Value::Bool(false)) => Additional::None,
            Some(schema @ Value::Object(_)) => Additional::Schema(self.schema(schema)?),
            Some(_) => return Err(invalid_type("boolean/Valid Schema", name)),
        })
    }

    fn dependencies(&mut self, value: &Value, combined: &mut Combined) -> Result<(), Failure> {
        let Value::Object(dependencies) = value else {
            return Err("dependencies must be of type object".into());
        };
        let wrong = || Failure::from("Dependency must be of type Schema Or Array Of Strings");
        self.context
            .charge_values(dependencies.len().saturating_mul(3))?;
        for (name, value) in dependencies.iter() {
            let dependency = match value {
                Value::Array(names) => {
                    if !names.iter().all(|name| matches!(name, Value::String(_))) {
                        return Err(wrong());
                    }
                    self.context.charge_values(names.len())?;
                    Dependency::Fields(names.to_vec())
                }
                schema if is_schema(schema) => Dependency::Schema(self.schema(schema)?),
                _ => return Err(wrong()),
            };
            combined.dependencies.insert(name.clone(), dependency);
        }
        Ok(())
    }

    fn items(&mut self, fields: &Fields<'_>, arrays: &mut Arrays) -> Result<(), Failure> {
        let wrong = || invalid_type("Valid Schema/Array Of Schemas", "items");
        match fields.get("items") {
            None => {}
            Some(Value::Array(items)) => {
                for item in items.iter() {
                    if !is_schema(item) {
                        return Err(wrong());
                    }
                    arrays.first.push(self.schema(item)?);
                }
            }
            Some(schema) if is_schema(schema) => arrays.each = Some(self.schema(schema)?),
            Some(_) => return Err(wrong()),
        }
        arrays.additional = self.additional(fields, "additionalItems")?;
        Ok(())
    }

    // Reads the allowed values.
    fn literals(&mut self, fields: &Fields<'_>, node: &mut Node) -> Result<(), Failure> {
        if let Some(constant) = fields.get("const").filter(|_| self.draft >= Draft::Six) {
            node.constant = Some(self.canonical(constant)?);
        }
        let Some(values) = fields.array("enum")? else {
            return Ok(());
        };
        let mut listed = Listed::default();
        self.context.charge_values(values.len().saturating_mul(4))?;
        for value in values.iter() {
            let text: Rc<str> = self.canonical(value)?.into();
            if !listed.known.insert(Rc::clone(&text)) {
                return Err("enum items must be unique".into());
            }
            listed.in_order.push(text);
        }
        node.listed = Some(Box::new(listed));
        Ok(())
    }

    fn canonical(&mut self, value: &Value) -> Result<String, Failure> {
        let mut text = Text::new(self.context);
        canonical::write(&mut text, value)?;
        Ok(text.into_string())
    }

    fn combined(&mut self, fields: &Fields<'_>, combined: &mut Combined) -> Result<(), Failure> {
        combined.one_of = self.list(fields, "oneOf")?;
        combined.any_of = self.list(fields, "anyOf")?;
        combined.all_of = self.list(fields, "allOf")?;
        combined.not = self.one(fields, "not")?;
        if self.draft >= Draft::Seven {
            combined.condition = self.one(fields, "if")?;
            combined.then = self.one(fields, "then")?;
            combined.otherwise = self.one(fields, "else")?;
        }
        Ok(())
    }

    fn list(&mut self, fields: &Fields<'_>, name: &str) -> Result<Vec<Id>, Failure> {
        let Some(schemas) = fields.array(name)? else {
            return Ok(Vec::new());
        };
        schemas.iter().map(|schema| self.schema(schema)).collect()
    }

    fn one(&mut self, fields: &Fields<'_>, name: &str) -> Result<Option<Id>, Failure> {
        match fields.get(name) {
            None => Ok(None),
            Some(schema) if is_schema(schema) => self.schema(schema).map(Some),
            Some(_) => Err(format!("{name} must be of an object").into()),
        }
    }
}

fn kinds(fields: &Fields<'_>) -> Result<Vec<Kind>, Failure> {
    let wrong = || invalid_type("type", "string/Array Of Strings");
    let names: &[Value] = match fields.get("type") {
        None => &[],
        Some(name @ Value::String(_)) => std::slice::from_ref(name),
        Some(Value::Array(names)) => names.as_slice(),
        Some(_) => return Err(wrong()),
    };
    let mut kinds = Vec::new();
    for name in names {
        let Value::String(name) = name else {
            return Err(wrong());
        };
        let Some(kind) = Kind::ALL
            .into_iter()
            .find(|kind| kind.name() == name.as_ref())
        else {
            let known = Kind::ALL.map(Kind::name).join(" ");
            return Err(format!("has a primitive type that is NOT VALID -- given: /{name}/ Expected valid values are:[{known}]").into());
        };
        if kinds.contains(&kind) {
            return Err(format!("{name} type is duplicated").into());
        }
        kinds.push(kind);
    }
    Ok(kinds)
}

fn required(fields: &Fields<'_>) -> Result<Vec<Value>, Failure> {
    let Some(names) = fields.array("required")? else {
        return Ok(Vec::new());
    };
    let mut known = BTreeSet::new();
    for name in names.iter() {
        let Value::String(text) = name else {
            return Err(invalid_type("string", "required"));
        };
        if !known.insert(&**text) {
            return Err("required items must be unique".into());
        }
    }
    Ok(names.to_vec())
}
