//! What a source defines, imports and calls, read from its tokens.
//!
//! regorus does not expose its syntax tree, so this is by form: at the top level, a name that follows the end of an expression
//! begins a rule. The tests hold it against regorus' own answer.

use crate::levels::Levels;
use crate::tokens::{Kind, Token, Tokens};
use std::collections::{BTreeMap, BTreeSet};

/// Words after which an expression or a name goes on, and which begin no rule.
const KEYWORDS: [&str; 12] = [
    "as", "contains", "default", "else", "every", "if", "import", "in", "not", "package", "some",
    "with",
];
/// The words that v0 knows after an import only.
const FUTURE_KEYWORDS: [&str; 4] = ["contains", "every", "if", "in"];

/// A plain name such as `io.jwt.decode`, of a function that is called most often, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl Call {
    /// The first part of its name, which a rule of the same package may have.
    pub(crate) fn root(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }
}

/// A rule or function, or one clause of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule<'a> {
    pub(crate) root: &'a str,
    /// How deep the core recurses into it, the rules that it uses aside.
    pub(crate) levels: u32,
    /// The names in it, as paths as far as they are plain: `["data", "a"]` of `data.a[x]`.
    pub(crate) names: BTreeSet<Vec<&'a str>>,
}

/// What was found in one source.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outline<'a> {
    /// First names of all rules and functions: `a` of `a.b := 1`.
    pub(crate) roots: BTreeSet<&'a str>,
    pub(crate) rules: Vec<Rule<'a>>,
    /// Levels of a query.
    pub(crate) levels: u32,
    /// The names of a query, as those of a rule.
    pub(crate) names: BTreeSet<Vec<&'a str>>,
    /// Names that imports give to this source, and what they stand for.
    pub(crate) aliases: BTreeMap<&'a str, Vec<&'a str>>,
    /// Names of the package's path and of the longest path of a head: the data document nests so deep.
    pub(crate) package_depth: usize,
    pub(crate) head_depth: usize,
    /// Whether the head of a rule is a path, such as `a.b := 1`.
    pub(crate) path_heads: bool,
    pub(crate) calls: Vec<Call>,
    /// The first use of a word as a keyword that no import of this source makes one.
    pub(crate) unimported: Option<Token<'a>>,
    /// The first `not` before a body in braces, which an import makes of what is a set without it.
    pub(crate) not_body: Option<Token<'a>>,
    /// Whether there is a `;` outside all brackets.
    pub(crate) separated: bool,
    /// Whether there is a `not` or an `every` outside all brackets.
    pub(crate) negates: bool,
    /// Whether a bracket is closed that was not opened.
    pub(crate) unbalanced: bool,
    imported: BTreeSet<&'a str>,
}

impl<'a> Outline<'a> {
    /// Reads a policy.
    pub(crate) fn of_policy(source: &'a str) -> Self {
        Self::read(source, true)
    }

    /// Reads a query: there are no rules in it.
    pub(crate) fn of_query(source: &'a str) -> Self {
        Self::read(source, false)
    }

    /// Whether a first name is one of this source's own: of a rule or an import.
    pub(crate) fn has_own(&self, name: &str) -> bool {
        self.aliases.contains_key(name) || self.roots.contains(name)
    }

    fn read(source: &'a str, policy: bool) -> Self {
        let mut outline = Self::default();
        let mut depth: usize = 0;
        let mut previous: Option<Token<'a>> = None;
        // Whether an expression may end with the previous token.
        let mut ended = true;
        let mut levels = Levels::default();
        let mut tokens = Tokens::of(source);
        while let Some(token) = tokens.next() {
            let after_dot = previous.is_some_and(|token| token.is("."));
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => {
                    outline.unbalanced |= depth == 0;
                    depth = depth.saturating_sub(1);
                }
                Kind::Symbol => outline.separated |= depth == 0 && token.text == ";",
                Kind::Ident if !after_dot => {
                    outline.negates |= depth == 0 && matches!(token.text, "not" | "every");
                    let default = previous
                        .is_some_and(|token| token.kind == Kind::Ident && token.text == "default");
                    // Of `deny contains x`; v0 has rules of that name too, on lines of their own.
                    let contains = token.text == "contains"
                        && previous.is_some_and(|before| before.line == token.line);
                    let starts_rule = policy && depth == 0 && (ended || default) && !contains;
                    if outline.name(token, starts_rule, &tokens) {
                        levels = Levels::default();
                    }
                }
                _ => {}
            }
            levels.take(token, ended && previous.is_some());
            match outline.rules.last_mut() {
                Some(rule) => rule.levels = levels.count(),
                None => outline.levels = levels.count(),
            }
            ended = match token.kind {
                Kind::Ident => after_dot || !KEYWORDS.contains(&token.text),
                Kind::Number | Kind::Text | Kind::Close => true,
                Kind::Open => false,
                Kind::Symbol => token.text == ";",
            };
            previous = Some(token);
        }
        outline
    }

    // Takes in the name `token`, and tells whether a rule begins with it; `following` are the tokens after it.
    fn name(&mut self, token: Token<'a>, starts_rule: bool, following: &Tokens<'a>) -> bool {
        let behind = following.clone();
        let mut following = following.clone();
        let mut parts = vec![token.text];
        let mut next = following.next();
        let path = next.is_some_and(|next| next.is("."));
        while next.is_some_and(|next| next.is(".")) {
            let Some(part) = following.next().filter(|part| part.kind == Kind::Ident) else {
                break;
            };
            parts.push(part.text);
            next = following.next();
        }
        // To the core a bracket on the next line makes a call too, and so does one behind a name in quotes.
        let mut call = parts.clone();
        let mut rest = (next, following.clone());
        while let Some(part) = next_part(&mut rest) {
            call.push(part);
        }
        let called = rest.0.is_some_and(|next| next.is("("));
        let keyword = KEYWORDS.contains(&token.text) && !(token.text == "contains" && called);
        if FUTURE_KEYWORDS.contains(&token.text) && keyword && !self.imported.contains(token.text) {
            self.unimported.get_or_insert(token);
        }
        if token.text == "not"
            && self.imported.contains("not")
            && next.is_some_and(|next| next.is("{"))
        {
            self.not_body.get_or_insert(token);
        }
        if starts_rule && token.text == "import" {
            self.import(next, &mut following);
            return false;
        }
        if starts_rule && token.text == "package" {
            self.package_depth = path_depth(behind.clone(), true);
        }
        if starts_rule && (!keyword || token.text == "contains") {
            self.head_depth = self.head_depth.max(1 + path_depth(behind, false));
            self.roots.insert(token.text);
            let quoted = next.is_some_and(|next| next.is("["))
                && following.next().is_some_and(|key| key.kind == Kind::Text);
            self.path_heads |= path || (parts.len() == 1 && quoted);
            self.rules.push(Rule {
                root: token.text,
                levels: 0,
                names: BTreeSet::new(),
            });
            return true;
        }
        if called && !keyword {
            self.calls.push(Call {
                name: call.join("."),
                line: token.line,
                column: token.column,
            });
        }
        if !keyword {
            let rule = self.rules.last_mut().map(|rule| &mut rule.names);
            rule.unwrap_or(&mut self.names).insert(parts);
        }
        false
    }

    // Takes in `import <first> ...`.
    fn import(&mut self, first: Option<Token<'a>>, following: &mut Tokens<'a>) {
        let mut path: Vec<&'a str> = first.iter().map(|token| token.text).collect();
        let mut alias = None;
        while let Some(token) = following.next() {
            let mut part = || {
                following
                    .next()
                    .map(|token| token.text.trim_matches(['"', '`']))
            };
            if token.is(".") {
                path.extend(part());
            } else if token.is("[") {
                path.extend(part());
                following.next();
            } else {
                if token.kind == Kind::Ident && token.text == "as" {
                    alias = part();
                }
                break;
            }
        }
        match path.as_slice() {
            ["rego", "v1"] => self.imported.extend(FUTURE_KEYWORDS),
            ["future", "keywords"] => {
                self.imported.extend(FUTURE_KEYWORDS);
                self.imported.insert("not");
            }
            ["future", "keywords", "every"] => self.imported.extend(["every", "in"]),
            ["future", "keywords", word] => self.imported.extend([*word]),
            _ => {}
        }
        if let Some(alias) = alias.or(path.last().copied()) {
            self.aliases.insert(alias, path);
        }
    }
}

// The name that comes next in a path, as `.b` or `["b"]`; what follows is left as it is where there is none.
fn next_part<'a>(rest: &mut (Option<Token<'a>>, Tokens<'a>)) -> Option<&'a str> {
    let mut following = rest.1.clone();
    let part = match rest.0?.text {
        "." => {
            following
                .next()
                .filter(|part| part.kind == Kind::Ident)?
                .text
        }
        "[" => {
            let part = following.next().filter(|part| part.kind == Kind::Text)?;
            following.next().filter(|close| close.is("]"))?;
            part.text.trim_matches(['"', '`'])
        }
        _ => return None,
    };
    *rest = (following.next(), following);
    Some(part)
}

// How many names and brackets follow, as of `.b["c"][x]`; `begins` tells whether a name is the first of its path.
fn path_depth(following: Tokens<'_>, begins: bool) -> usize {
    let (mut depth, mut open) = (0, 0_usize);
    let mut named = begins;
    for token in following {
        match token.kind {
            Kind::Open if open > 0 || token.text == "[" => open += 1,
            Kind::Close => {
                open = open.saturating_sub(1);
                depth += usize::from(open == 0);
            }
            _ if open > 0 => {}
            Kind::Ident if named => depth += 1,
            _ if token.is(".") => {}
            _ => break,
        }
        named = token.is(".");
    }
    depth
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roots(source: &str) -> Vec<&str> {
        Outline::of_policy(source).roots.into_iter().collect()
    }

    #[test]
    fn finds_rules_of_both_versions() {
        let v1 = "package a.b\nimport data.x as y\ndefault allow := false\nallow if input.z\n\twith input as {}\nf(x) := g(x) if h(x)\ndeny contains m if { m := 1 }\np[k] := v if some k, v in q\nelse := r\nn.o.p := 1\ns := 1";
        assert_eq!(roots(v1), ["allow", "deny", "f", "n", "p", "s"]);
        let v0 = "package a\nallow { x } { y }\nq = 1 { true } else = 2 { true }\nf(x) = y { y := x }\nr[x] { x }\nt = u[_]\ndefault w = 1";
        assert_eq!(roots(v0), ["allow", "f", "q", "r", "t", "w"]);
    }

    #[test]
    fn path_heads_are_dotted_or_quoted() {
        for (source, expected) in [
            ("a.b := 1", true),
            ("a[\"b\"] := 1", true),
            ("default a.b := 1", true),
            ("a.b[x] := 1 if x := 2", true),
            ("a[x] := 1 if x := 2", false),
            ("a := b.c[\"d\"]", false),
            ("a if b.c", false),
        ] {
            let source = format!("package p.q\nimport data.r.s\n{source}");
            assert_eq!(Outline::of_policy(&source).path_heads, expected, "{source}");
        }
    }

    #[test]
    fn depths_are_those_of_paths() {
        for (source, expected) in [
            ("package p\na if input.b.c.d", (1, 1)),
            ("package p.q[\"r\"]\na.b[\"c\"][x] := 1 if x := 2", (3, 4)),
            ("package p\na[[1][0]].b := 1\nc := 1", (1, 3)),
            ("package p.q\nf(x) := x.y.z", (2, 1)),
        ] {
            let outline = Outline::of_policy(source);
            let found = (outline.package_depth, outline.head_depth);
            assert_eq!(found, expected, "{source}");
        }
    }

    #[test]
    fn calls_are_not_definitions() {
        let source = "package p\nf(x) := g.h(x) if not (i(x))\nk if io.jwt.decode (x)\nm if contains(x, y)\nn if x in (y)\nr if time[\"now_ns\"]\n()";
        let outline = Outline::of_policy(source);
        let calls: Vec<_> = outline
            .calls
            .iter()
            .map(|call| call.name.as_str())
            .collect();
        assert_eq!(
            calls,
            ["g.h", "i", "io.jwt.decode", "contains", "time.now_ns"]
        );
        assert_eq!(Outline::of_query("http.send({})").calls.len(), 1);
    }

    #[test]
    fn imports_name_aliases_and_keywords() {
        let outline = Outline::of_policy(
            "package p\nimport data.a.b\nimport data.c[\"d\"] as e\nimport input.x.y as z\nimport data.w",
        );
        assert_eq!(
            outline.aliases.into_keys().collect::<Vec<_>>(),
            ["b", "e", "w", "z"]
        );
        for (imports, unimported) in [
            ("", Some("if")),
            ("import rego.v1", None),
            ("import future.keywords", None),
            ("import future.keywords.if", Some("in")),
            (
                "import future.keywords.if\nimport future.keywords.every",
                None,
            ),
        ] {
            let source = format!("package p\n{imports}\nallow if {{ x.if in contains(y) }}");
            assert_eq!(
                Outline::of_policy(&source)
                    .unimported
                    .map(|token| token.text),
                unimported,
                "{imports}"
            );
        }
    }

    #[test]
    fn a_body_behind_not_needs_an_import() {
        for (source, found) in [
            ("import future.keywords.not\na if not { false }", true),
            ("import future.keywords\na if { not {x == 1} }", true),
            ("import future.keywords.not\na if not b", false),
            ("a if not {1}[x]", false),
        ] {
            let source = format!("package p\n{source}");
            assert_eq!(
                Outline::of_policy(&source).not_body.is_some(),
                found,
                "{source}"
            );
        }
    }

    #[test]
    fn separators_count_outside_brackets() {
        assert!(Outline::of_query("a; b").separated);
        assert!(!Outline::of_query("[x | x := 1; y]").separated);
        assert!(Outline::of_query("a] == [").unbalanced);
        assert!(!Outline::of_query("[\"]\"]").unbalanced);
    }
}
