//! The syntax tree of Rego: what the parser builds, and what the compiler rewrites stage by stage.

use crate::rego::syntax::annotations::Annotation;
use crate::rego::syntax::span::Span;
use std::sync::Arc;

/// A name in a policy. Wildcards are named `$0`, `$1`, ..., and variables that the compiler makes `__local0__`, ...
pub(crate) type Name = Arc<str>;

/// A source after parsing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Module {
    pub(crate) package: Package,
    pub(crate) imports: Vec<Import>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) comments: Vec<Comment>,
    /// In the order of the source, if they were asked for.
    pub(crate) annotations: Vec<Annotation>,
    pub(crate) version: Version,
}

/// The syntax that a module is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    /// Rego v0.
    V0,
    /// Rego v0 with `import rego.v1`: both syntaxes hold.
    V0CompatV1,
    V1,
    /// Rego v1 with `and`, `or` and bodies behind `not`.
    V2,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Package {
    /// `data.a.b`: a variable `data`, then strings.
    pub(crate) path: Vec<Term>,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Import {
    /// A reference, or a variable.
    pub(crate) path: Term,
    pub(crate) alias: Option<Name>,
    pub(crate) span: Span,
    pub(crate) alias_span: Option<Span>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Comment {
    /// Without the `#`.
    pub(crate) text: String,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    pub(crate) head: Head,
    pub(crate) body: Body,
    pub(crate) otherwise: Option<Box<Self>>,
    pub(crate) is_default: bool,
    /// Whether the body was not written: it is then the one expression `true`.
    pub(crate) generated_body: bool,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Head {
    /// The reference without the brackets of a partial set `p contains x` (whose item is the key): a variable, then terms.
    pub(crate) reference: Vec<Term>,
    /// The parameters of a function; `None` where it is none.
    pub(crate) args: Option<Vec<Term>>,
    /// The item of a partial set, or the last key of a partial object of the form `p[x] = y`.
    pub(crate) key: Option<Term>,
    pub(crate) value: Option<Term>,
    /// Whether the value stands behind `:=`.
    pub(crate) assign: bool,
    /// Whether the value was not written: it is then `true`.
    pub(crate) generated_value: bool,
    pub(crate) span: Span,
}

pub(crate) type Body = Vec<Expr>;

/// One expression of a body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expr {
    pub(crate) kind: ExprKind,
    /// A `not` before a single expression. One with a body is [`ExprKind::Not`].
    pub(crate) negated: bool,
    pub(crate) with: Vec<With>,
    /// Made by the compiler.
    pub(crate) generated: bool,
    /// An equality that was written `:=`.
    pub(crate) from_assignment: bool,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ExprKind {
    Term(Box<Term>),
    /// An operator, which is a reference, and its operands. Infix operators are the builtins that they stand for: `x == y` is a
    /// call of `equal`, `x := y` of `assign`, `x = y` of `eq`, `x in xs` of `internal.member_2`.
    Call(Vec<Term>),
    /// `some x, y`; `some x in xs` has one term here, a call of `internal.member_2` or `internal.member_3`.
    Some(Vec<Term>),
    Every(Box<Every>),
    Not(Box<Not>),
    And(Box<Logical>),
    Or(Box<Logical>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Every {
    pub(crate) key: Option<Term>,
    pub(crate) value: Term,
    pub(crate) domain: Term,
    pub(crate) body: Body,
    pub(crate) span: Span,
}

/// `not { ... }`, or a `not` before an operand of `and` and `or`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Not {
    pub(crate) body: Body,
    /// Whether the braces are written.
    pub(crate) explicit: bool,
    pub(crate) span: Span,
}

/// The operands of `and` and `or`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Logical {
    pub(crate) lhs: Body,
    pub(crate) rhs: Body,
    /// Whether the braces of the operands are written.
    pub(crate) explicit_lhs: bool,
    pub(crate) explicit_rhs: bool,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct With {
    pub(crate) target: Term,
    pub(crate) value: Term,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Term {
    pub(crate) kind: TermKind,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TermKind {
    Null,
    Bool(bool),
    /// The text of a number.
    Number(Name),
    String(Name),
    Var(Name),
    /// A head, most often a variable, and what is behind it: names are strings.
    Ref(Vec<Term>),
    Array(Vec<Term>),
    Set(Vec<Term>),
    Object(Vec<(Term, Term)>),
    /// An operator, which is a reference, and its operands.
    Call(Vec<Term>),
    ArrayComprehension(Box<Comprehension>),
    SetComprehension(Box<Comprehension>),
    /// Has a key.
    ObjectComprehension(Box<Comprehension>),
    Template(Box<Template>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Comprehension {
    pub(crate) key: Option<Term>,
    pub(crate) term: Term,
    pub(crate) body: Body,
}

/// `$"text {expression}"`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Template {
    pub(crate) parts: Vec<TemplatePart>,
    /// Whether it is written between backquotes.
    pub(crate) multi_line: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TemplatePart {
    /// A string between the expressions.
    Text(Term),
    Expr(Expr),
}

impl Module {
    /// Whether the rules of Rego v1 hold in it.
    pub(crate) fn is_v1(&self) -> bool {
        self.version >= Version::V0CompatV1
    }
}

impl TermKind {
    /// Whether it is null, a boolean, a number or a string.
    pub(crate) const fn is_scalar(&self) -> bool {
        matches!(
            self,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_)
        )
    }

    /// What OPA calls it.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::String(_) => "string",
            Self::Var(_) => "var",
            Self::Ref(_) => "ref",
            Self::Array(_) => "array",
            Self::Set(_) => "set",
            Self::Object(_) => "object",
            Self::Call(_) => "call",
            Self::ArrayComprehension(_) => "arraycomprehension",
            Self::SetComprehension(_) => "setcomprehension",
            Self::ObjectComprehension(_) => "objectcomprehension",
            Self::Template(_) => "templatestring",
        }
    }
}

impl Term {
    pub(crate) const fn new(kind: TermKind, span: Span) -> Self {
        Self { kind, span }
    }

    pub(crate) fn var(name: &str, span: Span) -> Self {
        Self::new(TermKind::Var(name.into()), span)
    }

    pub(crate) fn string(text: &str, span: Span) -> Self {
        Self::new(TermKind::String(text.into()), span)
    }

    /// The name, where it is a variable.
    pub(crate) const fn as_var(&self) -> Option<&Name> {
        match &self.kind {
            TermKind::Var(name) => Some(name),
            _ => None,
        }
    }

    /// The text, where it is a string.
    pub(crate) const fn as_string(&self) -> Option<&Name> {
        match &self.kind {
            TermKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is a variable `_`. Those that the compiler names `$term1` are not.
    pub(crate) fn is_wildcard(&self) -> bool {
        let digits = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
        self.as_var()
            .is_some_and(|name| name.strip_prefix('$').is_some_and(digits))
    }
}

impl Expr {
    pub(crate) const fn new(kind: ExprKind, span: Span) -> Self {
        Self {
            kind,
            negated: false,
            with: Vec::new(),
            generated: false,
            from_assignment: false,
            span,
        }
    }

    /// The operator's path joined by dots, as `count` or `data.p.f`, and the operands, where it is a call.
    pub(crate) fn as_call(&self) -> Option<(&Term, &[Term])> {
        match &self.kind {
            ExprKind::Call(terms) => terms.split_first(),
            _ => None,
        }
    }
}
