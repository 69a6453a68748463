//! Calls of the builtins of one family, with arguments that fit: most are valid, and some are then mutated.

use crate::grammar::Grammar;
use crate::kinds::Kind;
use crate::probe::{Probe, options};
use crate::table::{self, Builtin, Type};
use crate::texts::PLAIN;
use crate::{mutate, values};
use fastrand::Rng;
use grid_opa::{Engine, EngineOptions};

/// Families, and the beginnings of the names of their builtins. A builtin belongs to the first family that fits.
const FAMILIES: [(&str, &[&str]); 29] = [
    ("calls:schema", &["json.match_schema", "json.verify_schema"]),
    ("calls:json", &["json."]),
    ("calls:regex", &["regex.", "re_match"]),
    ("calls:glob", &["glob."]),
    ("calls:graphql", &["graphql."]),
    ("calls:yaml", &["yaml."]),
    ("calls:x509", &["crypto.x509.", "crypto.parse_private_keys"]),
    ("calls:hash", &["crypto."]),
    ("calls:sign", &["io.jwt.encode"]),
    ("calls:jwt", &["io.jwt."]),
    ("calls:aws", &["providers."]),
    ("calls:template", &["strings.render_template"]),
    ("calls:format", &["sprintf", "format_int"]),
    ("calls:encoding", &["base64", "hex.", "urlquery."]),
    ("calls:uri", &["uri."]),
    ("calls:time", &["time."]),
    ("calls:net", &["net."]),
    ("calls:graph", &["graph."]),
    ("calls:units", &["units."]),
    ("calls:semver", &["semver."]),
    ("calls:uuid", &["uuid."]),
    ("calls:object", &["object.", "walk"]),
    ("calls:array", &["array."]),
    ("calls:number", &NUMBERS),
    ("calls:comparison", &["eq", "neq", "lt", "gt"]),
    ("calls:string", &STRINGS),
    ("calls:collection", &COLLECTIONS),
    (
        "calls:policy",
        &["rego.", "opa.", "print", "trace", "internal."],
    ),
    ("calls:type", &[""]),
];

const NUMBERS: [&str; 14] = [
    "numbers.",
    "bits.",
    "abs",
    "ceil",
    "floor",
    "round",
    "plus",
    "minus",
    "mul",
    "div",
    "rem",
    "to_number",
    "rand.",
    "product",
];
const STRINGS: [&str; 12] = [
    "strings.",
    "concat",
    "contains",
    "endswith",
    "indexof",
    "lower",
    "replace",
    "split",
    "startswith",
    "substring",
    "trim",
    "upper",
];
const COLLECTIONS: [&str; 12] = [
    "all",
    "any",
    "and",
    "or",
    "count",
    "intersection",
    "max",
    "min",
    "set_diff",
    "sort",
    "sum",
    "union",
];

/// The names of the kinds of this file.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    FAMILIES.into_iter().map(|(name, _)| name)
}

pub(crate) struct Calls {
    builtins: Vec<Builtin>,
    grammar: Grammar,
    /// Engines never change, so that no case depends on another one.
    engines: Vec<Engine>,
}

impl Calls {
    pub(crate) fn new(family: &str) -> Result<Self, String> {
        let grammar = Grammar::read()?;
        let fits = |one: &Builtin| {
            let found = FAMILIES
                .iter()
                .find(|(_, begins)| begins.iter().any(|begin| one.name.starts_with(begin)));
            found.is_some_and(|(name, _)| *name == family)
        };
        let builtins: Vec<Builtin> = table::known()?.into_iter().filter(fits).collect();
        if builtins.is_empty() {
            return Err(format!("this build has no builtin of {family}"));
        }
        for rule in builtins
            .iter()
            .flat_map(|one| one.arguments.iter().flatten())
        {
            rule.grammar.map_or(Ok(()), |name| grammar.check(name))?;
        }
        let bytes = options().max_evaluation_memory_bytes;
        let engines = [(false, bytes), (true, bytes), (true, 100_000)];
        let engines = engines.map(|(strict, bytes)| {
            Engine::new(EngineOptions {
                strict_builtin_errors: strict,
                max_evaluation_memory_bytes: bytes,
                ..options()
            })
        });
        let engines: Result<Vec<Engine>, _> = engines.into_iter().collect();
        Ok(Self {
            builtins,
            grammar,
            engines: engines.map_err(|error| error.to_string())?,
        })
    }

    // A JSON text for an argument, and whether it stands for a set.
    fn argument(&self, types: &[Type], random: &mut Rng) -> (String, bool) {
        let Some(wanted) = random.choice(types) else {
            return ("null".to_owned(), false);
        };
        let is_set = wanted.name.starts_with("set");
        let Some(rule) = wanted.grammar.filter(|_| random.u32(0..40) > 0) else {
            return (values::of(wanted.name, random, 2, &PLAIN), is_set);
        };
        let mut text = self.grammar.text(rule, random);
        if random.u32(0..8) == 0 {
            text = mutate::bytes(&text, random);
        }
        if wanted.name == "string" {
            text = values::quoted(&text);
        }
        (text, is_set)
    }
}

impl Kind for Calls {
    fn case(&mut self, probe: &mut Probe, random: &mut Rng) {
        let Some(builtin) = random.choice(&self.builtins) else {
            return;
        };
        let (mut input, mut terms) = (Vec::new(), Vec::new());
        for (index, types) in builtin.arguments.iter().enumerate() {
            let (text, is_set) = self.argument(types, random);
            // A text that is not JSON would make the complete input invalid.
            let is_json = serde_json::from_str::<serde_json::Value>(&text).is_ok();
            input.push(if is_json { text } else { "1e300".to_owned() });
            terms.push(match is_set && random.u32(0..8) > 0 {
                true => format!("{{x | some x in input[{index}]}}"),
                false => format!("input[{index}]"),
            });
        }
        let input = format!("[{}]", input.join(","));
        let call = format!("{}({})", builtin.name, terms.join(", "));
        let which = random.usize(0..16).saturating_sub(13);
        let Some(engine) = self.engines.get(which) else {
            return;
        };
        probe.note("engine", &which.to_string());
        probe.note("input", &input);
        probe.note("call", &call);
        let answer = probe.question(|| engine.evaluate_json(&call, Some(&input)));
        probe.called(builtin.name, matches!(answer, Ok(Some(_))));
    }
}
