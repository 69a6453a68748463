//! Reads the header of a token to sign as valyala/fastjson does for OPA. It accepts more than Go's JSON reader, and of several fields
//! with the same name it finds the first one.

#[cfg(test)]
mod tests;

/// The maximum nesting depth.
const MAX_DEPTH: usize = 300;

/// The error for a header that is not JSON.
const BROKEN: &str = "cannot parse JSON";

/// The fields of a header in order.
pub(super) struct SigningHeader<'t> {
    fields: Vec<(&'t str, Field<'t>)>,
    /// Whether a search has unescaped all names. They stay unescaped then.
    unescaped: bool,
}

#[derive(Clone, Copy)]
enum Field<'t> {
    /// A string with its escapes.
    Text(&'t str),
    /// The type of any other value.
    Other(&'static str),
}

impl<'t> SigningHeader<'t> {
    pub(super) fn read(text: &'t str) -> Result<Self, String> {
        let mut reader = Reader {
            text,
            at: 0,
            fields: Vec::new(),
        };
        reader.spaces();
        if reader.rest().is_empty() {
            return Err(format!(
                "{BROKEN}: cannot parse empty string; unparsed tail: \"\""
            ));
        }
        reader.value().ok_or(BROKEN)?;
        reader.spaces();
        match text.get(reader.at..) {
            Some("") => Ok(Self {
                fields: reader.fields,
                unescaped: false,
            }),
            rest => Err(format!("unexpected tail: {:?}", rest.unwrap_or_default())),
        }
    }

    /// The text of a field.
    pub(super) fn text(&mut self, name: &str) -> Result<String, String> {
        match self.field(name) {
            None => Err(format!("jwsbb: header \"{name}\" not found")),
            Some(Field::Text(text)) => Ok(unescaped(text)),
            Some(Field::Other(kind)) => {
                Err(format!("value doesn't contain string; it contains {kind}"))
            }
        }
    }

    fn field(&mut self, name: &str) -> Option<Field<'t>> {
        let as_written = self.fields.iter().find(|(field, _)| *field == name);
        if let (false, Some((_, field))) = (self.unescaped, as_written) {
            return Some(*field);
        }
        self.unescaped = true;
        let mut fields = self.fields.iter();
        fields
            .find(|(field, _)| unescaped(field) == name)
            .map(|(_, field)| *field)
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// The fields of the outermost object.
    fields: Vec<(&'t str, Field<'t>)>,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn spaces(&mut self) {
        let is_space = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        self.at += self.rest().iter().take_while(is_space).count();
    }

    fn take(&mut self, byte: u8) -> bool {
        let is = self.rest().first() == Some(&byte);
        self.at += usize::from(is);
        is
    }

    // Reads a complete value without recursion. `None` if it is invalid.
    fn value(&mut self) -> Option<()> {
        let mut open: Vec<u8> = Vec::new();
        let mut name = "";
        loop {
            // At the start of a value.
            self.spaces();
            if open.len() >= MAX_DEPTH {
                return None;
            }
            let depth = open.len();
            let (field, close) = match self.rest().first()? {
                b'{' => (Field::Other("object"), Some(b'}')),
                b'[' => (Field::Other("array"), Some(b']')),
                _ => (self.scalar()?, None),
            };
            if depth == 1 && open.last() == Some(&b'}') {
                self.fields.push((name, field));
            }
            if let Some(close) = close {
                self.at += 1;
                self.spaces();
                if !self.take(close) {
                    open.push(close);
                    if close == b'}' {
                        name = self.name()?;
                    }
                    continue;
                }
            }
            // After a value.
            loop {
                let Some(close) = open.last() else {
                    return Some(());
                };
                self.spaces();
                if self.take(b',') {
                    if *close == b'}' {
                        name = self.name()?;
                    }
                    break;
                }
                if !self.take(*close) {
                    return None;
                }
                open.pop();
            }
        }
    }

    fn name(&mut self) -> Option<&'t str> {
        self.spaces();
        let name = self.string()?;
        self.spaces();
        self.take(b':').then_some(name)
    }

    fn scalar(&mut self) -> Option<Field<'t>> {
        match self.rest().first()? {
            b'"' => self.string().map(Field::Text),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null").or_else(|| self.not_finite(&["nan"])),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &'static str) -> Option<Field<'t>> {
        self.rest().starts_with(word.as_bytes()).then(|| {
            self.at += word.len();
            Field::Other(word)
        })
    }

    // Reads any characters that occur in numbers.
    fn number(&mut self) -> Option<Field<'t>> {
        let is_digit = |byte: &&u8| byte.is_ascii_digit() || b".-eE+".contains(byte);
        let digits = self.rest().iter().take_while(is_digit).count();
        self.at += digits;
        let signed = matches!(
            self.text.as_bytes().get(self.at.wrapping_sub(1)),
            Some(b'-' | b'+')
        );
        // At the end of the text, a sign without digits is a number.
        if self.rest().is_empty() || digits > 1 || (digits == 1 && !signed) {
            return Some(Field::Other("number"));
        }
        self.not_finite(&["inf", "nan"])
    }

    fn not_finite(&mut self, words: &[&str]) -> Option<Field<'t>> {
        let word = self.rest().get(..3)?;
        let is = |known: &&str| word.eq_ignore_ascii_case(known.as_bytes());
        words.iter().any(is).then(|| {
            self.at += 3;
            Field::Other("number")
        })
    }

    // Reads the text between two quotes, with its escapes.
    fn string(&mut self) -> Option<&'t str> {
        if !self.take(b'"') {
            return None;
        }
        let begin = self.at;
        loop {
            match self.rest().first()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        let text = self.text.get(begin..self.at);
        self.at += 1;
        text
    }
}

// Replaces known escapes. Other escapes stay.
fn unescaped(text: &str) -> String {
    let mut to = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        to.push_str(before);
        let mut characters = after.chars();
        let Some(escape) = characters.next() else {
            break;
        };
        rest = characters.as_str();
        match escape {
            '"' | '\\' | '/' => to.push(escape),
            'b' => to.push('\u{8}'),
            'f' => to.push('\u{c}'),
            'n' => to.push('\n'),
            'r' => to.push('\r'),
            't' => to.push('\t'),
            'u' => rest = code(rest, &mut to),
            other => to.extend(['\\', other]),
        }
    }
    to.push_str(rest);
    to
}

// Appends the character of a code or of a surrogate pair. Returns the rest.
fn code<'t>(text: &'t str, to: &mut String) -> &'t str {
    let number = |text: &'t str| {
        let digits = text.get(..4)?;
        let known = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        known.then(|| u16::from_str_radix(digits, 16).ok())?
    };
    let (Some(first), Some(behind)) = (number(text), text.get(4..)) else {
        to.push_str("\\u");
        return text;
    };
    if let Some(character) = char::from_u32(first.into()) {
        to.push(character);
        return behind;
    }
    let second = behind.strip_prefix("\\u");
    let (Some(low), Some(behind_both)) = (second.and_then(number), behind.get(6..)) else {
        to.push_str("\\u");
        to.push_str(text.get(..4).unwrap_or_default());
        return behind;
    };
    let pair = char::decode_utf16([first, low]).next();
    to.push(
        pair.and_then(Result::ok)
            .unwrap_or(char::REPLACEMENT_CHARACTER),
    );
    behind_both
}
