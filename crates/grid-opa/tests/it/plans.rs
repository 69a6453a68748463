//! Answers of OPA, one construct per test.

mod answers;

use grid_opa::{Engine, EngineOptions, Error};
use serde_json::json;

/// An engine with the policies of one case.
struct Loaded(Engine);

impl Loaded {
    fn of(sources: &[&str]) -> Self {
        let names: Vec<String> = (0..sources.len()).map(|n| format!("p{n}.rego")).collect();
        let policies: Vec<(&str, &str)> = names
            .iter()
            .map(String::as_str)
            .zip(sources.iter().copied())
            .collect();
        let engine = Engine::new(EngineOptions::default()).unwrap();
        engine.load_policies(&policies).unwrap();
        engine
            .set_data(&json!({ "d": {
                "numbers": [1, 2, 3], "list": ["a", null, false, 1], "1": { "1": "one", "n": 1 }, "none": null, "no": false,
                "users": { "ann": { "roles": ["admin"], "n": 1 }, "bob": { "roles": [], "n": 2 } },
            } }))
            .unwrap();
        Self(engine)
    }

    fn evaluate(&self, rule: &str, input: &str) -> Result<Option<String>, Error> {
        self.0.evaluate_json(&format!("data.p.{rule}"), Some(input))
    }

    fn answer(&self, rule: &str, input: &str) -> Option<String> {
        self.evaluate(rule, input).unwrap()
    }
}

/// Evaluates the rule `r` of `package p` with each input.
fn answers_of(source: &str, cases: &[(&str, Option<&str>)]) {
    let loaded = Loaded::of(&[source]);
    for (input, answer) in cases {
        assert_eq!(
            loaded.answer("r", input).as_deref(),
            *answer,
            "{source}\n{input}"
        );
    }
}
