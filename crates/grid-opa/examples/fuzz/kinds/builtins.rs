//! Calls of every builtin, with arguments of the types that it accepts and of other types.

use crate::kinds::Kind;
use crate::probe::{Probe, options};
use crate::special::special;
use crate::table::{self, Builtin, Type};
use crate::texts::PLAIN;
use crate::values;
use fastrand::Rng;
use grid_opa::{Engine, EngineOptions};

pub(crate) struct Builtins {
    known: Vec<Builtin>,
}

impl Builtins {
    pub(crate) fn new() -> Result<Self, String> {
        Ok(Self {
            known: table::known()?,
        })
    }

    // A call in Rego. Values that its arguments read from the input are added to `input`.
    fn call(&self, input: &mut Vec<String>, random: &mut Rng, depth: u32) -> String {
        let Some(builtin) = random.choice(&self.known) else {
            return String::new();
        };
        let mut arguments: Vec<String> = builtin
            .arguments
            .iter()
            .map(|types| self.argument(builtin.name, types, input, random, depth))
            .collect();
        match random.u32(0..60) {
            0 => drop(arguments.pop()),
            1 => arguments.push("1".to_owned()),
            _ => {}
        }
        format!("{}({})", builtin.name, arguments.join(", "))
    }

    fn argument(
        &self,
        name: &str,
        types: &[Type],
        input: &mut Vec<String>,
        random: &mut Rng,
        depth: u32,
    ) -> String {
        if depth > 0 && random.u32(0..8) == 0 {
            return self.call(input, random, depth - 1);
        }
        let wanted = match random.u32(0..8) {
            0 => "any",
            _ => random.choice(types).map_or("any", |one| one.name),
        };
        let texts = special(name)
            .filter(|_| random.u32(0..4) > 0)
            .unwrap_or(&PLAIN);
        let value = match wanted {
            "any" if random.bool() => values::of("string", random, 0, texts),
            _ => values::of(wanted, random, 2, texts),
        };
        // Some values are literals: numbers in a policy may be larger than numbers in an input.
        if random.u32(0..8) == 0 && value.len() < 200 {
            return value;
        }
        let place = format!("input[{}]", input.len());
        input.push(value);
        if wanted.starts_with("set") {
            format!("{{x | some x in {place}}}")
        } else {
            place
        }
    }
}

impl Kind for Builtins {
    fn case(&mut self, probe: &mut Probe, random: &mut Rng) {
        let strict = random.bool();
        let options = EngineOptions {
            strict_builtin_errors: strict,
            max_evaluation_memory_bytes: if random.u32(0..8) == 0 {
                random.u32(1..200_000)
            } else {
                options().max_evaluation_memory_bytes
            },
            ..options()
        };
        let memory = options.max_evaluation_memory_bytes;
        let Ok(engine) = Engine::new(options) else {
            return probe.finding("an engine cannot be created", String::new());
        };
        let mut input = Vec::new();
        let call = self.call(&mut input, random, 2);
        // A number that is not valid in JSON would make the complete input invalid.
        for value in &mut input {
            if serde_json::from_str::<serde_json::Value>(value).is_err() {
                *value = "1e300".to_owned();
            }
        }
        let input = format!("[{}]", input.join(","));
        probe.note("options", &format!("strict {strict}, {memory} bytes"));
        probe.note("input", &input);
        probe.note("call", &call);
        if random.u32(0..4) == 0 {
            let policy = format!(
                "package fuzz\nx := {call}\nallow if not x\nf(y) := {call} if y\nf(y) := 1 if not y\nz := f(1)"
            );
            if probe.change(|| engine.load_policy("fuzz", &policy)).is_ok() {
                for rule in ["data.fuzz.x", "data.fuzz.allow", "data.fuzz.z"] {
                    let _ = probe.question(|| engine.evaluate_json(rule, Some(&input)));
                }
            }
        } else {
            let _ = probe.question(|| engine.evaluate_json(&call, Some(&input)));
        }
    }
}
