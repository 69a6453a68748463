//! The faults of types, with OPA's messages and the actual and expected types below them.

use crate::rego::syntax::ast::Term;
use crate::rego::syntax::fault::{Code, Fault};
use crate::rego::syntax::span::Span;
use crate::rego::syntax::text;
use crate::rego::types::check::work::Work;
use crate::rego::types::messages::differences::differences;
use crate::rego::types::messages::elide::{shortened, shortened_param};
use crate::rego::types::messages::show;
use crate::rego::types::model::kind::{Param, Type, is_unknown};
use crate::rego::types::model::unify::unifies;

/// The maximum width of a line in characters; longer lines get shortened types.
const MAX_WIDTH: usize = 80;

/// The maximum length of a line in bytes.
const MAX_LINE: usize = 1 << 16;

const HINT: &str = "but their types differ, so they can never be equal (see \
    https://www.openpolicyagent.org/docs/errors/rego-type-error/match-error)";

/// A fault of an expression.
#[derive(Debug)]
pub(crate) struct TypeFault {
    pub(crate) fault: Fault,
    /// Whether it involves unknown types, so that it can be a consequence of another fault.
    pub(crate) follows: bool,
}

/// The fault of two terms that cannot be equal.
pub(crate) fn match_fault(span: Span, left: Option<&Type>, right: Option<&Type>) -> TypeFault {
    let mut lines = fitting_lines(
        show::short_text(left, MAX_LINE).map(|text| format!("left  : {text}")),
        show::short_text(right, MAX_LINE).map(|text| format!("right : {text}")),
    )
    .unwrap_or_else(|| {
        let (left, right) = differences(left, right);
        vec![
            cut(format!("left  : {left}")),
            cut(format!("right : {right}")),
        ]
    });
    let kind = match (left, right) {
        (Some(Type::Object(_)), Some(Type::Object(_))) => Some("objects"),
        (Some(Type::Array(_)), Some(Type::Array(_))) => Some("arrays"),
        (Some(Type::Set(_)), Some(Type::Set(_))) => Some("sets"),
        _ => None,
    };
    lines.extend(kind.map(|kind| format!("hint  : both sides are {kind} {HINT}")));
    let follows = is_unknown(left) || is_unknown(right);
    TypeFault {
        fault: fault("match error".to_owned(), span, lines),
        follows,
    }
}

/// The expected parameters of a call. A result counts as the last one.
pub(crate) struct Expected {
    pub(crate) params: Vec<Param>,
    pub(crate) variadic: Option<Param>,
}

/// The fault of a call, or of the replacement of a function, with wrong arguments.
pub(crate) fn argument_fault(
    span: Span,
    operator: &Term,
    what: &str,
    have: &[Option<Type>],
    expected: &Expected,
    work: &Work,
) -> TypeFault {
    let variadic = expected.variadic.as_ref();
    let lines = fitting_lines(
        show::short_list_text(have, MAX_LINE).map(|text| format!("have: {text}")),
        show::short_params_text(&expected.params, variadic, MAX_LINE)
            .map(|text| format!("want: {text}")),
    );
    let lines = lines.unwrap_or_else(|| {
        let mut had: Vec<_> = have.iter().map(|of| shortened(of.as_ref())).collect();
        let mut want: Vec<_> = expected.params.iter().map(shortened_param).collect();
        let pairs = have
            .iter()
            .zip(&expected.params)
            .zip(had.iter_mut().zip(&mut want));
        for ((of, param), (had, want)) in pairs {
            // An argument that fits is not part of the fault.
            if !unifies(of.as_ref(), param.of.as_ref(), work) {
                let (left, right) = differences(of.as_ref(), param.of.as_ref());
                let name = param
                    .name
                    .as_ref()
                    .map_or_else(String::new, |name| format!("{name}: "));
                (*had, *want) = (left, name + &right);
            }
        }
        want.extend(variadic.map(|param| shortened_param(param) + "..."));
        let line = |what, parts: &[String]| cut(format!("{what}: ({})", parts.join(", ")));
        vec![line("have", &had), line("want", &want)]
    });
    let follows = have.iter().any(|of| is_unknown(of.as_ref()));
    let message = format!("{}: {what}", text::of_term(operator));
    TypeFault {
        fault: fault(message, span, lines),
        follows,
    }
}

/// The fault of a call of an unknown function.
pub(crate) fn undefined_function(span: Span, operator: &Term) -> TypeFault {
    let message = format!("undefined function {}", text::of_term(operator));
    TypeFault {
        fault: fault(message, span, Vec::new()),
        follows: false,
    }
}

/// The fault of a check that takes too many steps.
pub(crate) fn limit_fault(span: Span) -> Fault {
    Fault::new(
        Code::Limit,
        "the types of this policy take too many steps to check",
        span,
    )
}

pub(super) fn fault(message: String, span: Span, details: Vec<String>) -> Fault {
    Fault {
        details,
        ..Fault::new(Code::Type, message, span)
    }
}

/// Both lines, if they are complete and fit.
fn fitting_lines(a: Result<String, String>, b: Result<String, String>) -> Option<Vec<String>> {
    let lines = vec![a.ok()?, b.ok()?];
    lines
        .iter()
        .all(|line| line.chars().count() <= MAX_WIDTH)
        .then_some(lines)
}

/// Cuts a line that is too long for a message.
pub(super) fn cut(mut line: String) -> String {
    if line.len() > MAX_LINE {
        let end = (0..=MAX_LINE).rev().find(|end| line.is_char_boundary(*end));
        line.truncate(end.unwrap_or_default());
        line.push_str("...");
    }
    line
}

#[cfg(test)]
#[allow(clippy::expect_used, clippy::panic)] // Tests may panic.
mod tests {
    use super::*;
    use crate::rego::syntax::ast::TermKind;
    use crate::rego::types::model::constant::Constant;

    fn reference(parts: &[&str]) -> Vec<Term> {
        let span = Span::default();
        let (head, rest) = parts.split_first().expect("has a head");
        let rest = rest.iter().map(|part| Term::string(part, span));
        [Term::var(head, span)].into_iter().chain(rest).collect()
    }

    fn operator(name: &str) -> Term {
        Term::new(TermKind::Ref(reference(&[name])), Span::default())
    }

    fn param(name: &'static str, of: Type) -> Param {
        Param {
            name: Some(name.into()),
            of: Some(of),
        }
    }

    #[test]
    fn unequal_types_are_shown_one_above_the_other() {
        let found = match_fault(Span::default(), Some(&Type::Null), Some(&Type::String));
        assert_eq!(found.fault.details, ["left  : null", "right : string"]);
        assert!(!found.follows);
        let found = match_fault(
            Span::default(),
            Some(&Type::set(None)),
            Some(&Type::set(None)),
        );
        assert!(found.follows && found.fault.details.last().is_some_and(|line| {
            line.starts_with("hint  : both sides are sets but their types differ, so they can never be equal (see https")
        }));
    }

    #[test]
    fn arguments_are_shown_with_the_names_of_parameters() {
        let expected = Expected {
            params: vec![param("x", Type::Number)],
            variadic: None,
        };
        let work = Work::default();
        let have = [Some(Type::String), None];
        let op = operator("abs");
        let found = argument_fault(
            Span::default(),
            &op,
            "too many arguments",
            &have,
            &expected,
            &work,
        );
        assert_eq!(found.fault.message, "abs: too many arguments");
        assert_eq!(
            found.fault.details,
            ["have: (string, ???)", "want: (x: number)"]
        );
        assert!(found.follows);
    }

    #[test]
    fn wide_arguments_are_shortened() {
        let key = |text: &str| (Constant::String(text.into()), Some(Type::String));
        let wide = Type::object(
            ["first_name", "last_name", "nickname"].map(key).into(),
            None,
        );
        let params = vec![param("object", wide.clone()), param("key", Type::Number)];
        let expected = Expected {
            params,
            variadic: None,
        };
        let (have, op, work) = (
            [Some(wide.clone()), Some(wide)],
            operator("f"),
            Work::default(),
        );
        let found = argument_fault(Span::default(), &op, "bad", &have, &expected, &work);
        let expected = [
            "have: (object<...>, object<...>)",
            "want: (object: object<...>, key: number)",
        ];
        assert_eq!(found.fault.details, expected);
    }
}
