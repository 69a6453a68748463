//! Splits Rego text into tokens, so that it can be looked over before the parser sees it.
//!
//! It agrees with regorus' lexer on where strings, raw strings and comments begin and end; what it does not understand it
//! passes on as symbols, for the parser to refuse.

/// What a [`Token`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Ident,
    Number,
    Text,
    Open,
    Close,
    Symbol,
}

/// One token and where it begins; a tab counts as four columns, as in regorus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl Token<'_> {
    pub(crate) fn is(&self, symbol: &str) -> bool {
        self.text == symbol && !matches!(self.kind, Kind::Text | Kind::Ident)
    }
}

/// The tokens of a source. An unterminated string ends them: the parser refuses such a source.
#[derive(Debug, Clone)]
pub(crate) struct Tokens<'a> {
    source: &'a str,
    position: usize,
    line: u32,
    column: u32,
}

impl<'a> Tokens<'a> {
    pub(crate) fn of(source: &'a str) -> Self {
        Self {
            source,
            position: 0,
            line: 1,
            column: 1,
        }
    }

    fn rest(&self) -> &'a str {
        self.source.get(self.position..).unwrap_or("")
    }

    // Moves on by `bytes` and keeps the place.
    fn advance(&mut self, bytes: usize) -> &'a str {
        let rest = self.rest();
        let taken = rest.get(..bytes).unwrap_or(rest);
        self.position += taken.len();
        for char in taken.chars() {
            match char {
                '\n' => {
                    self.line = self.line.saturating_add(1);
                    self.column = 1;
                }
                '\t' => self.column = self.column.saturating_add(4),
                _ => self.column = self.column.saturating_add(1),
            }
        }
        taken
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let length = match rest.as_bytes().first() {
                Some(b' ' | b'\t' | b'\r' | b'\n') => 1,
                Some(b'#') => rest.find('\n').unwrap_or(rest.len()),
                _ => return,
            };
            self.advance(length);
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.skip_blanks();
        let rest = self.rest();
        let first = rest.chars().next()?;
        let (kind, length) = match first {
            'a'..='z' | 'A'..='Z' | '_' => (Kind::Ident, word_length(rest)),
            '0'..='9' => (Kind::Number, number_length(rest)),
            '"' => (Kind::Text, text_length(rest)),
            '`' => (
                Kind::Text,
                rest.get(1..)
                    .and_then(|inner| inner.find('`'))
                    .map(|end| end + 2),
            ),
            '(' | '[' | '{' => (Kind::Open, Some(1)),
            ')' | ']' | '}' => (Kind::Close, Some(1)),
            _ => (Kind::Symbol, Some(first.len_utf8())),
        };
        let (line, column) = (self.line, self.column);
        let text = self.advance(length.unwrap_or(rest.len()));
        // An unterminated string: no token, and nothing follows.
        length?;
        Some(Token {
            kind,
            text,
            line,
            column,
        })
    }
}

fn word_length(text: &str) -> Option<usize> {
    Some(
        text.bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            .count(),
    )
}

fn number_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut length = 1;
    while let Some(byte) = bytes.get(length) {
        let previous = bytes.get(length - 1);
        let next = bytes.get(length + 1);
        let goes_on = byte.is_ascii_alphanumeric()
            || (*byte == b'.' && next.is_some_and(u8::is_ascii_digit))
            || (matches!(byte, b'+' | b'-') && matches!(previous, Some(b'e' | b'E')));
        if !goes_on {
            break;
        }
        length += 1;
    }
    Some(length)
}

// From quote to quote; None where a line or the source ends first, which regorus refuses.
fn text_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'\n' => return None,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(index + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<&str> {
        Tokens::of(source).map(|token| token.text).collect()
    }

    #[test]
    fn strings_and_comments_hide_brackets() {
        let source = "x := \"[\\\"[\" # [[[\ny := `[\"[\n[` [1.5e-3]";
        assert_eq!(
            texts(source),
            [
                "x",
                ":",
                "=",
                "\"[\\\"[\"",
                "y",
                ":",
                "=",
                "`[\"[\n[`",
                "[",
                "1.5e-3",
                "]"
            ]
        );
    }

    #[test]
    fn an_unterminated_string_ends_the_tokens() {
        assert_eq!(texts("a \"b [[["), ["a"]);
        assert_eq!(texts("a \"b\n[[["), ["a"]);
        assert_eq!(texts("a `b\n[[["), ["a"]);
        assert_eq!(texts("\"\\"), Vec::<&str>::new());
    }

    #[test]
    fn places_count_characters_and_tabs() {
        let places: Vec<_> = Tokens::of("é 日 x\n\ty \"日\" z")
            .map(|token| (token.line, token.column))
            .collect();
        assert_eq!(places, [(1, 1), (1, 3), (1, 5), (2, 5), (2, 7), (2, 11)]);
    }
}
