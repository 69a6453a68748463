//! Texts as input and data. The policy reads every part of the input.

use crate::corpus::Corpus;
use crate::kinds::Kind;
use crate::probe::{Probe, options};
use crate::values;
use fastrand::Rng;
use grid_opa::{Engine, Error};
use serde_json::Value;

const POLICY: &str = r#"package fuzz
echo := input
kinds contains type_name(value) if walk(input, [_, value])
leaves := count([1 | walk(input, [_, value]); not is_object(value); not is_array(value)])
again := json.unmarshal(json.marshal(input))
numbers := [next | walk(input, [_, number]); is_number(number); next := number + 1]
sorted := sort([value | walk(input, [_, value])])
texts := {upper(text) | walk(input, [_, text]); is_string(text)}
keys contains key if { walk(input, [_, value]); some key, _ in value }
same if { some value in input; value == input[_] }
allow if input.user == "ann"
deny if not input.user
paths := [concat("/", [sprintf("%v", [part]) | some part in path]) | walk(input, [path, _])]
"#;

const RULES: [&str; 12] = [
    "kinds", "leaves", "again", "numbers", "sorted", "texts", "keys", "same", "allow", "deny",
    "paths", "echo",
];

pub(crate) struct Inputs {
    corpus: Corpus,
    /// Its policies and data never change, so that no case depends on another one.
    engine: Engine,
}

impl Inputs {
    pub(crate) fn new(corpus: Corpus) -> Result<Self, String> {
        let text = |error: Error| error.to_string();
        let engine = Engine::new(options()).map_err(text)?;
        engine.load_policy("fuzz.rego", POLICY).map_err(text)?;
        Ok(Self { corpus, engine })
    }
}

impl Kind for Inputs {
    fn case(&mut self, probe: &mut Probe, random: &mut Rng) {
        let text = values::document(&self.corpus.inputs, random);
        probe.note("input", &text);
        let parsed: Result<Value, _> = serde_json::from_str(&text);
        let is_judged = !matches!(&parsed, Err(error) if is_beyond_floats(error));
        let engine = &self.engine;
        let echo = probe.question(|| engine.evaluate_json("data.fuzz.echo", Some(&text)));
        match (&parsed, &echo) {
            (Err(error), Ok(answer)) if is_judged => {
                probe.finding(
                    "invalid JSON as input has an answer",
                    format!("{error}: {answer:?}"),
                );
            }
            (Ok(value), Ok(answer)) => {
                let answer = answer.as_deref().map(serde_json::from_str::<Value>);
                if !matches!(&answer, Some(Ok(answer)) if same(answer, value)) {
                    probe.finding(
                        "the answer differs from the input text",
                        format!("{answer:?}"),
                    );
                }
            }
            (Err(_), _) | (_, Err(_)) => {}
        }
        let again = probe.question(|| engine.evaluate_json("data.fuzz.echo", Some(&text)));
        if again != echo && !either_is_a_limit(&again, &echo) {
            probe.finding(
                "two answers to the same question",
                format!("{again:?} {echo:?}"),
            );
        }
        if echo.is_ok() {
            for _ in 0..3 {
                let rule = random.choice(&RULES).copied().unwrap_or_default();
                probe.note("rule", rule);
                let _ = probe
                    .question(|| engine.evaluate_json(&format!("data.fuzz.{rule}"), Some(&text)));
            }
            if let (Ok(value), true) = (&parsed, random.u32(0..4) == 0) {
                let answer = probe.question(|| engine.evaluate("data.fuzz.echo", Some(value)));
                if matches!(&answer, Ok(answer) if !answer.as_ref().is_some_and(|answer| same(answer, value)))
                {
                    probe.finding(
                        "the answer differs from the input value",
                        format!("{answer:?}"),
                    );
                }
            }
        }
        if is_judged && random.u32(0..8) == 0 {
            as_data(probe, &text, parsed.ok());
        }
    }
}

fn as_data(probe: &mut Probe, text: &str, parsed: Option<Value>) {
    let Ok(engine) = Engine::new(options()) else {
        return probe.finding("an engine cannot be created", String::new());
    };
    let set = probe.change(|| engine.set_data_json(text));
    let held = probe.question(|| engine.get_data(""));
    let expected = match (&set, parsed) {
        (Ok(()), Some(value)) => value,
        (Ok(()), None) => {
            return probe.finding("invalid JSON is accepted as data", format!("{held:?}"));
        }
        (Err(_), _) => Value::Object(serde_json::Map::new()),
    };
    if !matches!(&held, Ok(Some(held)) if same(held, &expected)) && held.is_ok() {
        probe.finding("the data differs from the loaded text", format!("{held:?}"));
    }
    let _ = probe.change(|| engine.patch_data_json(text));
    let _ = probe.change(|| engine.merge_data_json(text));
}

// Whether serde_json refused a number that the engine can read.
fn is_beyond_floats(error: &serde_json::Error) -> bool {
    error.to_string().starts_with("number out of range")
}

// Equal calls may differ in reaching the limit of time.
fn either_is_a_limit<T>(one: &Result<T, Error>, other: &Result<T, Error>) -> bool {
    [one, other]
        .iter()
        .any(|outcome| matches!(outcome, Err(error) if error.option() == Some("max_evaluation_ms")))
}

// Numbers are compared by value: 1.0 and 1 are the same number in Rego.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || one.as_f64() == other.as_f64()
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(key, value)| other.get(key).is_some_and(|other| same(value, other)))
        }
        _ => one == other,
    }
}
