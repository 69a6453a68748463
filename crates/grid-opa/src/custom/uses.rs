//! Where a source calls the builtins of the host, read from its tokens, as [`crate::outline`] reads what else it calls.

use super::find;
use crate::error::{Error, ErrorKind};
use crate::options::EngineOptions;
use crate::outline::{Call, Outline};
use crate::tokens::{Kind, Token, Tokens};

/// A name in a source, such as `acme.lookup`, and how it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mention {
    pub(crate) call: Call,
    /// With how many arguments it is called; `None` where it is no plain call.
    pub(crate) arguments: Option<usize>,
}

/// The places in `source` of names that are `wanted`; `acme["lookup"]` is one of `acme.lookup`.
pub(crate) fn mentions(source: &str, wanted: impl Fn(&str) -> bool) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut tokens = Tokens::of(source);
    let mut after_dot = false;
    while let Some(token) = tokens.next() {
        let is_name = token.kind == Kind::Ident && !after_dot;
        after_dot = token.is(".");
        if is_name {
            let (name, arguments) = path(token, &tokens);
            if wanted(&name) {
                let call = Call {
                    name,
                    line: token.line,
                    column: token.column,
                };
                found.push(Mention { call, arguments });
            }
        }
    }
    found
}

// The path that begins with a name, as far as it is plain, and the number of arguments if it is called.
fn path(first: Token<'_>, following: &Tokens<'_>) -> (String, Option<usize>) {
    let mut following = following.clone();
    let mut path = first.text.to_owned();
    let mut quoted = false;
    loop {
        let before = following.clone();
        let Some(next) = following.next() else {
            return (path, None);
        };
        let part = if next.is(".") {
            following
                .next()
                .filter(|part| part.kind == Kind::Ident)
                .map(|part| part.text)
        } else if next.is("[") {
            quoted = true;
            let part = following.next().filter(|part| part.kind == Kind::Text);
            part.filter(|_| following.next().is_some_and(|close| close.is("]")))
                .map(|part| part.text.trim_matches(['"', '`']))
        } else {
            let called = !quoted && next.is("(");
            return (path, called.then(|| arguments(following)));
        };
        let Some(part) = part else {
            following = before;
            let _ = following.next();
            return (path, None);
        };
        path.push('.');
        path.push_str(part);
    }
}

// How many arguments there are behind the bracket that was opened; a comma may end them.
fn arguments(following: Tokens<'_>) -> usize {
    let mut depth = 1_usize;
    let mut count = 0;
    let mut pending = false;
    for token in following {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && token.is(",") {
            count += 1;
            pending = false;
        } else {
            pending = true;
        }
    }
    count + usize::from(pending)
}

/// The calls of builtins of the host in `source`, whose outline is given.
///
/// # Errors
/// `GRID_COMPILE` with the place for a call with another number of arguments, for a name that is the source's own too, and for one that
/// is not called: to the core `with` would know nothing of it.
pub(crate) fn check(
    source: &str,
    outline: &Outline<'_>,
    options: &EngineOptions,
) -> Result<Vec<Call>, Error> {
    if options.builtins.is_empty() {
        return Ok(Vec::new());
    }
    let mentions = mentions(source, |name| find(&options.builtins, name).is_some());
    let calls = mentions.into_iter().map(|Mention { call, arguments }| {
        if outline.has_own(call.root()) {
            return Err(ambiguous(&call));
        }
        let arity = find(&options.builtins, &call.name).map_or(0, super::Builtin::arity);
        match arguments {
            Some(count) if count == usize::from(arity) => Ok(call),
            Some(count) => Err(at(
                &call,
                &format!(
                    "the builtin {} is called with {count} arguments, and it takes {arity}",
                    call.name
                ),
            )),
            None => Err(at(
                &call,
                &format!(
                    "the builtin {} can only be called, as in {}(...); `with` neither replaces it nor puts it in another's place",
                    call.name, call.name
                ),
            )),
        }
    });
    calls.collect()
}

/// The error for a call that a rule or import could answer too.
pub(crate) fn ambiguous(call: &Call) -> Error {
    let text = format!(
        "{} is a builtin of the engine, and {} a rule or import of this package too; give one of them another name",
        call.name,
        call.root()
    );
    at(call, &text)
}

fn at(call: &Call, text: &str) -> Error {
    Error::new(ErrorKind::Compile, text).at(call.line, call.column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_counted_outside_inner_brackets() {
        for (source, expected) in [
            ("a.b()", Some(0)),
            ("a.b(x)", Some(1)),
            ("a.b(x,)", Some(1)),
            ("a.b([x, y], {z | f(z, 1)})", Some(2)),
            ("a.b(\n\tx, # a, comment\n\t\"y, z\",\n)", Some(2)),
            ("a.b (x)", Some(1)),
            ("a.b", None),
            ("a.b[x]", None),
            ("a[\"b\"](x)", None),
            ("count(x) with count as a.b", None),
        ] {
            let found = mentions(source, |name| name == "a.b");
            let found: Vec<_> = found.into_iter().map(|found| found.arguments).collect();
            assert_eq!(found, [expected], "{source}");
        }
        for source in ["x.a.b(1)", "a.b.c(1)", "\"a.b(1)\"", "# a.b(1)", "a(1)"] {
            assert!(
                mentions(source, |name| name == "a.b").is_empty(),
                "{source}"
            );
        }
    }
}
