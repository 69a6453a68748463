//! The syntax tree of Rego. The parser builds it, and the compiler rewrites it stage by stage.

use crate::rego::syntax::annotations::Annotation;
use crate::rego::syntax::span::Span;
use std::sync::Arc;

/// A name in a policy. Wildcards have the names `$0`, `$1`, ..., generated variables `__local0__`, ...
pub(crate) type Name = Arc<str>;

/// A parsed source.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Module {
    pub(crate) package: Package,
    pub(crate) imports: Vec<Import>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) comments: Vec<Comment>,
    /// In source order. Empty if the options do not request annotations.
    pub(crate) annotations: Vec<Annotation>,
    pub(crate) version: Version,
}

/// The language version of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    /// Rego v0.
    V0,
    /// Rego v0 with `import rego.v1`: both syntaxes are valid.
    V0CompatV1,
    V1,
    /// Rego v1 with `and`, `or` and bodies after `not`.
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
    /// Whether the source has no body; it is then the single expression `true`.
    pub(crate) generated_body: bool,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Head {
    /// The reference: a variable, then terms. The item of a partial set `p contains x` is not part of it, but the key.
    pub(crate) reference: Vec<Term>,
    /// The parameters of a function; `None` for other rules.
    pub(crate) args: Option<Vec<Term>>,
    /// The item of a partial set, or the last key of a partial object of the form `p[x] = y`.
    pub(crate) key: Option<Term>,
    pub(crate) value: Option<Term>,
    /// Whether the value follows `:=`.
    pub(crate) assign: bool,
    /// Whether the source has no value; it is then `true`.
    pub(crate) generated_value: bool,
    pub(crate) span: Span,
}

pub(crate) type Body = Vec<Expr>;

/// One expression of a body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expr {
    pub(crate) kind: ExprKind,
    /// Whether `not` precedes a single expression. A negated body is [`ExprKind::Not`].
    pub(crate) negated: bool,
    pub(crate) with: Vec<With>,
    /// Whether the compiler generated it.
    pub(crate) generated: bool,
    /// Whether it is an equality that was written with `:=`.
    pub(crate) from_assignment: bool,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ExprKind {
    Term(Box<Term>),
    /// An operator, which is a reference, and its operands. Infix operators are calls of their builtins: `x == y` calls `equal`, `x := y`
    /// calls `assign`, `x = y` calls `eq`, `x in xs` calls `internal.member_2`.
    Call(Vec<Term>),
    /// `some x, y`; for `some x in xs`, a single call of `internal.member_2` or `internal.member_3`.
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
    /// Whether the source has braces.
    pub(crate) explicit: bool,
    pub(crate) span: Span,
}

/// The operands of `and` and `or`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Logical {
    pub(crate) lhs: Body,
    pub(crate) rhs: Body,
    /// Whether the operands have braces in the source.
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
    /// A head, usually a variable, and the following parts: names are strings.
    Ref(Vec<Term>),
    Array(Vec<Term>),
    Set(Vec<Term>),
    Object(Vec<(Term, Term)>),
    /// An operator, which is a reference, and its operands.
    Call(Vec<Term>),
    ArrayComprehension(Box<Comprehension>),
    SetComprehension(Box<Comprehension>),
    /// With a key.
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
    /// Whether it follows the rules of Rego v1.
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

    /// OPA's name of the kind.
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

    /// The name, if it is a variable.
    pub(crate) const fn as_var(&self) -> Option<&Name> {
        match &self.kind {
            TermKind::Var(name) => Some(name),
            _ => None,
        }
    }

    /// The text, if it is a string.
    pub(crate) const fn as_string(&self) -> Option<&Name> {
        match &self.kind {
            TermKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is a variable `_`. Variables that the compiler names `$term1` are not.
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

    /// The operator and the operands, if it is a call.
    pub(crate) fn as_call(&self) -> Option<(&Term, &[Term])> {
        match &self.kind {
            ExprKind::Call(terms) => terms.split_first(),
            _ => None,
        }
    }
}
