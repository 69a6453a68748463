//! Turns the error texts of regorus into places and messages. The only file that knows how those texts look.

/// Longest message that is passed on, in characters: regorus quotes whole values, which may be large or secret.
const MAX_MESSAGE: usize = 400;

/// What regorus calls the text of a query, and what this crate calls it.
pub(crate) const REGORUS_QUERY: &str = "<query.rego>";
pub(crate) const QUERY: &str = "<query>";

/// The place and the message of one error text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Diagnostic {
    pub(crate) file: Option<String>,
    pub(crate) line: Option<u32>,
    pub(crate) column: Option<u32>,
    pub(crate) message: String,
}

impl Diagnostic {
    // Display, never Debug: with RUST_BACKTRACE set, Debug of an anyhow error carries a backtrace.
    pub(crate) fn of(error: &impl std::fmt::Display) -> Self {
        Self::parse(&error.to_string())
    }

    /// Reads a text of the form `\n--> file:line:col\n  |\n3 | source line\n  | ^\nerror: message`.
    pub(crate) fn parse(text: &str) -> Self {
        let Some(block) = text
            .trim_start_matches('\n')
            .strip_prefix("--> ")
            .and_then(Block::read)
        else {
            return Self {
                message: tidy(text),
                ..Self::default()
            };
        };
        let rest = block.rest.strip_prefix("error: ").unwrap_or(block.rest);
        // An error that wraps another one: the inner place is the one to show.
        if rest.starts_with("\n--> ") {
            return Self::parse(rest);
        }
        let file = if block.file == REGORUS_QUERY {
            QUERY
        } else {
            block.file
        };
        Self {
            file: Some(file.to_owned()),
            line: Some(block.line),
            column: Some(block.column),
            message: tidy(rest),
        }
    }

    /// The same in a text that began `columns` later.
    pub(crate) fn left_by(mut self, columns: usize) -> Self {
        if let (Some(1), Some(column)) = (self.line, self.column) {
            let columns = u32::try_from(columns).unwrap_or(u32::MAX);
            self.column = Some(column.saturating_sub(columns).max(1));
        }
        self
    }

    /// Whether `self` is further on in the text than `other`.
    pub(crate) fn is_after(&self, other: &Self) -> bool {
        (self.line, self.column) > (other.line, other.column)
    }
}

/// The head of an error text: its place, and what follows the quoted source line and its caret.
struct Block<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    rest: &'a str,
}

impl<'a> Block<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (place, mut rest) = text.split_once('\n')?;
        let mut parts = place.rsplitn(3, ':');
        let column = parts.next()?.parse().ok()?;
        let line = parts.next()?.parse().ok()?;
        let file = parts.next()?;
        for _ in 0..3 {
            rest = rest.split_once('\n')?.1;
        }
        Some(Self {
            file,
            line,
            column,
            rest,
        })
    }
}

/// One line of bounded length, quoted source blocks inside reduced to their places.
fn tidy(text: &str) -> String {
    let mut flat = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\n--> ") {
        let Some(block) = Block::read(after) else {
            break;
        };
        flat.push_str(before);
        flat.push_str(&format!(" {}:{}:{} ", block.file, block.line, block.column));
        rest = block.rest;
    }
    flat.push_str(rest);
    // The unsafe-variable message goes on with a dump of all scopes, values included.
    if flat.starts_with("var ")
        && let Some(end) = flat.find(" is unsafe (path ")
    {
        flat.truncate(end);
        flat.push_str(" is unsafe: nothing defines it");
    }
    let flat = flat.split_whitespace().collect::<Vec<_>>().join(" ");
    match flat.as_str() {
        "" => "unknown error".to_owned(),
        // What regorus says where it finds no expression.
        "expecting" => "expecting an expression".to_owned(),
        _ if flat.chars().count() > MAX_MESSAGE => {
            flat.chars().take(MAX_MESSAGE).chain(['…']).collect()
        }
        _ => flat,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_place_and_message_without_the_caret() {
        let text = "\n--> a:b.rego:3:19\n  |\n3 | y := [\"日本\", 1 / 0]\n  |                   ^\nerror: divide by zero";
        let found = Diagnostic::parse(text);
        assert_eq!(found.file.as_deref(), Some("a:b.rego"));
        assert_eq!((found.line, found.column), (Some(3), Some(19)));
        assert_eq!(found.message, "divide by zero");
    }

    #[test]
    fn a_query_gets_its_own_name() {
        let found =
            Diagnostic::parse("\n--> <query.rego>:1:1\n  |\n1 | {\n  | ^\nerror: expecting ");
        assert_eq!(found.file.as_deref(), Some(QUERY));
        assert_eq!(found.message, "expecting an expression");
    }

    #[test]
    fn nested_blocks_become_places() {
        let text = "\n--> p:2:2\n  |\n2 |  x if x\n  |  ^\nerror: recursion detected when evaluating rule:\n--> p:2:2\n  |\n2 |  x if x\n  |  ^\ndepends on: cyclic evaluation";
        assert_eq!(
            Diagnostic::parse(text).message,
            "recursion detected when evaluating rule: p:2:2 depends on: cyclic evaluation"
        );
        let wrapped =
            "\n--> p:1:1\n  |\n1 | x\n  | ^\nerror: \n--> p:4:7\n  |\n4 | y\n  | ^\nerror: inner";
        let found = Diagnostic::parse(wrapped);
        assert_eq!((found.line, found.message.as_str()), (Some(4), "inner"));
    }

    #[test]
    fn scopes_and_long_values_are_cut() {
        let text = "\n--> p:2:7\n  |\n2 | x\n  | ^\nerror: var y is unsafe (path [\"p\", \"y\"], scopes [{\"secret\": 1}])";
        assert_eq!(
            Diagnostic::parse(text).message,
            "var y is unsafe: nothing defines it"
        );
        assert_eq!(
            Diagnostic::parse(&"x".repeat(5000)).message.chars().count(),
            MAX_MESSAGE + 1
        );
    }

    #[test]
    fn other_texts_are_messages() {
        for text in ["not a valid rule path", "\n--> odd", "--> a:b:c\nd", ""] {
            let found = Diagnostic::parse(text);
            assert_eq!((found.file, found.line), (None, None), "{text:?}");
            assert!(!found.message.is_empty());
        }
    }
}
