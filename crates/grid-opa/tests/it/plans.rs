//! Plans and the core give the same answers; which rules have a plan, and the reasons of those that have none.

mod answers;
mod reasons;

use grid_opa::{Engine, EngineOptions, Error, EvaluationPath};
use serde_json::json;

/// The policies of one case, loaded with plans and without.
struct Both {
    plan: Engine,
    core: Engine,
}

impl Both {
    fn of(sources: &[&str]) -> Self {
        let names: Vec<String> = (0..sources.len()).map(|n| format!("p{n}.rego")).collect();
        let policies: Vec<(&str, &str)> = names
            .iter()
            .map(String::as_str)
            .zip(sources.iter().copied())
            .collect();
        let loaded = |plans| {
            let options = EngineOptions {
                plans,
                ..EngineOptions::default()
            };
            let engine = Engine::new(options).unwrap();
            engine.load_policies(&policies).unwrap();
            engine
                .set_data(&json!({ "d": {
                    "numbers": [1, 2, 3], "list": ["a", null, false, 1], "1": { "1": "one", "n": 1 }, "none": null, "no": false,
                    "users": { "ann": { "roles": ["admin"], "n": 1 }, "bob": { "roles": [], "n": 2 } },
                } }))
                .unwrap();
            engine
        };
        Self {
            plan: loaded(true),
            core: loaded(false),
        }
    }

    fn answers(&self, rule: &str, input: Option<&str>) -> [Result<Option<String>, Error>; 2] {
        let path = format!("data.p.{rule}");
        [&self.plan, &self.core].map(|engine| engine.evaluate_json(&path, input))
    }

    /// The answer of both.
    fn answer(&self, rule: &str, input: &str) -> Option<String> {
        let [plan, core] = self.answers(rule, Some(input));
        assert_eq!(plan, core, "{rule} of {input}");
        plan.unwrap()
    }

    fn path(&self, rule: &str) -> EvaluationPath {
        self.plan.evaluation_path(&format!("data.p.{rule}"))
    }
}

/// Asks the rule `r` of `package p` with each input: both have this answer, and the rule has a plan.
fn planned(source: &str, cases: &[(&str, Option<&str>)]) {
    let both = Both::of(&[source]);
    assert_eq!(both.path("r"), EvaluationPath::Plan, "{source}");
    for (input, answer) in cases {
        assert_eq!(
            both.answer("r", input).as_deref(),
            *answer,
            "{source}\n{input}"
        );
    }
}
