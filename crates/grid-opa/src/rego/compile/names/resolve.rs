//! ResolveRefs: names of imports and of the package's rules become references from `data`.

mod heads;
mod terms;

use crate::rego::compile::Compiler;
use crate::rego::compile::else_chain::change_chain;
use crate::rego::compile::names::declared::declared_vars;
use crate::rego::syntax::ast::{Expr, Import, Module, Name, Package, Rule, Term, TermKind};
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::text;
use crate::rego::syntax::visit::{Visitor, change_body, change_head, walk_term};
use heads::Heads;
use std::collections::{BTreeSet, HashMap, HashSet};
use terms::Resolver;

/// The names of a package's rules.
pub(crate) type Exports = HashSet<Name>;

/// The meaning of the names in a source: its imports and the rules of its package.
pub(crate) struct Globals<'g> {
    imports: HashMap<Name, Imported<'g>>,
    package: &'g [Term],
    exports: Option<&'g Exports>,
    heads: Heads,
}

/// An import with its path and number.
struct Imported<'g> {
    path: &'g [Term],
    number: usize,
    used: bool,
}

impl<'g> Globals<'g> {
    pub(crate) fn new(
        package: &'g [Term],
        exports: Option<&'g Exports>,
        imports: &'g [Import],
    ) -> Self {
        let named = imports
            .iter()
            .enumerate()
            .filter(|(_, import)| !is_of_the_language(import));
        let named = named.map(|(number, import)| {
            let imported = Imported {
                path: path(import),
                number,
                used: false,
            };
            (import_name(import), imported)
        });
        Self {
            imports: named.collect(),
            package,
            exports,
            heads: Heads::new(imports.len()),
        }
    }

    /// The reference that a name means, with the place of the name.
    fn path_of(&mut self, name: &Name, span: Span) -> Option<Vec<Term>> {
        let (mut path, number) = match self.imports.get_mut(name) {
            Some(import) => {
                import.used = true;
                (import.path.to_vec(), import.number)
            }
            None => {
                self.exports?.get(name)?;
                let mut path = self.package.to_vec();
                path.push(Term::string(name, span));
                (path, self.heads.package())
            }
        };
        for term in &mut path {
            term.span = span;
        }
        if let Some(head) = path.first_mut() {
            head.span = self.heads.mark(number, span);
        }
        Some(path)
    }

    fn is_unused(&self, import: &Import) -> bool {
        let imported = self.imports.get(&import_name(import));
        !is_of_the_language(import) && imported.is_some_and(|imported| !imported.used)
    }
}

/// The name of an import: its alias, or the last part of its path.
pub(crate) fn import_name(import: &Import) -> Name {
    let last = || match path(import).last().map(|term| &term.kind) {
        Some(TermKind::Var(name) | TermKind::String(name)) => name.clone(),
        _ => Name::default(),
    };
    import.alias.clone().unwrap_or_else(last)
}

/// The terms of an import's path.
fn path(import: &Import) -> &[Term] {
    match &import.path.kind {
        TermKind::Ref(terms) => terms,
        _ => std::slice::from_ref(&import.path),
    }
}

/// Whether an import is of `future` or `rego`: it changes the syntax and defines no name.
fn is_of_the_language(import: &Import) -> bool {
    let root = path(import).first().and_then(Term::as_var);
    root.is_some_and(|name| matches!(&**name, "future" | "rego"))
}

/// The rule names of each package.
pub(crate) fn exports(modules: &[Module]) -> HashMap<String, Exports> {
    let mut exports: HashMap<String, Exports> = HashMap::new();
    for module in modules {
        let names = exports.entry(package_key(&module.package)).or_default();
        names.extend(
            module
                .rules
                .iter()
                .filter_map(|rule| rule.head.reference.first()?.as_var().cloned()),
        );
    }
    exports
}

/// A text that is equal for equal packages.
pub(crate) fn package_key(package: &Package) -> String {
    text::of_ref(&package.path)
}

pub(crate) fn run(compiler: &mut Compiler<'_>) {
    let exports = exports(&compiler.modules);
    let mut faults = Vec::new();
    for (number, module) in compiler.modules.iter_mut().enumerate() {
        let names = exports.get(&package_key(&module.package));
        let mut globals = Globals::new(&module.package.path, names, &module.imports);
        for rule in &mut module.rules {
            // As in OPA, an error stops the resolution of the following `else` branches.
            let mut refused = None;
            change_chain(rule, |rule| {
                if refused.is_none() {
                    refused = resolve_rule(&mut globals, rule).err();
                }
            });
            faults.extend(refused);
        }
        if compiler.settings.strict {
            let imports = module.imports.iter().enumerate();
            let unused = imports.filter(|(_, import)| globals.is_unused(import));
            compiler
                .unused_imports
                .extend(unused.map(|(import, _)| (number, import)));
        }
        let mut heads = globals.heads;
        for rule in &mut module.rules {
            change_chain(rule, |rule| {
                change_head(&mut rule.head, &mut heads);
                change_body(&mut rule.body, &mut heads);
            });
        }
    }
    compiler.fault_all(faults);
}

fn resolve_rule(globals: &mut Globals<'_>, rule: &mut Rule) -> Result<(), Fault> {
    let mut params = Params::default();
    for arg in rule.head.args.iter().flatten() {
        walk_term(arg, &mut params);
    }
    if let Some(root) = params.root {
        let message = format!("args must not shadow {root} (use a different variable name)");
        return Err(Fault::new(Code::Compile, message, rule.span));
    }
    let mut resolver = Resolver::new(globals);
    resolver.hide(params.names);
    resolver.hide(declared_vars(&rule.body));
    resolver.terms(rule.head.reference.iter_mut().skip(1));
    resolver.terms(rule.head.key.iter_mut().chain(&mut rule.head.value));
    resolver.body(&mut rule.body);
    Ok(())
}

/// Resolves the names in a query.
pub(crate) fn resolve_query(globals: &mut Globals<'_>, body: &mut [Expr]) {
    let declared = declared_vars(body);
    let mut resolver = Resolver::new(globals);
    resolver.hide(declared);
    resolver.body(body);
    change_body(body, &mut globals.heads);
}

/// The variables of a function's parameters, and a document that a parameter would hide.
#[derive(Default)]
struct Params {
    names: BTreeSet<Name>,
    root: Option<Name>,
}

impl Visitor for Params {
    fn term(&mut self, term: &Term) -> bool {
        if self.root.is_some() {
            return false;
        }
        match &term.kind {
            TermKind::Var(name) => {
                self.names.insert(name.clone());
            }
            TermKind::Ref(terms) => self.root = root_document(terms).cloned(),
            _ => {}
        }
        self.root.is_none()
            && !matches!(
                term.kind,
                TermKind::Set(_)
                    | TermKind::Call(_)
                    | TermKind::ArrayComprehension(_)
                    | TermKind::SetComprehension(_)
                    | TermKind::ObjectComprehension(_)
            )
    }
}

/// The name of a document, if a reference is just `data` or `input`.
pub(crate) fn root_document(reference: &[Term]) -> Option<&Name> {
    match reference {
        [root] => root
            .as_var()
            .filter(|name| matches!(&***name, "data" | "input")),
        _ => None,
    }
}
