//! Calls with one argument too many: Rego takes `f(a, out)` of a builtin with one argument for `f(a) = out`.
//!
//! regorus knows that form of its own builtins. For the others the text is changed to the second form before it is parsed; it keeps its
//! length, so that errors name the places of the policy's author.
//!
//! `walk(x)` has a value for each place in `x`. regorus knows that of `walk(x, [path, value])` alone: with one argument it has no value
//! at all, so a rule that looks for something to deny would find nothing. It becomes `_(x)[_]`, an item of what our own walk lists.

use crate::extensions::{self, WALK};
use crate::tokens::{Kind, Token, Tokens};
use std::borrow::Cow;

/// `source` with the second form of all such calls; `own` tells names that are not the builtin's here.
pub(crate) fn rewritten<'s>(source: &'s str, own: impl Fn(&str) -> bool) -> Cow<'s, str> {
    let mut changes: Vec<Call> = Vec::new();
    let mut tokens = Tokens::of(source);
    let mut after_dot = false;
    while let Some(token) = tokens.next() {
        let is_name = token.kind == Kind::Ident && !after_dot;
        after_dot = token.is(".");
        if is_name && !own(token.text) {
            changes.extend(call(source, token, &tokens));
        }
    }
    if changes.is_empty() {
        return Cow::Borrowed(source);
    }
    // Inner calls first, which begin later: what an outer one moves is its last argument as a whole.
    let mut text = source.to_owned();
    for change in changes.into_iter().rev() {
        let (comma, trailing, close) = match change {
            Call::Exceeds {
                comma,
                trailing,
                close,
            } => (comma, trailing, close),
            Call::Walk { name, open, close } => {
                let inner = text.get(open..=close).unwrap_or_default();
                text.replace_range(name..=close, &format!("{WALK}{inner}[_]"));
                continue;
            }
        };
        if let Some(trailing) = trailing {
            text.replace_range(trailing..=trailing, " ");
        }
        let argument = text.get(comma + 1..close).unwrap_or_default();
        let argument = match argument.strip_prefix(' ') {
            Some(rest) => format!(")={rest} "),
            None => format!(")={argument}"),
        };
        text.replace_range(comma..=close, &argument);
    }
    Cow::Owned(text)
}

/// A call to be changed.
enum Call {
    /// One with an argument too many: where the comma before it stands, one behind it if there is one, and the closing bracket.
    Exceeds {
        comma: usize,
        trailing: Option<usize>,
        close: usize,
    },
    /// A `walk` with one argument: where it begins, and its brackets.
    Walk {
        name: usize,
        open: usize,
        close: usize,
    },
}

// The call that begins with `name`, if it is one.
fn call(source: &str, name: Token<'_>, following: &Tokens<'_>) -> Option<Call> {
    let mut following = following.clone();
    let mut path = name.text.to_owned();
    let mut next = following.next()?;
    while next.is(".") {
        path.push('.');
        path.push_str(following.next()?.text);
        next = following.next()?;
    }
    let walks = path == "walk";
    let arity = if walks {
        1
    } else {
        extensions::arity_of(&path)?
    };
    if !next.is("(") {
        return None;
    }
    let open = place(source, next);
    let mut depth = 1_usize;
    let mut commas = Vec::new();
    let mut after_comma = false;
    for token in following {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let trailing = if after_comma { commas.pop() } else { None };
            let close = place(source, token);
            if walks {
                return commas.is_empty().then_some(Call::Walk {
                    name: place(source, name),
                    open,
                    close,
                });
            }
            let exceeds = commas.len() == usize::from(arity) && arity > 0;
            return exceeds.then_some(Call::Exceeds {
                comma: *commas.last()?,
                trailing,
                close,
            });
        }
        after_comma = depth == 1 && token.is(",");
        if after_comma {
            commas.push(place(source, token));
        }
    }
    None
}

fn place(source: &str, token: Token<'_>) -> usize {
    token.text.as_ptr() as usize - source.as_ptr() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_argument_goes_behind_an_equals_sign_and_the_length_stays() {
        for (source, expected) in [
            ("p if any(input.a, x)", "p if any(input.a)=x "),
            ("p if any(input.a,x)", "p if any(input.a)=x"),
            (
                "not set_diff(a, f(b, c), [x, y])",
                "not set_diff(a, f(b, c))=[x, y] ",
            ),
            (
                "strings.split_n(\"a, b\", \",\", 2, x)",
                "strings.split_n(\"a, b\", \",\", 2)=x ",
            ),
            (
                "any(\n\tinput.a, # all, of them\n\tx\n)",
                "any(\n\tinput.a)=# all, of them\n\tx\n ",
            ),
            ("any(all(x,y),z)", "any(all(x)=y)=z"),
            ("any(x,all(y,z))", "any(x)=all(y)=z"),
            ("any(\n\tx,\n\t[y, z],\n)", "any(\n\tx)=\n\t[y, z] \n"),
            ("any(input.a,)", "any(input.a,)"),
            ("any(input.a)", "any(input.a)"),
            ("any(input.a, x, y)", "any(input.a, x, y)"),
            ("data.any(input.a, x)", "data.any(input.a, x)"),
            ("other(input.a, x)", "other(input.a, x)"),
            ("any(input.a, x", "any(input.a, x"),
            ("[p, v] := walk(input.a)", "[p, v] := _(input.a)[_]"),
            (
                "x := walk([walk(y), any(a, z)])",
                "x := _([_(y)[_], any(a)=z ])[_]",
            ),
            ("walk(x, [p, v])", "walk(x, [p, v])"),
            ("data.walk(x)", "data.walk(x)"),
        ] {
            let changed = rewritten(source, |_| false);
            assert_eq!(changed, expected);
        }
        assert_eq!(
            rewritten("any(input.a, x)", |name| name == "any"),
            "any(input.a, x)"
        );
    }
}
