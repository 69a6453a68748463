//! Builds a module from statements. A query that looks like the head of a rule is a rule.

use crate::rego::syntax::annotations::{Target, attach};
use crate::rego::syntax::ast::{ExprKind, Import, Module, TermKind, Version};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::parser::statements::query_rules::rule_of;
use crate::rego::syntax::parser::statements::version_checks::check_v1;
use crate::rego::syntax::parser::statements::{HeadKeywords, Read, Statement, WrittenRule};
use crate::rego::syntax::parser::terms::parts_of;
use crate::rego::syntax::parser::{ParseOptions, plain};
use crate::rego::syntax::span::Span;

/// Builds the module of the statements.
pub(crate) fn assemble(options: &ParseOptions, read: Read) -> Result<Module, Vec<Fault>> {
    let Read {
        statements,
        comments,
        blocks,
    } = read;
    let mut faults = Vec::new();
    let mut rules = Vec::new();
    let mut imports = Vec::new();
    let mut version = options.version;
    let mut statements = statements.into_iter().peekable();
    let package = match statements.next() {
        None => return Err(plain("empty module", options)),
        Some(Statement::Package(package)) => Some(package),
        Some(other) => {
            faults.push(Fault::new(Code::Parse, "package expected", other.span()));
            None
        }
    };
    while let Some(statement) = statements.next() {
        match statement {
            Statement::Import(import) => {
                if version == Version::V0 && imports_version(&import) {
                    version = Version::V0CompatV1;
                }
                imports.push(import);
            }
            Statement::Rule(rule) => rules.push(rule),
            Statement::Package(package) => {
                faults.push(Fault::new(Code::Parse, "unexpected package", package.span));
            }
            Statement::Body(body) => {
                let at = body.first().map(|expr| expr.span).unwrap_or_default();
                let name = variable_name(&body);
                match rule_of(body) {
                    Ok(rule) => rules.push(WrittenRule {
                        rule,
                        keywords: vec![HeadKeywords::default()],
                    }),
                    Err(mut message) => {
                        if version == Version::V0 {
                            message.push_str(&hint(name.as_deref(), at, statements.peek()));
                        }
                        faults.push(Fault::new(Code::Parse, message, at));
                    }
                }
            }
        }
    }
    if version != Version::V0 {
        for rule in &rules {
            check_v1(rule, &mut faults);
        }
    }
    faults.truncate(options.max_faults.max(1));
    let Some(package) = package.filter(|_| faults.is_empty()) else {
        return Err(faults);
    };
    let mut annotations = Vec::new();
    if !blocks.is_empty() {
        let mut below = vec![(Target::Package, package.span)];
        below.extend(imports.iter().map(|import| (Target::Import, import.span)));
        let rules = rules.iter().enumerate();
        below.extend(rules.map(|(number, rule)| (Target::Rule(number), rule.rule.span)));
        annotations = attach(blocks, below).map_err(|mut faults| {
            faults.truncate(options.max_faults.max(1));
            faults
        })?;
    }
    Ok(Module {
        package,
        imports,
        rules: rules.into_iter().map(|rule| rule.rule).collect(),
        comments,
        annotations,
        version,
    })
}

/// Whether it is `import rego.v1` or `import rego.v2`.
fn imports_version(import: &Import) -> bool {
    let [rego, version] = parts_of(&import.path) else {
        return false;
    };
    rego.as_var().is_some_and(|name| &**name == "rego")
        && version
            .as_string()
            .is_some_and(|name| matches!(&**name, "v1" | "v2"))
}

/// A hint at a missing import: without it, `p if { ... }` is the query `p` and a rule named `if`.
fn hint(name: Option<&str>, at: Span, next: Option<&Statement>) -> String {
    let is_keyword = |name: &&str| matches!(*name, "if" | "contains");
    let word = name.filter(is_keyword).map(str::to_owned).or_else(|| {
        let next = next.filter(|next| next.span().row == at.row)?;
        let name = match next {
            Statement::Rule(rule) => rule.name()?.to_owned(),
            Statement::Body(body) => variable_name(body)?,
            Statement::Package(_) | Statement::Import(_) => return None,
        };
        Some(name).filter(|name| is_keyword(&name.as_str()))
    });
    let Some(word) = word else {
        return String::new();
    };
    let example = if word == "if" {
        "p if { ... }"
    } else {
        "p contains x"
    };
    format!(" (hint: `import future.keywords.{word}` for `{example}` rules)")
}

/// The name of the variable, if the body is just a variable.
fn variable_name(body: &crate::rego::syntax::ast::Body) -> Option<String> {
    let [expr] = body.as_slice() else {
        return None;
    };
    match &expr.kind {
        ExprKind::Term(term) => match &term.kind {
            TermKind::Var(name) => Some(name.to_string()),
            _ => None,
        },
        _ => None,
    }
}
