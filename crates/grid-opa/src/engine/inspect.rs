//! What the loaded policies contain, and what this build can evaluate.

use super::Engine;
use crate::error::Error;
use crate::faults::errors;
use crate::limits::guard::guarded;
use crate::limits::stack;
use crate::rego::builtins::{self, find};
use crate::rego::syntax::annotations::{Annotation, Yaml};
use crate::rego::syntax::ast::{Module, Term, TermKind, Version};
use crate::rego::syntax::parser::ParseOptions;
use crate::rego::syntax::text;
use crate::rego::types::{declarations, of_function};
use crate::set::MOST_FAULTS;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Builtins that the compiler replaces, so that they have no function.
const COMPILED: [&str; 9] = [
    "assign",
    "eq",
    "internal.member_2",
    "internal.member_3",
    "internal.print",
    "internal.template_string",
    "internal.test_case",
    "print",
    "walk",
];
/// The same, in builds that read annotations.
const OF_ANNOTATIONS: [&str; 2] = ["rego.metadata.chain", "rego.metadata.rule"];

/// The builtins whose answers may differ from call to call, by OPA's list.
const NONDETERMINISTIC: [&str; 11] = [
    "http.send",
    "io.jwt.decode_verify",
    "io.jwt.encode_sign",
    "io.jwt.encode_sign_raw",
    "json.match_schema",
    "json.verify_schema",
    "net.lookup_ip_addr",
    "opa.runtime",
    "rand.intn",
    "time.now_ns",
    "uuid.rfc4122",
];

impl Engine {
    /// The packages of the loaded policies and the annotations in them, in the form of `opa inspect`: `namespaces` has the policies of each
    /// package, and `annotations` a list with `path`, `location` and `annotations` of each annotated rule or package. A build without the
    /// feature `yaml` reads no annotations, so its result has no such list.
    ///
    /// # Errors
    /// `GRID_LIMIT` for too much memory.
    pub fn inspect(&self) -> Result<Value, Error> {
        let serving = self.serving();
        let set = &serving.set;
        let options = self.options();
        let parse = ParseOptions {
            version: Version::V1,
            max_depth: options.max_nesting,
            file: 0,
            max_faults: MOST_FAULTS,
            annotations: builtins::annotations(),
        };
        guarded(options.for_load(), || {
            let mut namespaces: BTreeMap<String, Vec<&str>> = BTreeMap::new();
            let mut annotated = Vec::new();
            for (name, source) in set.sources() {
                let module = stack::enough(options.max_nesting, || source.module(&parse));
                let module = module
                    .map_err(|faults| Error::all_of(errors(faults, options, |_| name.clone())))?;
                let package = text::of_ref(&module.package.path);
                namespaces.entry(package).or_default().push(name);
                let found = module.annotations.iter();
                annotated.extend(found.map(|one| annotated_part(name, &module, one)));
            }
            // By path and place, as OPA lists them.
            annotated.sort_by(|(a, _), (b, _)| a.cmp(b));
            let annotated: Value = annotated.into_iter().map(|(_, part)| part).collect();
            Ok(match parse.annotations {
                Some(_) => json!({ "namespaces": namespaces, "annotations": annotated }),
                None => json!({ "namespaces": namespaces }),
            })
        })
    }

    /// The builtins that policies of this engine can call and the features of the language, in the form of OPA's capabilities:
    /// `opa check --capabilities <file>` then accepts what this engine accepts.
    pub fn capabilities(&self) -> Value {
        let host = self.options().builtins.iter();
        let host: BTreeMap<&str, Value> = host.map(|one| (one.name(), of_host(one))).collect();
        let opa = declarations().filter(|declared| {
            let is_compiled = COMPILED.contains(&&*declared.name)
                || builtins::annotations().is_some() && OF_ANNOTATIONS.contains(&&*declared.name);
            (is_compiled || find(&declared.name).is_some()) && !host.contains_key(&*declared.name)
        });
        let mut all: Vec<Value> = opa
            .map(|declared| {
                let name: &str = &declared.name;
                let mut fields = json!({ "name": name, "decl": of_function(&declared.function) });
                let operator = Term::var(name, crate::rego::syntax::span::Span::default());
                let infix = match name {
                    "internal.member_2" | "internal.member_3" => Some("in"),
                    _ => text::infix(&operator),
                };
                let flags = [
                    ("relation", declared.relation),
                    ("deprecated", declared.deprecated),
                    ("nondeterministic", NONDETERMINISTIC.contains(&name)),
                ];
                for (flag, _) in flags.into_iter().filter(|(_, is_set)| *is_set) {
                    fields[flag] = true.into();
                }
                if let Some(sign) = infix {
                    fields["infix"] = sign.into();
                }
                fields
            })
            .collect();
        all.extend(host.into_values());
        all.sort_by(|a, b| a["name"].as_str().cmp(&b["name"].as_str()));
        json!({
            "builtins": all,
            "future_keywords": ["and", "not", "or"],
            "features": ["keywords_in_refs", "rego_v1", "rego_v2_import", "template_strings"],
        })
    }
}

fn of_host(builtin: &crate::Builtin) -> Value {
    let any = json!({ "type": "any" });
    let mut decl = json!({ "type": "function", "result": any });
    if builtin.arity() > 0 {
        decl["args"] = (0..builtin.arity()).map(|_| any.clone()).collect();
    }
    let mut fields = json!({ "name": builtin.name(), "decl": decl });
    if !builtin.is_pure() {
        fields["nondeterministic"] = true.into();
    }
    fields
}

// The annotated rule or package, and its place in the list.
fn annotated_part(
    name: &str,
    module: &Module,
    annotation: &Annotation,
) -> ((String, String, u32), Value) {
    let mut path = module.package.path.clone();
    let mut span = module.package.span;
    if let Some(rule) = annotation.rule.and_then(|rule| module.rules.get(rule)) {
        let mut reference = rule.head.reference.iter();
        let first = reference.next().and_then(Term::as_var);
        path.extend(first.map(|name| Term::string(name, rule.span)));
        path.extend(reference.cloned());
        span = rule.span;
    }
    let mut fields: Map<String, Value> = annotation
        .fields
        .iter()
        .map(|(name, value)| (name.clone(), json_of(value)))
        .collect();
    fields.insert("scope".to_owned(), annotation.scope.name().into());
    let terms: Value = path.iter().map(term_of).collect();
    let part = json!({
        "annotations": fields,
        "location": { "file": name, "row": span.row, "col": span.column },
        "path": terms,
    });
    ((text::of_ref(&path), name.to_owned(), span.row), part)
}

// A term in the form of OPA's syntax trees.
fn term_of(term: &Term) -> Value {
    let value = match &term.kind {
        TermKind::Null => Value::Null,
        TermKind::Bool(value) => (*value).into(),
        TermKind::String(text) => (**text).into(),
        TermKind::Var(name) => text::of_var(name).into(),
        TermKind::Number(digits) => {
            serde_json::from_str(digits).unwrap_or_else(|_| (**digits).into())
        }
        _ => text::of_term(term).into(),
    };
    json!({ "type": term.kind.name(), "value": value })
}

fn json_of(value: &Yaml) -> Value {
    match value {
        Yaml::Null => Value::Null,
        Yaml::Bool(flag) => (*flag).into(),
        Yaml::Int(number) => (*number).into(),
        Yaml::Unsigned(number) => (*number).into(),
        Yaml::Float(number) => (*number).into(),
        Yaml::Text(text) | Yaml::Time(text) => text.as_str().into(),
        Yaml::List(items) => items.iter().map(json_of).collect(),
        Yaml::Map(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), json_of(value)))
            .collect(),
        Yaml::MixedMap(fields) => fields
            .iter()
            .map(|(key, value)| (key.as_text().unwrap_or_default().to_owned(), json_of(value)))
            .collect(),
    }
}
