//! One source becomes one module of a regorus engine.

use crate::builtins;
use crate::chains;
use crate::custom::{self, Builtin};
use crate::decisions;
use crate::diagnostic::Diagnostic;
use crate::document::MAX_JSON_DEPTH;
use crate::error::{Error, ErrorKind};
use crate::extensions;
use crate::limit_kind::LimitKind;
use crate::nesting;
use crate::options::{EngineOptions, RegoVersion};
use crate::outline::{Call, Outline};
use crate::output_argument;
use crate::rewrite::{self, MOST_PASSES, Moves, Names};
use crate::set::Module;
use crate::stack;
use crate::tokens::{Kind, Tokens};
use crate::unsupported;
use crate::wholes::Reader;
use regorus::unstable::Span;
use std::num::{NonZeroU32, NonZeroUsize};

/// Parses `source` and adds it to `engine`, which must have no module of this name.
///
/// # Errors
/// `GRID_LIMIT` and `GRID_COMPILE`; `engine` is then as it was.
pub(crate) fn add(
    engine: &mut regorus::Engine,
    options: &EngineOptions,
    name: &str,
    source: &str,
) -> Result<Module, Error> {
    check_text(source, options, "the policy").map_err(|error| error.in_file(name))?;
    let outline = Outline::of_policy(source);
    if let Some(token) = outline.not_body {
        // The core takes the body for a set, and `not` of a set never holds.
        let text = "a body behind `not` is not supported; put it into a rule, and negate that";
        let error = Error::new(ErrorKind::Compile, text).at(token.line, token.column);
        return Err(error.in_file(name));
    }
    // What stands before the first rule has levels too: the path of the package, and those of imports.
    let levels = outline.rules.iter().map(|rule| rule.levels);
    let levels = levels.fold(outline.levels, u32::max);
    check_levels(levels, options, "the expressions of a rule nest")
        .map_err(|error| error.in_file(name))?;
    if outline.package_depth + outline.head_depth > MAX_JSON_DEPTH {
        let text = format!(
            "a rule's path, its package's with it, has more than {MAX_JSON_DEPTH} names, and data nests no deeper"
        );
        let limit = MAX_JSON_DEPTH as u64;
        return Err(Error::fixed_limit(LimitKind::Nesting, limit, text).in_file(name));
    }
    let text = output_argument::rewritten(source, |name| outline.has_own(name));
    // By itself first: the core takes no module back, and to copy all others for each one takes its time.
    let mut alone = regorus::Engine::new();
    take_any_length(&mut alone);
    let v0 = stack::enough(levels, || {
        parse(&mut alone, options.rego_version, &outline, name, &text)
    })?;
    let written = stack::enough(levels, || written_out(alone, v0, name, text.into_owned()))
        .map_err(|error| error.in_file(name))?;
    let Written {
        text,
        moves,
        unbound,
        package,
    } = written;
    stack::enough(levels, || add_text(engine, v0, name, text)).map_err(|error| {
        Error::from_diagnostic(ErrorKind::Compile, Diagnostic::of(&error)).in_file(name)
    })?;
    let custom =
        custom::check_uses(source, &outline, options).map_err(|error| error.in_file(name))?;
    let unsupported = unsupported::called(source, &outline, options);
    let lacking = builtins::lacking(&outline, options).cloned().collect();
    let links = chains::links_of(&outline, &package);
    let extensions = extensions::called(&outline);
    let roots = outline
        .roots
        .iter()
        .map(|root| (*root).to_owned())
        .collect();
    Ok(Module {
        v0,
        package,
        roots,
        path_heads: outline.path_heads,
        replaces: has_with(source),
        links,
        lacking,
        unbound,
        pure: outline.calls.iter().all(|call| {
            custom::find(&options.builtins, &call.name)
                .map_or_else(|| decisions::is_pure(&call.name), Builtin::is_pure)
        }),
        extensions,
        custom,
        unsupported,
        moves,
    })
}

/// Lets an engine parse texts of any length: sizes are checked here, and its limits on lines and columns would only hit long literals.
pub(crate) fn take_any_length(engine: &mut regorus::Engine) {
    engine.set_policy_length_config(regorus::PolicyLengthConfig {
        max_col: NonZeroU32::MAX,
        max_file_bytes: NonZeroUsize::MAX,
        max_lines: NonZeroUsize::MAX,
    });
}

fn add_text(
    engine: &mut regorus::Engine,
    v0: bool,
    name: &str,
    text: String,
) -> anyhow::Result<()> {
    engine.set_rego_v0(v0);
    let added = engine.add_policy(name.to_owned(), text);
    // Queries are read by what was set last.
    engine.set_rego_v0(false);
    added.map(|_| ())
}

/// A source in a form that means to the core what it means to OPA.
struct Written {
    text: String,
    moves: Vec<Moves>,
    unbound: Vec<Call>,
    /// The path of its package, below `data`.
    package: Vec<String>,
}

// `alone` has the module of `text` and no other.
fn written_out(
    alone: regorus::Engine,
    v0: bool,
    name: &str,
    text: String,
) -> Result<Written, Error> {
    let package = alone
        .get_policy_package_components()
        .map_err(|error| Error::from_diagnostic(ErrorKind::Compile, Diagnostic::of(&error)))?;
    let mut written = Written {
        text,
        moves: Vec::new(),
        unbound: Vec::new(),
        package: package
            .into_iter()
            .next()
            .map(|package| package.components)
            .unwrap_or_default(),
    };
    let mut names = Names::of(&written.text);
    let mut alone = alone;
    while let Some(module) = alone.get_modules().last().cloned() {
        let moves = &mut written.moves;
        let passed = rewrite::of_module(&module, &mut names)
            .map_err(|error| rewrite::placed_error(error, moves))?;
        written
            .unbound
            .extend(passed.unbound.into_iter().map(|name| Call {
                column: rewrite::place_before(moves, name.line, name.column),
                ..name
            }));
        let Some(rewritten) = passed.rewritten else {
            break;
        };
        moves.push(rewritten.moves);
        if moves.len() > MOST_PASSES {
            return Err(rewrite::too_deep(&"it nests too deep"));
        }
        written.text = rewritten.text;
        alone = regorus::Engine::new();
        take_any_length(&mut alone);
        add_text(&mut alone, v0, name, written.text.clone())
            .map_err(|error| rewrite::too_deep(&error))?;
    }
    Ok(written)
}

/// What both policies and queries must pass before the parser sees them.
pub(crate) fn check_text(text: &str, options: &EngineOptions, what: &str) -> Result<(), Error> {
    if text.len() > options.max_policy_bytes as usize {
        let what = format!("{what} is {} bytes long", text.len());
        return Err(Error::limit_of(
            "max_policy_bytes",
            &what,
            options.max_policy_bytes.into(),
            "bytes",
        ));
    }
    // To the parser a NUL is the end of the text: it would drop the rest, rules that deny included, without a word.
    if let Some(before) = text.split_once('\0').map(|(before, _)| before) {
        let line = 1 + before.matches('\n').count();
        let column = 1 + before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count();
        let place = (
            u32::try_from(line).unwrap_or(u32::MAX),
            u32::try_from(column).unwrap_or(u32::MAX),
        );
        return Err(
            Error::new(ErrorKind::Compile, "there is a NUL character; remove it")
                .at(place.0, place.1),
        );
    }
    nesting::check(text, options.max_nesting)
}

/// Whether a `with` in a text replaces values.
pub(crate) fn has_with(text: &str) -> bool {
    Tokens::of(text).any(|token| token.kind == Kind::Ident && token.text == "with")
}

/// Whether the core may recurse so deep.
pub(crate) fn check_levels(levels: u32, options: &EngineOptions, what: &str) -> Result<(), Error> {
    if levels <= options.max_depth {
        return Ok(());
    }
    let what = format!("{what} {levels} levels deep");
    Err(Error::limit_of(
        "max_depth",
        &what,
        options.max_depth.into(),
        "levels",
    ))
}

/// The error for a variable that nothing gives a value.
pub(crate) fn unsafe_variable(name: &Call) -> Error {
    let text = format!(
        "the variable {} is unsafe: only a `not` mentions it, and nothing gives it a value; bind it before, as in `some {} in ...`",
        name.name, name.name
    );
    Error::new(ErrorKind::Compile, text).at(name.line, name.column)
}

/// The error for a function that comes back to itself.
pub(crate) fn recursive(path: &str, span: &Span) -> Error {
    let text = format!(
        "the function data.{path} is recursive: what it uses comes back to it; Rego has no recursion"
    );
    let file = span.source.file();
    Error::new(ErrorKind::Compile, text)
        .at(span.line, span.col)
        .in_file(file)
}

/// The error for a call of a builtin that this build lacks.
pub(crate) fn lacking(call: &Call) -> Error {
    let text = format!(
        "there is no function {} in this build; define it in a package of your own, or pass what it would give as input",
        call.name
    );
    Error::new(ErrorKind::Compile, text).at(call.line, call.column)
}

/// The error for a rule that reads a package which the core cannot read as a whole.
pub(crate) fn reads_whole(reader: &Reader) -> Error {
    let Reader { rule, path, .. } = reader;
    let text = format!(
        "the rule {rule} reads {path} as a whole, where sources define packages in parts and use each other's rules; beside a `with`, or where a rule below {path} comes back to it, the core would leave some out: read the rules that are meant, or put each package there into one source"
    );
    Error::new(ErrorKind::Compile, text)
}

// Adds the module and returns whether it was read as v0.
fn parse(
    engine: &mut regorus::Engine,
    version: RegoVersion,
    outline: &Outline<'_>,
    name: &str,
    source: &str,
) -> Result<bool, Error> {
    let mut attempt = |v0: bool| {
        add_text(engine, v0, name, source.to_owned()).map_err(|error| Diagnostic::of(&error))
    };
    let outcome = match version {
        RegoVersion::V1 => attempt(false).map(|()| false),
        RegoVersion::V0 => match outline.unimported {
            Some(token) => Err(unimported(token.text, token.line, token.column)),
            None => attempt(true).map(|()| true),
        },
        RegoVersion::Auto => match attempt(false) {
            Ok(()) => Ok(false),
            Err(v1) if outline.unimported.is_some() => Err(v1),
            Err(v1) => match attempt(true) {
                Ok(()) => Ok(true),
                Err(v0) if v0.is_after(&v1) => Err(v0),
                Err(_) => Err(v1),
            },
        },
    };
    outcome
        .map_err(|diagnostic| Error::from_diagnostic(ErrorKind::Compile, diagnostic).in_file(name))
}

// To regorus `allow if { ... }` is, in v0 without an import, a rule `allow` that is true, and one `if`. OPA refuses it.
fn unimported(word: &str, line: u32, column: u32) -> Diagnostic {
    Diagnostic {
        message: format!(
            "`{word}` is no keyword of Rego v0; add `import rego.v1`, or load the policy as v1"
        ),
        line: Some(line),
        column: Some(column),
        ..Diagnostic::default()
    }
}
