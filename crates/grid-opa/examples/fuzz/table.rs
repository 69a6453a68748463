//! The builtins and the types of their arguments.

use crate::probe::options;
use grid_opa::Engine;

/// OPA's builtins, one per line, with the types of their arguments. A rule of the grammars after a tilde makes texts, or documents, that fit
/// the builtin. Builtins that this build lacks are left out at run time.
const LIST: &str = include_str!("builtins.txt");

/// With fewer known builtins the fuzzer stops: then [`LIST`] is probably damaged.
const LEAST: usize = 100;

pub(crate) struct Builtin {
    pub(crate) name: &'static str,
    /// The types that each argument accepts.
    pub(crate) arguments: Vec<Vec<Type>>,
}

pub(crate) struct Type {
    pub(crate) name: &'static str,
    pub(crate) grammar: Option<&'static str>,
}

/// The builtins of this build, by name.
pub(crate) fn known() -> Result<Vec<Builtin>, String> {
    let engine = Engine::new(options()).map_err(|error| error.to_string())?;
    let has = |one: &Builtin| {
        let call = format!(
            "{}({})",
            one.name,
            vec!["1"; one.arguments.len()].join(", ")
        );
        // A builtin that exists may still refuse the arguments.
        !matches!(engine.check_query(&call), Err(error) if error.message().contains("there is no function"))
    };
    let mut known: Vec<Builtin> = LIST.lines().map(listed).filter(has).collect();
    // Builtins that are not in the list get arguments of any type.
    for (name, arity) in grid_opa::builtins() {
        if !known.iter().any(|one| one.name == name) {
            let arguments = (0..arity).map(|_| vec![type_of("any")]).collect();
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
    Ok(known)
}

fn listed(line: &'static str) -> Builtin {
    let mut words = line.split(' ');
    let name = words.next().unwrap_or_default();
    let arguments = words.map(|types| types.split('|').map(type_of).collect());
    Builtin {
        name,
        arguments: arguments.collect(),
    }
}

fn type_of(text: &'static str) -> Type {
    match text.split_once('~') {
        Some((name, grammar)) => Type {
            name,
            grammar: Some(grammar),
        },
        None => Type {
            name: text,
            grammar: None,
        },
    }
}
