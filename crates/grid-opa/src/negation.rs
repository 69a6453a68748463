//! Variables that only a `not` mentions. To Rego they are unsafe, since nothing gives them a value; regorus takes `not input.a[x]` with
//! such an `x` for true whenever the whole is not false for every `x`, so a rule that should not compile would allow.
//!
//! And variables that get their value behind the `not`. OPA evaluates the `not` last; regorus does so of comparisons and calls, and else
//! takes the variable for one that the `not` itself binds: `not x = 1; x = input.y` would never hold.

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
    /// Of each bracket that was opened in it, how many variables were found before, and how many of those early.
    before: Vec<(usize, usize)>,
    /// Of each bracket that was opened in it, whether a variable there may be bound by the `not`.
    binds: Vec<bool>,
    /// Whether there is a `=` in it, and how many early variables were found before it.
    equals: bool,
    begin: usize,
    /// What the head of a rule goes on in.
    head: Head,
    previous: Option<Token<'a>>,
    /// How many brackets are open in a comprehension there, whose variables are its own.
    comprehension: Option<usize>,
    declaring: bool,
    line: u32,
    bound: BTreeSet<&'a str>,
    negated: Vec<Token<'a>>,
    /// Those of them that had no value yet, and whether the `not` may bind them.
    early: Vec<(Token<'a>, bool)>,
}

/// Where the head of a rule goes on: its variables get their values in the body, save those in the brackets of a function.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Head {
    /// Not in a head.
    #[default]
    None,
    Name,
    Parameters,
    Behind,
}

impl<'a> Negation<'a> {
    /// For a rule, from its name on; the default is for a query.
    pub(crate) fn of_rule() -> Self {
        Self {
            head: Head::Name,
            ..Self::default()
        }
    }

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
            self.binds.clear();
            self.equals = false;
            self.comprehension = None;
        }
        self.head = match self.head {
            Head::Name if token.is("(") => Head::Parameters,
            Head::Parameters if depth > 0 => Head::Parameters,
            Head::None if token.text == "else" && depth == 0 && !after_dot => Head::Behind,
            Head::None => Head::None,
            _ if depth == 0 && token.text == "if" => Head::None,
            _ if depth == 1 && token.is("{") => Head::None,
            Head::Name if token.kind == Kind::Ident || token.is(".") => Head::Name,
            _ => Head::Behind,
        };
        let previous = self.previous.replace(token);
        if self.comprehension.is_some_and(|opened| depth < opened) {
            self.comprehension = None;
        }
        match token.kind {
            Kind::Open if self.at.is_some() => {
                self.before.push((self.negated.len(), self.early.len()));
                let calls = previous.is_some_and(|name| name.kind == Kind::Ident);
                let known = previous.is_some_and(|name| builtins::has(name.text)) || !calls;
                let inside = self.binds.last().is_some_and(|binds| *binds);
                self.binds.push(inside || token.text != "(" || !known);
            }
            Kind::Close if self.at.is_some() => {
                self.before.pop();
                self.binds.pop();
            }
            Kind::Symbol if token.text == "=" && self.at.is_some() => {
                let operator =
                    |other: Token<'a>| [":", "=", "!", "<", ">"].iter().any(|text| other.is(text));
                let single = !previous.is_some_and(operator)
                    && !following.clone().next().is_some_and(operator);
                if single && self.comprehension.is_none() {
                    self.equals = true;
                    for (_, binds) in self.early.iter_mut().skip(self.begin) {
                        *binds = true;
                    }
                }
            }
            Kind::Symbol if token.text == "|" && self.comprehension.is_none() => {
                if let Some((negated, early)) = self.before.last() {
                    self.negated.truncate(*negated);
                    self.early.truncate(*early);
                    self.comprehension = Some(depth);
                }
            }
            Kind::Ident if !after_dot => self.word(token, depth, following),
            _ => {}
        }
    }

    fn word(&mut self, token: Token<'a>, depth: usize, following: &Tokens<'a>) {
        match token.text {
            "not" if self.at.is_none() => {
                self.at = Some(depth);
                self.begin = self.early.len();
            }
            "not" => {}
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
                    if matches!(self.head, Head::None | Head::Parameters) {
                        self.bound.insert(text);
                    }
                } else if self.comprehension.is_none() {
                    self.negated.push(token);
                    if !self.bound.contains(text) {
                        let binds = self.binds.last().is_some_and(|binds| *binds);
                        self.early.push((token, self.equals || binds));
                    }
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

    /// Those that get their value behind a `not` that may bind them.
    pub(crate) fn early(&self) -> impl Iterator<Item = &Token<'a>> {
        let early = self.early.iter().filter(|(_, binds)| *binds);
        early
            .map(|(token, _)| token)
            .filter(|token| self.bound.contains(token.text))
    }
}

#[cfg(test)]
mod tests {
    use crate::outline::Outline;

    fn unbound(body: &str) -> Vec<String> {
        let source = format!(
            "package p\nimport data.lists as imported\nother := 1\nr(arg) := k if {{\n{body}\n}}"
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
            ("not input.a[k]", &["k"]),
        ] {
            assert_eq!(unbound(body), names, "{body}");
        }
    }

    #[test]
    fn one_that_something_else_gives_a_value_is_not() {
        for body in [
            "x := 1; not input.a[x]",
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
            assert!(early(body).is_empty(), "{body}: {:?}", early(body));
        }
    }

    fn early(body: &str) -> Vec<String> {
        let source = format!("package p\nother := 1\nr(arg) := k if {{\n{body}\n}}");
        let outline = Outline::of_policy(&source);
        outline.early.iter().map(|name| name.name.clone()).collect()
    }

    #[test]
    fn one_that_gets_its_value_behind_a_not_that_may_bind_it_is_found() {
        for (body, names) in [
            ("not x = 1; x = input.y", &["x"][..]),
            ("not 1 = k; k = input.y", &["k"]),
            ("not input.a[x]\n\tx = input.y", &["x"]),
            ("not [x, 1] = input.a; x = input.y", &["x"]),
            ("not f(1, x); x = input.y", &["x"]),
            ("every y in input.a { not y = x }; x = input.y", &["x"]),
            ("not x == 1; x = input.y", &[]),
            ("not startswith(x, \"a\"); x = input.y", &[]),
            ("not x = 1; not input.a[y]; x = input.y; y = 1", &["x", "y"]),
            ("x = input.y; not x = 1", &[]),
            ("not input.a[arg]; arg = 1", &[]),
            ("not input.a[other]; other = 1", &[]),
            ("not count([x | x = input.a]) == 1; x = input.y", &[]),
            ("some x in input.a; not input.b[x]", &[]),
        ] {
            assert_eq!(early(body), names, "{body}");
        }
    }
}
