//! The value of a syntax tree, as OPA's JSON of its own tree.

use super::super::encoding::base64::{Alphabet, encode};
use super::Failure;
use crate::rego::syntax::ast::{
    Body, Comment, Comprehension, Every, Expr, ExprKind, Head, Import, Logical, Module, Rule,
    Template, TemplatePart, Term, TermKind, With,
};
use crate::rego::value::{Object, Value, number};

type Tree = Result<Value, Failure>;

pub(super) fn of_module(module: &Module, file: &str) -> Tree {
    let comment = |comment: &Comment| of_comment(comment, file);
    Ok(object([
        field(
            "package",
            object([field("path", terms(&module.package.path)?)]),
        ),
        list("imports", &module.imports, of_import)?,
        list("rules", &module.rules, of_rule)?,
        list("comments", &module.comments, comment)?,
    ]))
}

type Field = Option<(Value, Value)>;

fn field(name: &str, value: impl Into<Value>) -> Field {
    Some((name.into(), value.into()))
}

// Without items there is no field.
fn list<T>(name: &str, items: &[T], of: impl Fn(&T) -> Tree) -> Result<Field, Failure> {
    if items.is_empty() {
        return Ok(None);
    }
    let items: Vec<Value> = items.iter().map(of).collect::<Result<_, _>>()?;
    Ok(field(name, items))
}

fn flag(name: &str, is_set: bool) -> Field {
    is_set.then(|| (name.into(), true.into()))
}

fn object(fields: impl IntoIterator<Item = Field>) -> Value {
    fields.into_iter().flatten().collect::<Object>().into()
}

fn of_comment(comment: &Comment, file: &str) -> Tree {
    let place = object([
        field("file", file),
        field("row", comment.span.row),
        field("col", comment.span.column),
    ]);
    let text = encode(comment.text.as_bytes(), Alphabet::Standard, true);
    Ok(object([field("Text", text), field("Location", place)]))
}

fn of_import(import: &Import) -> Tree {
    Ok(object([
        import
            .alias
            .as_ref()
            .and_then(|alias| field("alias", &**alias)),
        field("path", of_term(&import.path)?),
    ]))
}

fn of_rule(rule: &Rule) -> Tree {
    let otherwise = rule.otherwise.as_deref().map(of_rule).transpose()?;
    Ok(object([
        flag("default", rule.is_default),
        field("head", of_head(rule)?),
        field("body", of_body(&rule.body, rule.generated_body)?),
        otherwise.and_then(|rule| field("else", rule)),
    ]))
}

fn of_head(rule: &Rule) -> Tree {
    let head = &rule.head;
    let args = head.args.as_deref().map(terms).transpose()?;
    Ok(object([
        name_of(rule).and_then(|name| field("name", name)),
        field("ref", terms(&head.reference)?),
        args.and_then(|args| field("args", args)),
        optional("key", head.key.as_ref())?,
        optional("value", head.value.as_ref())?,
        flag("assign", head.assign),
    ]))
}

// OPA keeps the name of a rule with two parts in its reference only in some forms.
fn name_of(rule: &Rule) -> Option<&str> {
    let Head {
        reference,
        args,
        key,
        value,
        generated_value,
        ..
    } = &rule.head;
    let name = reference.first()?.as_var()?;
    let is_set = key.is_some() && value.is_none();
    let has_name = match reference.len() {
        1 => true,
        2 if is_set || rule.is_default => false,
        2 if rule.generated_body => args.is_none(),
        2 => !generated_value || args.is_some(),
        _ => false,
    };
    has_name.then_some(name)
}

fn optional(name: &str, term: Option<&Term>) -> Result<Field, Failure> {
    let value = term.map(of_term).transpose()?;
    Ok(value.and_then(|value| field(name, value)))
}

fn of_body(body: &Body, is_generated: bool) -> Tree {
    let expr = |(index, expr): (usize, &Expr)| of_expr(expr, index, is_generated);
    let exprs: Vec<Value> = body
        .iter()
        .enumerate()
        .map(expr)
        .collect::<Result<_, _>>()?;
    Ok(exprs.into())
}

fn of_expr(expr: &Expr, index: usize, is_generated: bool) -> Tree {
    let what = match &expr.kind {
        ExprKind::Term(term) => of_term(term)?,
        ExprKind::Call(call) => terms(call)?,
        ExprKind::Some(symbols) => object([field("symbols", terms(symbols)?)]),
        ExprKind::Every(every) => of_every(every)?,
        ExprKind::Not(not) => object([
            field("type", "not"),
            field("body", of_body(&not.body, false)?),
            field("explicit_body", not.explicit),
        ]),
        ExprKind::And(and) => of_logical(and, "and")?,
        ExprKind::Or(or) => of_logical(or, "or")?,
    };
    Ok(object([
        flag("generated", is_generated || expr.generated),
        field("index", index),
        flag("negated", expr.negated),
        field("terms", what),
        list("with", &expr.with, of_with)?,
    ]))
}

fn of_every(every: &Every) -> Tree {
    let key = every.key.as_ref().map(of_term).transpose()?;
    Ok(object([
        field("key", key.unwrap_or(Value::Null)),
        field("value", of_term(&every.value)?),
        field("domain", of_term(&every.domain)?),
        field("body", of_body(&every.body, false)?),
    ]))
}

fn of_logical(logical: &Logical, kind: &str) -> Tree {
    Ok(object([
        field("type", kind),
        field("lhs", of_body(&logical.lhs, false)?),
        field("rhs", of_body(&logical.rhs, false)?),
        flag("explicit_lhs", logical.explicit_lhs),
        flag("explicit_rhs", logical.explicit_rhs),
    ]))
}

fn of_with(with: &With) -> Tree {
    Ok(object([
        field("target", of_term(&with.target)?),
        field("value", of_term(&with.value)?),
    ]))
}

fn terms(terms: &[Term]) -> Tree {
    let values: Vec<Value> = terms.iter().map(of_term).collect::<Result<_, _>>()?;
    Ok(values.into())
}

fn of_term(term: &Term) -> Tree {
    let value = match &term.kind {
        TermKind::Null => Value::new_object(),
        TermKind::Bool(flag) => (*flag).into(),
        TermKind::Number(text) => {
            number::parse(text).map_err(|_| Failure::unsure("a number is too large"))?
        }
        TermKind::String(text) | TermKind::Var(text) => (&**text).into(),
        TermKind::Ref(parts)
        | TermKind::Array(parts)
        | TermKind::Set(parts)
        | TermKind::Call(parts) => terms(parts)?,
        TermKind::Object(fields) => {
            let pair =
                |(key, value): &(Term, Term)| Ok(Value::from(vec![of_term(key)?, of_term(value)?]));
            let pairs: Vec<Value> = fields.iter().map(pair).collect::<Result<_, Failure>>()?;
            pairs.into()
        }
        TermKind::ArrayComprehension(of) | TermKind::SetComprehension(of) => {
            of_comprehension(of, "term")?
        }
        TermKind::ObjectComprehension(of) => of_comprehension(of, "value")?,
        TermKind::Template(template) => of_template(template)?,
    };
    Ok(object([
        field("type", term.kind.name()),
        field("value", value),
    ]))
}

fn of_comprehension(comprehension: &Comprehension, name: &str) -> Tree {
    Ok(object([
        optional("key", comprehension.key.as_ref())?,
        field(name, of_term(&comprehension.term)?),
        field("body", of_body(&comprehension.body, false)?),
    ]))
}

fn of_template(template: &Template) -> Tree {
    let part = |part: &TemplatePart| match part {
        TemplatePart::Text(term) => of_term(term),
        TemplatePart::Expr(expr) => of_expr(expr, 0, false),
    };
    let parts: Vec<Value> = template.parts.iter().map(part).collect::<Result<_, _>>()?;
    // Go writes a list without items that was never made as null.
    let parts = if parts.is_empty() {
        Value::Null
    } else {
        parts.into()
    };
    Ok(object([
        field("parts", parts),
        field("multi_line", template.multi_line),
    ]))
}
