//! Texts by grammars: most are valid for the builtins that they are given to.

use crate::texts::{NUMBERS, PLAIN, pick};
use crate::{sealed, values};
use fastrand::Rng;
use std::collections::BTreeMap;

/// The files of the rules. A line has the name of a rule and one of its alternatives. `<a>` stands for the rule `a` or a word of
/// [`Grammar::expand`], `<a*>` for several, and `<"a">` for its text as a JSON string; a backslash escapes. The first alternative of a rule
/// must be short, because it ends texts that get too deep.
const FILES: [&str; 7] = [
    include_str!("grammars/graphql.txt"),
    include_str!("grammars/notations.txt"),
    include_str!("grammars/patterns.txt"),
    include_str!("grammars/schemas.txt"),
    include_str!("grammars/security.txt"),
    include_str!("grammars/texts.txt"),
    include_str!("grammars/yaml.txt"),
];

/// From this length on, each rule takes its first alternative.
const LONG: usize = 8 << 10;
/// How deep rules use each other.
const DEPTH: u32 = 12;

enum Part {
    Text(String),
    Rule {
        name: String,
        is_quoted: bool,
        is_many: bool,
    },
}

pub(crate) struct Grammar {
    rules: BTreeMap<&'static str, Vec<Vec<Part>>>,
}

impl Grammar {
    pub(crate) fn read() -> Result<Self, String> {
        let mut rules: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let lines = FILES.iter().flat_map(|file| file.lines());
        for line in lines.filter(|line| !line.starts_with('#')) {
            let (name, alternative) = line
                .split_once(": ")
                .ok_or_else(|| format!("not a rule of a grammar: {line:?}"))?;
            rules.entry(name).or_default().push(parts(alternative)?);
        }
        let grammar = Self { rules };
        let used = grammar.rules.values().flatten().flatten();
        for part in used {
            if let Part::Rule { name, .. } = part {
                grammar.check(name)?;
            }
        }
        Ok(grammar)
    }

    /// Fails if neither a rule nor a word has this name.
    pub(crate) fn check(&self, name: &str) -> Result<(), String> {
        let is_known =
            self.rules.contains_key(name) || word(name, &mut Rng::with_seed(1)).is_some();
        match is_known {
            true => Ok(()),
            false => Err(format!("the grammars have no rule {name}")),
        }
    }

    /// A text of a rule.
    pub(crate) fn text(&self, name: &str, random: &mut Rng) -> String {
        let mut text = String::new();
        let depth = random.u32(2..=DEPTH);
        self.expand(name, random, depth, &mut text);
        text
    }

    fn expand(&self, name: &str, random: &mut Rng, depth: u32, text: &mut String) {
        let Some(alternatives) = self.rules.get(name) else {
            text.push_str(&word(name, random).unwrap_or_default());
            return;
        };
        let is_last = depth == 0 || text.len() > LONG;
        let chosen = match is_last {
            true => alternatives.first(),
            false => random.choice(alternatives),
        };
        for part in chosen.into_iter().flatten() {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Rule {
                    name,
                    is_quoted,
                    is_many,
                } => {
                    let count = match (is_many, is_last, random.u32(0..40)) {
                        (false, _, _) => 1,
                        (true, false, 0) => 200,
                        (true, ..) => random.usize(0..4),
                    };
                    for _ in 0..count {
                        if *is_quoted {
                            let mut inner = String::new();
                            self.expand(name, random, depth.saturating_sub(1), &mut inner);
                            text.push_str(&values::quoted(&inner));
                        } else {
                            self.expand(name, random, depth.saturating_sub(1), text);
                        }
                    }
                }
            }
        }
    }
}

/// A text of a word that is not a rule.
fn word(name: &str, random: &mut Rng) -> Option<String> {
    Some(match name {
        "char" => random.char(..).to_string(),
        "empty" => String::new(),
        "int" => random.i32(-2..1200).to_string(),
        "number" => number(random),
        "plain" => pick(random, &PLAIN).to_owned(),
        "space" => " ".to_owned(),
        _ => return sealed::text(name, random),
    })
}

// A number that is valid in JSON.
fn number(random: &mut Rng) -> String {
    match random.u32(0..3) {
        0 => random.i64(..).to_string(),
        1 => random.i8(..).to_string(),
        _ => pick(random, &NUMBERS).to_owned(),
    }
}

fn parts(alternative: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut rest = alternative.chars();
    while let Some(one) = rest.next() {
        match one {
            '\\' => match rest.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                other => text.extend(other),
            },
            '<' => {
                parts.push(Part::Text(std::mem::take(&mut text)));
                let (name, after) = rest
                    .as_str()
                    .split_once('>')
                    .ok_or_else(|| format!("a rule has no end: {alternative:?}"))?;
                rest = after.chars();
                let is_many = name.ends_with('*');
                let name = name.trim_end_matches('*');
                let is_quoted = name.starts_with('"');
                let name = name.trim_matches('"').to_owned();
                parts.push(Part::Rule {
                    name,
                    is_quoted,
                    is_many,
                });
            }
            _ => text.push(one),
        }
    }
    parts.push(Part::Text(text));
    Ok(parts)
}
