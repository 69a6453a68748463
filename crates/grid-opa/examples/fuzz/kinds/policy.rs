//! Mutated policies: each is loaded, and if that succeeds, its rules are evaluated.

use crate::corpus::Corpus;
use crate::kinds::Kind;
use crate::mutate;
use crate::probe::{Probe, options};
use fastrand::Rng;
use grid_opa::{Engine, EngineOptions, RegoVersion};
use std::collections::BTreeSet;

/// A policy whose answer must stay the same, whatever is loaded.
const GOOD: &str = "package good_beside\nanswer := 42";
const MOST_RULES: usize = 12;

pub(crate) struct Policies {
    corpus: Corpus,
}

impl Policies {
    pub(crate) fn new(corpus: Corpus) -> Result<Self, String> {
        Ok(Self { corpus })
    }
}

impl Kind for Policies {
    fn case(&mut self, probe: &mut Probe, random: &mut Rng) {
        let versions = [
            RegoVersion::Auto,
            RegoVersion::Auto,
            RegoVersion::V1,
            RegoVersion::V0,
        ];
        let options = EngineOptions {
            rego_version: *random.choice(&versions).unwrap_or(&RegoVersion::V1),
            strict_builtin_errors: random.bool(),
            max_depth: if random.bool() { 1000 } else { 10_000 },
            max_nesting: if random.bool() { 16 } else { 32 },
            ..options()
        };
        probe.note(
            "options",
            &format!(
                "{:?} strict {}",
                options.rego_version, options.strict_builtin_errors
            ),
        );
        let Ok(engine) = Engine::new(options) else {
            return probe.finding("an engine cannot be created", String::new());
        };
        let _ = probe.change(|| engine.load_policy("good", GOOD));
        let input = random
            .choice(&self.corpus.inputs)
            .map_or("{}", String::as_str);
        let [first, second] = [(); 2].map(|()| {
            random
                .choice(&self.corpus.policies)
                .map_or("", String::as_str)
        });
        let source = mutate::rego(first, second, random);
        probe.note("policy", &source);
        probe.note("input", input);
        if probe.change(|| engine.load_policy("fuzz", &source)).is_ok() {
            for query in queries(&source) {
                probe.note("query", &query);
                let _ = probe.question(|| engine.evaluate_json(&query, Some(input)));
            }
        }
        if random.u32(0..4) == 0 {
            let [first, second] = [(); 2].map(|()| {
                random
                    .choice(&self.corpus.queries)
                    .map_or("", String::as_str)
            });
            let query = mutate::rego(first, second, random);
            probe.note("query", &query);
            let compiles = probe.question(|| engine.check_query(&query));
            let rows = probe.question(|| engine.query_json(&query, Some(input)));
            let answer = probe.question(|| engine.evaluate_json(&query, Some(input)));
            if let (Err(error), true) = (&compiles, rows.is_ok() || answer.is_ok()) {
                // The check may refuse a query for a part that an evaluation never reaches. Then an answer is not a fault.
                if error.code() == "GRID_INTERNAL" {
                    probe.finding("a query that does not compile answers", error.to_string());
                }
            }
        }
        let good = probe.question(|| engine.evaluate_json("data.good_beside.answer", None));
        // On a busy machine even this query may take too long.
        let late = matches!(&good, Err(error) if error.option() == Some("max_evaluation_ms"));
        if good != Ok(Some("42".to_owned())) && !late && !source.contains("good_beside") {
            probe.finding("the answer of another policy changed", format!("{good:?}"));
        }
    }
}

// Paths of rules that the policy may define, from the first word of each line. A path without a rule is undefined, which costs little.
fn queries(source: &str) -> BTreeSet<String> {
    let mut queries = BTreeSet::from(["data".to_owned()]);
    let Some(package) = package(source) else {
        return queries;
    };
    for line in source
        .lines()
        .filter(|line| !line.starts_with([' ', '\t', '#']))
    {
        let line = line.strip_prefix("default ").unwrap_or(line);
        let name = mutate::tokens(line).first().copied().unwrap_or_default();
        if name.starts_with(|c: char| c.is_ascii_alphabetic()) && queries.len() < MOST_RULES {
            queries.insert(format!("{package}.{name}"));
        }
    }
    queries.insert(package);
    queries
}

fn package(source: &str) -> Option<String> {
    let rest = source.split_once("package")?.1.trim_start();
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'));
    let path = rest.get(..end.unwrap_or(rest.len()))?;
    Some(format!("data.{path}"))
}
