//! Variables that only a `not` mentions. To Rego they are unsafe, since nothing gives them a value; regorus takes `not input.a[x]` with
//! such an `x` for true whenever the whole is not false for every `x`, so a rule that should not compile would allow.

use crate::builtins;
use crate::tokens::{Kind, Token, Tokens};
use std::collections::BTreeSet;

/// Words that are no variables.
const WORDS: [&str; 14] = [
    "as", "contains", "data", "default", "else", "false", "if", "import", "input", "null",
    "package", "true", "with", "_",
];

/// Looks for them in the tokens of one rule or query.
#[derive(Debug, Clone, Default)]
pub(crate) struct Negation<'a> {
    /// How many brackets are open around the `not` whose expression goes on.
    at: Option<usize>,
    /// Of each bracket that was opened in it, how many variables were found before.
    before: Vec<usize>,
    /// How many brackets are open in a comprehension there, whose variables are its own.
    comprehension: Option<usize>,
    declaring: bool,
    line: u32,
    bound: BTreeSet<&'a str>,
    negated: Vec<Token<'a>>,
}

impl<'a> Negation<'a> {
    /// Takes in the next token. `depth` tells how many brackets are open with it, `ended` whether an expression may end before it,
    /// `after_dot` whether it is a field; `following` are the tokens after it.
    pub(crate) fn take(
        &mut self,
        token: Token<'a>,
        depth: usize,
        ended: bool,
        after_dot: bool,
        following: &Tokens<'a>,
    ) {
        let new_line = token.line != self.line;
        self.line = token.line;
        let operator = token.kind == Kind::Symbol && !matches!(token.text, ";" | ",");
        if new_line || token.is(";") || token.is("{") {
            self.declaring = false;
        }
        let over = |at: usize| {
            depth < at || (depth == at && (token.is(";") || (new_line && ended && !operator)))
        };
        if self.at.is_some_and(over) {
            self.at = None;
            self.before.clear();
            self.comprehension = None;
        }
        if self.comprehension.is_some_and(|opened| depth < opened) {
            self.comprehension = None;
        }
        match token.kind {
            Kind::Open if self.at.is_some() => self.before.push(self.negated.len()),
            Kind::Close if self.at.is_some() => {
                self.before.pop();
            }
            Kind::Symbol if token.text == "|" && self.comprehension.is_none() => {
                if let Some(count) = self.before.last() {
                    self.negated.truncate(*count);
                    self.comprehension = Some(depth);
                }
            }
            Kind::Ident if !after_dot => self.word(token, depth, following),
            _ => {}
        }
    }

    fn word(&mut self, token: Token<'a>, depth: usize, following: &Tokens<'a>) {
        match token.text {
            "not" => {
                self.at.get_or_insert(depth);
            }
            "some" | "every" => self.declaring = true,
            "in" => self.declaring = false,
            // A builtin may be named to be replaced, as in `with count as other`.
            text if WORDS.contains(&text) || builtins::has(text) => {}
            text => {
                let mut following = following.clone();
                let mut next = following.next();
                let assigned = next.is_some_and(|next| next.is(":"))
                    && following.clone().next().is_some_and(|next| next.is("="));
                while next.is_some_and(|next| next.is(".")) {
                    following.next();
                    next = following.next();
                }
                if next.is_some_and(|next| next.is("(") && next.line == token.line) {
                    return;
                }
                if self.at.is_none() || self.declaring || assigned {
                    self.bound.insert(text);
                } else if self.comprehension.is_none() {
                    self.negated.push(token);
                }
            }
        }
    }

    /// The first of them, by where it stands.
    pub(crate) fn unbound(&self) -> impl Iterator<Item = &Token<'a>> {
        self.negated
            .iter()
            .filter(|token| !self.bound.contains(token.text))
    }
}

#[cfg(test)]
mod tests {
    use crate::outline::Outline;

    fn unbound(body: &str) -> Vec<String> {
        let source = format!(
            "package p\nimport data.lists as imported\nother := 1\nr(arg) if {{\n{body}\n}}"
        );
        let outline = Outline::of_policy(&source);
        outline
            .unbound
            .iter()
            .map(|name| name.name.clone())
            .collect()
    }

    #[test]
    fn a_variable_of_a_not_alone_is_found() {
        for (body, names) in [
            ("not input.a[x]", &["x"][..]),
            ("not input.a[x]; not input.b[y]", &["x", "y"]),
            ("not f(x)\n\tinput.y == 1", &["x"]),
            ("not x = 1", &["x"]),
            ("not input.a[x] with input.b as y", &["x", "y"]),
            ("z := [v | not input.a[x]; v := 1]", &["x"]),
            ("not every v in input.a { v == x }", &["x"]),
        ] {
            assert_eq!(unbound(body), names, "{body}");
        }
    }

    #[test]
    fn one_that_something_else_gives_a_value_is_not() {
        for body in [
            "x := 1; not input.a[x]",
            "not input.a[x]\n\tx := input.y",
            "some x in input.a\n\tnot input.b[x]",
            "not input.a[arg]",
            "not input.a[other]",
            "not imported[arg]",
            "not input.a[_]",
            "not data.q.x",
            "not count([x | x := input.a[_]; x > 1]) > 0",
            "not count({x | input.a[x]}) == 0",
            "not any_of([y | some y in input.a; y > arg])",
            "not every v in input.a { v == arg }",
            "x = input.y\n\tnot x ==\n\t\targ",
            "not startswith(input.a, \"x\")",
            "not count(input.a) with count as other",
            "not time.parse_ns(input.a, arg) == 1",
        ] {
            assert!(unbound(body).is_empty(), "{body}: {:?}", unbound(body));
        }
    }
}
