//! One pass over the syntax tree of a text, and the changes that it makes.

use crate::edits::Edits;
use crate::error::{Error, ErrorKind};
use crate::outline::Call;
use crate::rewrite::negated::Walk;
use crate::rewrite::order::{self, Scope, Variables};
use crate::rewrite::place::whole;
use crate::rewrite::{Moves, Names, Passed, Rewritten};
use crate::syntax::piece;
use regorus::unstable::{
    AssignOp, Expr, Literal, LiteralStmt, Module, Query, Ref, Rule, RuleHead, Span,
};
use std::ops::Range;

pub(super) struct Pass<'t> {
    pub(super) text: &'t str,
    pub(super) edits: Edits,
    pub(super) names: &'t mut Names,
    /// Whether bodies begin with `if`.
    pub(super) v1: bool,
    /// Whether what stands under a `not` is a body, in which an undefined operand is one of what fails.
    not_bodies: bool,
    /// Names of rules and imports.
    own: Variables<'t>,
    /// Variables that only a `not` mentions.
    unbound: Vec<Call>,
}

/// Statements before and behind those of a body; what is behind begins with the separator.
#[derive(Clone, Copy, Default)]
pub(super) struct Around<'s> {
    pub(super) before: &'s str,
    pub(super) behind: &'s str,
}

impl<'t> Pass<'t> {
    pub(super) fn of_module(module: &'t Module, names: &'t mut Names) -> Self {
        let imports = module.imports.iter();
        let not_bodies = imports.clone().any(|import| {
            matches!(
                import.refr.span().text(),
                "future.keywords" | "future.keywords.not"
            )
        });
        let aliases = imports.filter_map(|import| match &import.r#as {
            Some(alias) => Some(alias.text()),
            None => last_name(&import.refr),
        });
        let rules = module.policy.iter().filter_map(|rule| {
            let (Rule::Spec {
                head:
                    RuleHead::Compr { refr, .. }
                    | RuleHead::Set { refr, .. }
                    | RuleHead::Func { refr, .. },
                ..
            }
            | Rule::Default { refr, .. }) = &**rule;
            first_name(refr)
        });
        Self {
            text: module.package.span.source.contents(),
            edits: Edits::default(),
            names,
            v1: module.rego_v1,
            not_bodies,
            own: aliases.chain(rules).collect(),
            unbound: Vec::new(),
        }
    }

    pub(super) fn of_query(query: &'t Query, names: &'t mut Names) -> Self {
        Self {
            text: query.span.source.contents(),
            edits: Edits::default(),
            names,
            v1: true,
            not_bodies: false,
            own: Variables::new(),
            unbound: Vec::new(),
        }
    }

    pub(super) fn done(self) -> Passed {
        let Self { text, unbound, .. } = self;
        let edits = self.edits.sorted();
        let rewritten = (!edits.is_empty()).then(|| Rewritten {
            text: edits.applied(text),
            moves: Moves::of(text, &edits),
        });
        Passed { rewritten, unbound }
    }

    // `rule` is what comes around the statements of the body of a rule, which may have no brackets.
    pub(super) fn query(
        &mut self,
        query: &Query,
        rule: Option<Around<'_>>,
        outer: &Scope<'_>,
    ) -> Result<(), Error> {
        let scope = outer.inside(query);
        let bare = match query.stmts.as_slice() {
            [only] => rule.is_some() && only.span.start == query.span.start,
            _ => false,
        };
        let rule = rule.unwrap_or_default();
        let last = query.stmts.len().checked_sub(1);
        for (number, statement) in query.stmts.iter().enumerate() {
            let place = piece(&statement.span);
            let mut after = String::new();
            let mut before = match self.patterns(statement)? {
                Some(more) => {
                    after.push_str("; ");
                    after.push_str(&more);
                    String::new()
                }
                None => self.before(query, statement, &scope)?,
            };
            if number == 0 && !rule.before.is_empty() {
                before.insert_str(0, "; ");
                before.insert_str(0, rule.before);
            }
            if Some(number) == last {
                after.push_str(rule.behind);
            }
            if bare && !(before.is_empty() && after.is_empty()) {
                before.insert_str(0, "{ ");
                after.push_str(" }");
            }
            if !before.is_empty() {
                self.edits.replace(place.start..place.start, &before);
            }
            if !after.is_empty() {
                self.edits.replace(place.end..place.end, &after);
            }
        }
        Ok(())
    }

    // What comes behind a statement with objects as patterns. The next pass looks at the rest of it.
    fn patterns(&mut self, statement: &LiteralStmt) -> Result<Option<String>, Error> {
        match &statement.literal {
            Literal::SomeIn { key, value, .. } => {
                let patterns: Vec<_> = key.iter().chain([value]).collect();
                let more = self.declared_patterns(&patterns);
                Ok((!more.is_empty()).then_some(more))
            }
            Literal::Expr { expr, .. } => self.assigned_patterns(expr),
            _ => Ok(None),
        }
    }

    // The statements before one, and changes inside of it.
    fn before(
        &mut self,
        query: &Query,
        statement: &LiteralStmt,
        scope: &Scope<'_>,
    ) -> Result<String, Error> {
        match &statement.literal {
            Literal::SomeVars { .. } => Ok(String::new()),
            Literal::SomeIn { collection, .. } => {
                self.inside(collection, scope)?;
                Ok(String::new())
            }
            Literal::Every {
                key,
                value,
                domain,
                query: body,
                ..
            } => {
                self.inside(domain, scope)?;
                let mut needed = order::needed(query, statement);
                needed.retain(|name| !self.own.contains(name));
                if !needed.is_empty() {
                    let needed: Vec<_> = needed.into_iter().collect();
                    self.enclose(domain, &format!(", {}", needed.join(", ")));
                }
                let mut scope = scope.clone();
                let names = key.iter().chain([value]);
                names.for_each(|name| scope.declare(name.text()));
                self.query(body, None, &scope)?;
                Ok(String::new())
            }
            Literal::Expr { expr, .. } => {
                self.hold_assigned(scope, expr);
                let mut walk = Walk::default();
                walk.memberships(expr);
                self.apart(walk, statement, scope)
            }
            Literal::NotExpr { expr, .. } => {
                self.look_for_unbound(statement, scope);
                let mut walk = Walk::default();
                walk.negated(expr);
                if let Some(span) = walk.wildcard {
                    return Err(unsafe_wildcard(span));
                }
                if self.not_bodies {
                    return self.not_body(expr, walk, scope);
                }
                self.apart(walk, statement, scope)
            }
        }
    }

    // Statements that give the operands of one names.
    fn apart(
        &mut self,
        walk: Walk<'_>,
        statement: &LiteralStmt,
        scope: &Scope<'_>,
    ) -> Result<String, Error> {
        let with = statement.with_mods.first().map_or("", |with| {
            let end = piece(&statement.span).end;
            self.text
                .get(with.span.start as usize..end)
                .unwrap_or_default()
        });
        let mut before = String::new();
        for operand in walk.operands {
            let known = is_variable(operand.expr, scope);
            if known && operand.gives {
                self.enclose(operand.expr, "");
            }
            if known || self.is_held(operand.expr, scope) {
                continue;
            }
            let place = whole(self.text, operand.expr.span());
            let mut name = self.names.fresh();
            let mut text = self.at(&place);
            if order::gives(operand.expr) {
                text = order::held(&text);
            }
            before.push_str(&format!("{name} := {text}{}{with}; ", gap(with)));
            if operand.gives {
                name = order::held(&name);
            }
            self.edits.replace(place, &name);
        }
        for inner in walk.queries {
            self.query(inner, None, scope)?;
        }
        Ok(before)
    }

    // Variables that only a `not` mentions, to Rego unsafe ones, since nothing gives them a value. The core takes `not input.a[x]` with
    // such an `x` for true whenever the whole is not false for every `x`, so a rule that should not compile would allow.
    fn look_for_unbound(&mut self, statement: &LiteralStmt, scope: &Scope<'_>) {
        for span in order::negated(statement) {
            let name = span.text();
            let known = scope.seen.contains(name) || self.own.contains(name);
            if !known && !matches!(name, "input" | "data" | "_") {
                self.unbound.push(Call {
                    name: name.to_owned(),
                    line: span.line,
                    column: span.col,
                });
            }
        }
    }

    // Changes under a `not` that takes a body.
    fn not_body(
        &mut self,
        expr: &Ref<Expr>,
        walk: Walk<'_>,
        scope: &Scope<'_>,
    ) -> Result<String, Error> {
        let mut inner = Walk::default();
        inner.memberships(expr);
        let mut inner = inner.operands.iter().map(|operand| operand.expr);
        if let Some(operand) = inner.find(|operand| !is_variable(operand, scope)) {
            return Err(membership_in_body(operand.span()));
        }
        for operand in walk.operands {
            if operand.gives && order::gives(operand.expr) {
                self.enclose(operand.expr, "");
            }
            self.inside(operand.expr, scope)?;
        }
        for inner in walk.queries {
            self.query(inner, None, scope)?;
        }
        Ok(String::new())
    }

    // Puts an expression in a form that gives no variable its value, with more that is to be known before.
    fn enclose(&mut self, expr: &Ref<Expr>, more: &str) {
        let place = whole(self.text, expr.span());
        self.edits.replace(place.start..place.start, "[");
        self.edits
            .replace(place.end..place.end, &format!("{more}][0]"));
    }

    fn is_held(&self, expr: &Expr, scope: &Scope<'_>) -> bool {
        order::held_name(expr)
            .is_some_and(|name| scope.declared.contains(name) || self.names.has(name))
    }

    // Of `v := k`, where `v` is then looked up.
    fn hold_assigned(&mut self, scope: &Scope<'_>, expr: &Expr) {
        let Expr::AssignExpr {
            op: AssignOp::ColEq,
            lhs,
            rhs,
            ..
        } = expr
        else {
            return;
        };
        let (mut given, mut of) = (Variables::new(), Variables::new());
        order::names(lhs, &mut given);
        order::names(rhs, &mut of);
        of.retain(|name| !self.own.contains(name) && !matches!(*name, "input" | "data"));
        if !of.is_empty() && !given.is_disjoint(&scope.indexed) {
            self.enclose(rhs, "");
        }
    }

    // Changes in the comprehensions of an expression.
    pub(super) fn inside(&mut self, expr: &Ref<Expr>, scope: &Scope<'_>) -> Result<(), Error> {
        let mut walk = Walk::default();
        walk.comprehensions(expr);
        walk.queries
            .into_iter()
            .try_for_each(|inner| self.query(inner, None, scope))
    }

    pub(super) fn at(&self, place: &Range<usize>) -> String {
        self.text.get(place.clone()).unwrap_or_default().to_owned()
    }
}

fn gap(with: &str) -> &'static str {
    if with.is_empty() { "" } else { " " }
}

fn is_variable(expr: &Expr, scope: &Scope<'_>) -> bool {
    matches!(expr, Expr::Var { span, .. } if scope.declared.contains(span.text()))
}

fn unsafe_wildcard(span: &Span) -> Error {
    let text = "the variable _ is unsafe: it stands under a `not`, and nothing gives it a value; look for items in a rule or a comprehension, and negate that";
    let column = span.col;
    Error::new(ErrorKind::Compile, text).at(span.line, column)
}

fn membership_in_body(span: &Span) -> Error {
    let text = "an `in` whose operands may be undefined does not work under the `not` of `import future.keywords.not`; give each operand a variable before, as in `user := input.user`";
    Error::new(ErrorKind::Compile, text).at(span.line, span.col)
}

fn first_name(path: &Expr) -> Option<&str> {
    match path {
        Expr::Var { span, .. } => Some(span.text()),
        Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => first_name(refr),
        _ => None,
    }
}

fn last_name(path: &Expr) -> Option<&str> {
    match path {
        Expr::Var { span, .. } => Some(span.text()),
        Expr::RefDot { field, .. } => Some(field.0.text()),
        Expr::RefBrack { index, .. } => match &**index {
            Expr::String { span, .. } | Expr::RawString { span, .. } => {
                Some(span.text().trim_matches(['"', '`']))
            }
            _ => None,
        },
        _ => None,
    }
}
