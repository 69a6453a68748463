//! What holds the core to the order in which variables get their values.
//!
//! The core takes `v` of `q[v]` for a variable that may get its value there, and schedules such a statement as early as it can. So where
//! `v = k` stands before, `not q[v]` was asked of every key of `q`, and an `every` whose body has `q[v]` held if some key does; and
//! `v := k; q[v]` did not compile. Its order is right where `v` stands in an expression that can give it no value: `not q[[v][0]]`,
//! `every x in [xs, v][0] { ... }`, `v := [k][0]`.

use regorus::unstable::{AssignOp, Expr, Literal, LiteralStmt, Query, Ref, Span};
use std::collections::BTreeSet;

/// Names of variables.
pub(crate) type Variables<'s> = BTreeSet<&'s str>;

/// The expressions in an expression that is no comprehension.
pub(crate) fn children(expr: &Expr) -> Vec<&Ref<Expr>> {
    match expr {
        Expr::Array { items, .. } | Expr::Set { items, .. } => items.iter().collect(),
        Expr::Object { fields, .. } => fields
            .iter()
            .flat_map(|(_, key, value)| [key, value])
            .collect(),
        Expr::Call { params, .. } => params.iter().collect(),
        Expr::UnaryExpr { expr, .. } => vec![expr],
        Expr::RefDot { refr, .. } => vec![refr],
        Expr::RefBrack { refr, index, .. } => vec![refr, index],
        Expr::BinExpr { lhs, rhs, .. }
        | Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. } => vec![lhs, rhs],
        Expr::Membership {
            key,
            value,
            collection,
            ..
        } => key.iter().chain([value, collection]).collect(),
        _ => Vec::new(),
    }
}

/// Looks at an expression and all in it, save for the bodies of comprehensions.
pub(crate) fn visit<'e>(expr: &'e Expr, look_at: &mut impl FnMut(&'e Expr)) {
    look_at(expr);
    for child in children(expr) {
        visit(child, look_at);
    }
}

/// The expressions of a statement; the body of an `every` is none.
pub(crate) fn expressions(statement: &LiteralStmt) -> Vec<&Ref<Expr>> {
    let mut found: Vec<_> = match &statement.literal {
        Literal::SomeVars { .. } => Vec::new(),
        Literal::SomeIn {
            key,
            value,
            collection,
            ..
        } => key.iter().chain([value, collection]).collect(),
        Literal::Every { domain, .. } => vec![domain],
        Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => vec![expr],
    };
    found.extend(statement.with_mods.iter().map(|with| &with.r#as));
    found
}

/// What is known of the variables of a body and of those around it.
#[derive(Clone, Default)]
pub(crate) struct Scope<'s> {
    /// Those that are declared: they have a value wherever they are used.
    pub(crate) declared: Variables<'s>,
    /// Those in statements that are not negated, which may give them one.
    pub(crate) seen: Variables<'s>,
    /// Those by which statements of the body itself that are not negated look something up.
    pub(crate) indexed: Variables<'s>,
}

impl<'s> Scope<'s> {
    pub(crate) fn declare(&mut self, name: &'s str) {
        self.declared.insert(name);
        self.seen.insert(name);
    }

    /// That of a body in this one.
    pub(crate) fn inside<'q>(&self, query: &'q Query) -> Scope<'q>
    where
        's: 'q,
    {
        let mut scope: Scope<'q> = self.clone();
        declared(query, &mut scope.declared);
        scope.seen.extend(&scope.declared);
        scope.indexed = indexed(query);
        for statement in &query.stmts {
            if !matches!(statement.literal, Literal::NotExpr { .. }) {
                for expr in expressions(statement) {
                    visit(expr, &mut |expr| variable(expr, &mut scope.seen));
                }
            }
        }
        scope
    }
}

/// The names and the body of an `every`.
pub(crate) fn every(statement: &LiteralStmt) -> Option<(impl Iterator<Item = &str>, &Ref<Query>)> {
    match &statement.literal {
        Literal::Every {
            key, value, query, ..
        } => Some((key.iter().chain([value]).map(Span::text), query)),
        _ => None,
    }
}

/// What a reference begins with.
pub(crate) fn root(expr: &Ref<Expr>) -> &Ref<Expr> {
    match &**expr {
        Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => root(refr),
        _ => expr,
    }
}

/// What a reference is looked up by, in brackets, the last first.
pub(crate) fn indices(expr: &Ref<Expr>) -> impl Iterator<Item = &Ref<Expr>> {
    let mut found = Vec::new();
    let mut next = expr;
    while let Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } = &**next {
        if let Expr::RefBrack { index, .. } = &**next {
            found.push(index);
        }
        next = refr;
    }
    found.into_iter()
}

/// What a text in quotes says, if an expression is one.
pub(crate) fn text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::String { value, .. } | Expr::RawString { value, .. } => {
            value.as_string().ok().map(|text| &**text)
        }
        _ => None,
    }
}

/// The variables of a negated statement, those in bodies in it aside.
pub(crate) fn negated(statement: &LiteralStmt) -> Vec<&Span> {
    let mut found = Vec::new();
    for expr in expressions(statement) {
        visit(expr, &mut |expr| {
            if let Expr::Var { span, .. } = expr {
                found.push(span);
            }
        });
    }
    found
}

/// The names in a pattern.
pub(crate) fn names<'e>(pattern: &'e Expr, found: &mut Variables<'e>) {
    match pattern {
        Expr::Var { span, .. } => {
            found.insert(span.text());
        }
        Expr::Array { items, .. } => items.iter().for_each(|item| names(item, found)),
        Expr::Object { fields, .. } => fields.iter().for_each(|(_, _, value)| names(value, found)),
        _ => {}
    }
}

// The variables that the statements of a body declare.
fn declared<'e>(query: &'e Query, found: &mut Variables<'e>) {
    for statement in &query.stmts {
        match &statement.literal {
            Literal::SomeVars { vars, .. } => found.extend(vars.iter().map(Span::text)),
            Literal::SomeIn { key, value, .. } => {
                key.iter().for_each(|key| names(key, found));
                names(value, found);
            }
            Literal::Expr { expr, .. } => {
                if let Expr::AssignExpr {
                    op: AssignOp::ColEq,
                    lhs,
                    ..
                } = &**expr
                {
                    names(lhs, found);
                }
            }
            _ => {}
        }
    }
}

// The variables by which statements that are not negated look something up.
fn indexed<'q>(query: &'q Query) -> Variables<'q> {
    let mut found = Variables::new();
    for statement in &query.stmts {
        if matches!(statement.literal, Literal::NotExpr { .. }) {
            continue;
        }
        for expr in expressions(statement) {
            visit(expr, &mut |expr| {
                if let Expr::RefBrack { index, .. } = expr {
                    names(index, &mut found);
                }
            });
        }
    }
    found
}

/// The names in the body of an `every` that another statement of its query may give values.
pub(crate) fn needed<'q>(query: &'q Query, every: &'q LiteralStmt) -> Variables<'q> {
    let Literal::Every {
        key,
        value,
        domain,
        query: body,
        ..
    } = &every.literal
    else {
        return Variables::new();
    };
    let mut given = Variables::new();
    for statement in &query.stmts {
        match &statement.literal {
            Literal::NotExpr { .. } => continue,
            Literal::SomeVars { vars, .. } => given.extend(vars.iter().map(Span::text)),
            _ if std::ptr::eq(statement, every) => continue,
            _ => {}
        }
        for expr in expressions(statement) {
            visit(expr, &mut |expr| variable(expr, &mut given));
        }
    }
    let mut own: Variables<'q> = key.iter().chain([value]).map(Span::text).collect();
    own.extend(["input", "data", "_"]);
    visit(domain, &mut |expr| variable(expr, &mut own));
    let mut used = Variables::new();
    free(body, &own, &mut used);
    used.retain(|name| given.contains(name));
    used
}

fn variable<'e>(expr: &'e Expr, found: &mut Variables<'e>) {
    if let Expr::Var { span, .. } = expr {
        found.insert(span.text());
    }
}

// The names in a body, those in bodies in it included, that it does not declare.
fn free<'q>(query: &'q Query, own: &Variables<'q>, found: &mut Variables<'q>) {
    let mut own = own.clone();
    declared(query, &mut own);
    for statement in &query.stmts {
        for expr in expressions(statement) {
            free_in(expr, &own, found);
        }
        if let Literal::Every {
            key, value, query, ..
        } = &statement.literal
        {
            let mut own = own.clone();
            own.extend(key.iter().chain([value]).map(Span::text));
            free(query, &own, found);
        }
    }
}

fn free_in<'q>(expr: &'q Expr, own: &Variables<'q>, found: &mut Variables<'q>) {
    visit(expr, &mut |expr| {
        let (heads, query) = match expr {
            Expr::Var { span, .. } => {
                if !own.contains(span.text()) {
                    found.insert(span.text());
                }
                return;
            }
            Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
                (vec![term], query)
            }
            Expr::ObjectCompr {
                key, value, query, ..
            } => (vec![key, value], query),
            _ => return,
        };
        free(query, own, found);
        let mut own = own.clone();
        declared(query, &mut own);
        for head in heads {
            free_in(head, &own, found);
        }
    });
}

/// Whether the core may take an expression for one that gives variables their values.
pub(crate) fn gives(expr: &Expr) -> bool {
    let mut found = Variables::new();
    names(expr, &mut found);
    !found.is_empty()
}

/// What stands where an expression did, of the same value and giving none.
pub(crate) fn held(text: &str) -> String {
    format!("[{text}][0]")
}

/// What [`held`] was made of a name.
pub(crate) fn held_name(expr: &Expr) -> Option<&str> {
    let Expr::RefBrack { refr, index, .. } = expr else {
        return None;
    };
    match (&**refr, &**index) {
        (Expr::Array { items, .. }, Expr::Number { span, .. }) if span.text() == "0" => {
            match items.as_slice() {
                [only] => match &**only {
                    Expr::Var { span, .. } => Some(span.text()),
                    _ => None,
                },
                _ => None,
            }
        }
        _ => None,
    }
}
