//! Refuses texts that the parser would need too long for, before it sees them.
//!
//! regorus 0.14 tries `[` and `{` as a comprehension first and starts over as a literal, so the time for the first element
//! doubles with each level (14 levels: 25 ms, 22: 1.7 s), and no timer covers parsing. A bound on the depth alone is not enough
//! either, since many literals of an allowed depth fit into one source: their steps are summed up as well. It also compares each import
//! with all before it, so that 15,000 of them take minutes.

use crate::error::Error;
use crate::limit_kind::LimitKind;
use crate::tokens::{Kind, Tokens};

/// Steps that any text may take: about 0.2 s on a desktop processor, and more than policies of people need.
const FREE_STEPS: u64 = 500_000;
/// Steps a token on top of that, so that long plain policies pass.
const STEPS_PER_TOKEN: u64 = 8;

/// Most imports of a source: some 0.2 s, and far more than policies of people have.
const MOST_IMPORTS: u32 = 1000;

/// Checks how deep brackets nest in `source` and how often the parser would read it.
///
/// # Errors
/// `GRID_LIMIT` with the place of the first bracket that is too much.
pub(crate) fn check(source: &str, max_nesting: u32) -> Result<(), Error> {
    // For each open bracket: how often the parser reads what follows its first element.
    let mut outer: Vec<u64> = Vec::new();
    let mut weight: u64 = 1;
    let mut steps: u64 = 0;
    let mut imports: u32 = 0;
    for (count, token) in (1u64..).zip(Tokens::of(source)) {
        steps = steps.saturating_add(weight);
        let most = FREE_STEPS + STEPS_PER_TOKEN * count;
        if steps > most {
            let text = "its nested literals would take the parser too long; move them into data, or name the inner ones by rules of their own";
            return Err(
                Error::fixed_limit(LimitKind::Parsing, most, text).at(token.line, token.column)
            );
        }
        match token.kind {
            Kind::Open => {
                if outer.len() >= max_nesting as usize {
                    let what = "the brackets nest too deep";
                    return Err(
                        Error::limit_of("max_nesting", what, max_nesting.into(), "levels")
                            .at(token.line, token.column),
                    );
                }
                outer.push(weight);
                if token.text != "(" {
                    weight = weight.saturating_mul(2);
                }
            }
            Kind::Ident if token.text == "import" => {
                imports += 1;
                if imports > MOST_IMPORTS {
                    let text = format!(
                        "a source has at most {MOST_IMPORTS} imports; split it, or name the paths in full"
                    );
                    let error = Error::fixed_limit(LimitKind::Parsing, MOST_IMPORTS.into(), text);
                    return Err(error.at(token.line, token.column));
                }
            }
            Kind::Close => weight = outer.pop().unwrap_or(1),
            // The first element is over: the parser knows by now what the bracket is.
            Kind::Symbol if matches!(token.text, "," | "|" | ";") => {
                weight = outer.last().copied().unwrap_or(1)
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(open: &str, close: &str, depth: usize) -> String {
        format!(
            "package p\nx := {}1{}",
            open.repeat(depth),
            close.repeat(depth)
        )
    }

    #[test]
    fn the_depth_is_exact_for_every_bracket() {
        for (open, close) in [
            ("[", "]"),
            ("{", "}"),
            ("(", ")"),
            ("{\"a\": ", "}"),
            ("f(", ")"),
        ] {
            assert_eq!(check(&nested(open, close, 8), 8), Ok(()), "{open}");
            let error = check(&nested(open, close, 9), 8);
            assert!(
                error.is_err_and(
                    |error| error.option() == Some("max_nesting") && error.line() == Some(2)
                ),
                "{open}"
            );
        }
    }

    #[test]
    fn many_deep_literals_are_refused_by_their_sum() {
        let one = nested("{\"a\": ", "}", 14);
        assert_eq!(check(&one, 16), Ok(()));
        let many = one.replacen("package p", "", 1).repeat(100);
        let error = check(&many, 16);
        assert!(error.is_err_and(
            |error| error.limit_kind() == Some(LimitKind::Parsing) && error.option().is_none()
        ));
    }

    #[test]
    fn long_plain_policies_pass() {
        let rule = "allow if {\n\tsome role in data.roles[input.user]\n\tcount([x | x := role.list[_]; x > {1, 2}[_]]) > 0\n}\n";
        assert_eq!(check(&rule.repeat(9000), 16), Ok(()));
        let list = format!(
            "package p\nx := [{}]",
            "{\"a\": [1, 2, {\"b\": 3}]},".repeat(30_000)
        );
        assert_eq!(check(&list, 16), Ok(()));
    }

    #[test]
    fn imports_are_counted() {
        let imports = |count: u32| {
            let lines = (0..count).map(|index| format!("import data.q{index}\n"));
            format!("package p\n{}", lines.collect::<String>())
        };
        assert_eq!(check(&imports(MOST_IMPORTS), 16), Ok(()));
        let error = check(&imports(MOST_IMPORTS + 1), 16);
        assert!(error.is_err_and(|error| error.line() == Some(MOST_IMPORTS + 2)));
    }

    #[test]
    fn unbalanced_text_is_left_to_the_parser() {
        assert_eq!(check("]]]]) x", 4), Ok(()));
    }
}
