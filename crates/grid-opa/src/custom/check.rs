//! Checks the declarations of host builtins.

use super::Builtin;
use crate::error::Error;
use crate::rego::builtins;

/// Maximum number of arguments of a [`Builtin`].
const MAX_ARITY: u8 = 8;

/// Maximum length of the name of a [`Builtin`], in bytes.
const MAX_NAME_BYTES: usize = 256;

/// The builtins that leave the process.
const OUTSIDE: [&str; 2] = ["http.send", "net.lookup_ip_addr"];

/// Words of Rego that no part of a name may be.
#[rustfmt::skip]
const WORDS: [&str; 18] = [
    "as", "contains", "data", "default", "else", "every", "false", "if", "import", "in", "input", "not", "null", "package", "some",
    "true", "with", "_",
];

/// Checks the names and arities of builtins.
///
/// # Errors
/// `GRID_ARGUMENT`, which names the invalid builtin.
pub(crate) fn check(given: &[Builtin]) -> Result<(), Error> {
    for (number, builtin) in given.iter().enumerate() {
        let name = &*builtin.name;
        let wrong = |text: String| Err(Error::argument(format!("the builtin {name:?} {text}")));
        if !is_name(name) {
            return wrong(
                "does not have a name that policies can call; use two or more names joined by dots, such as acme.lookup, none of them a \
                keyword of Rego"
                    .to_owned(),
            );
        }
        // A function of the host can take the place of a builtin that leaves the process.
        if builtins::find(name).is_some() && !OUTSIDE.contains(&name) {
            return wrong("has the name of an existing builtin; use another name".to_owned());
        }
        if builtin.arity > MAX_ARITY {
            return wrong(format!(
                "takes {} arguments; the maximum is {MAX_ARITY}; pass an object instead",
                builtin.arity
            ));
        }
        if given
            .iter()
            .take(number)
            .any(|other| other.name == builtin.name)
        {
            return wrong("is defined twice; remove one of the two".to_owned());
        }
    }
    Ok(())
}

fn is_name(name: &str) -> bool {
    let is_part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !WORDS.contains(&part)
    };
    name.len() <= MAX_NAME_BYTES && name.contains('.') && name.split('.').all(is_part)
}
