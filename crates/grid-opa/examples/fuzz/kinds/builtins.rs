//! Calls of every builtin, with arguments of the types that it accepts and of other types.

use crate::kinds::Kind;
use crate::probe::{Probe, options};
use crate::special::special;
use crate::texts::PLAIN;
use crate::values;
use fastrand::Rng;
use grid_opa::{Engine, EngineOptions};

/// OPA's builtins, one per line, with the types of their arguments. Builtins that this build lacks are left out at run time.
const LIST: &str = include_str!("../builtins.txt");

/// With fewer known builtins the fuzzer stops: then [`LIST`] is probably damaged.
const LEAST: usize = 100;

pub(crate) struct Builtins {
    known: Vec<Builtin>,
}

struct Builtin {
    name: &'static str,
    /// The types that each argument accepts.
    arguments: Vec<Vec<&'static str>>,
}

impl Builtins {
    pub(crate) fn new() -> Result<Self, String> {
        let engine = Engine::new(options()).map_err(|error| error.to_string())?;
        let listed = LIST.lines().map(|line| {
            let mut words = line.split(' ');
            let name = words.next().unwrap_or_default();
            let arguments = words.map(|types| types.split('|').collect()).collect();
            Builtin { name, arguments }
        });
        let has = |one: &Builtin| {
            let call = format!(
                "{}({})",
                one.name,
                vec!["1"; one.arguments.len()].join(", ")
            );
            // A builtin that exists may still refuse the arguments.
            !matches!(engine.check_query(&call), Err(error) if error.message().contains("there is no function"))
        };
        let mut known: Vec<Builtin> = listed.filter(has).collect();
        // Builtins that are not in the list get arguments of any type.
        for (name, arity) in grid_opa::builtins() {
            if !known.iter().any(|one| one.name == name) {
                let arguments = vec![vec!["any"]; usize::from(arity)];
                known.push(Builtin { name, arguments });
            }
        }
        known.sort_by_key(|one| one.name);
        if known.len() < LEAST {
            return Err(format!(
                "only {} builtins are known, at least {LEAST} are expected",
                known.len()
            ));
        }
        Ok(Self { known })
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
        types: &[&str],
        input: &mut Vec<String>,
        random: &mut Rng,
        depth: u32,
    ) -> String {
        if depth > 0 && random.u32(0..8) == 0 {
            return self.call(input, random, depth - 1);
        }
        let wanted = match random.u32(0..8) {
            0 => "any",
            _ => random.choice(types).copied().unwrap_or("any"),
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
