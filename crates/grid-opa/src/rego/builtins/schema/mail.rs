//! Email addresses as Go's mail.ParseAddress accepts them: `a@b.c`, `Name <a@b.c>`, and groups of one address.

use super::super::Failure;
use super::ip;

/// Whether a text is exactly one address.
pub(super) fn is_address(text: &str) -> Result<bool, Failure> {
    // Encoded words need decoders for other character sets.
    if text.contains("=?") {
        return Err(Failure::unsure("an email address has an encoded word"));
    }
    let mut parser = Parser(text);
    let count = parser.address(true);
    Ok(count == Some(1) && parser.comments().is_some() && parser.0.is_empty())
}

/// The unread rest of a text.
#[derive(Clone, Copy)]
struct Parser<'t>(&'t str);

fn is_visible(one: char) -> bool {
    one.is_ascii_graphic() || !one.is_ascii()
}

fn is_blank(one: char) -> bool {
    matches!(one, ' ' | '\t')
}

// Whether an atom can contain a character. Dots are checked later.
fn is_atom(one: char) -> bool {
    is_visible(one) && !"()<>[]:;@\\,\"".contains(one)
}

impl<'t> Parser<'t> {
    fn blanks(&mut self) {
        self.0 = self.0.trim_start_matches(is_blank);
    }

    fn take(&mut self, one: char) -> Option<()> {
        self.0 = self.0.strip_prefix(one)?;
        Some(())
    }

    // Reads an address or a group. Returns the number of addresses.
    fn address(&mut self, groups: bool) -> Option<usize> {
        self.blanks();
        if self.0.is_empty() {
            return None;
        }
        let begin = *self;
        if self.plain().is_some() {
            self.blanks();
            if self.0.starts_with('(') {
                self.comment()?;
            }
            return Some(1);
        }
        *self = begin;
        if !self.0.starts_with('<') {
            self.phrase()?;
        }
        self.blanks();
        if groups && self.take(':').is_some() {
            return self.group();
        }
        self.take('<')?;
        self.plain()?;
        self.take('>')?;
        Some(1)
    }

    fn group(&mut self) -> Option<usize> {
        self.blanks();
        let mut count = 0;
        if self.take(';').is_none() {
            loop {
                self.blanks();
                count += self.address(false)?;
                self.comments()?;
                if self.take(';').is_some() {
                    break;
                }
                self.take(',')?;
            }
        }
        self.comments()?;
        Some(count)
    }

    // Reads `local@domain`.
    fn plain(&mut self) -> Option<()> {
        self.blanks();
        if self.0.starts_with('"') {
            let empty = self.0.starts_with("\"\"");
            self.quoted().filter(|()| !empty)?;
        } else {
            self.dotted()?;
        }
        self.take('@')?;
        self.blanks();
        let Some(literal) = self.0.strip_prefix('[') else {
            return self.dotted();
        };
        let (address, rest) = literal.split_once(']')?;
        self.0 = rest;
        ip::is_address(address).then_some(())
    }

    fn atom(&mut self) -> Option<&'t str> {
        let rest = self.0.trim_start_matches(is_atom);
        let atom = self.0.strip_suffix(rest).filter(|atom| !atom.is_empty())?;
        self.0 = rest;
        Some(atom)
    }

    fn dotted(&mut self) -> Option<()> {
        let atom = self.atom()?;
        (!atom.split('.').any(str::is_empty)).then_some(())
    }

    // Reads words up to the first text that is not a word.
    fn phrase(&mut self) -> Option<()> {
        let mut any = false;
        loop {
            if any {
                self.comments()?;
            }
            self.blanks();
            let before = *self;
            let word = match self.0.chars().next() {
                None => return Some(()),
                Some('"') => self.quoted(),
                Some(_) => self.atom().map(|_| ()),
            };
            if word.is_none() {
                *self = before;
                return any.then_some(());
            }
            any = true;
        }
    }

    fn quoted(&mut self) -> Option<()> {
        let mut inside = self.0.strip_prefix('"')?.chars();
        loop {
            match inside.next()? {
                '"' => break,
                '\\' => {
                    inside
                        .next()
                        .filter(|one| is_visible(*one) || is_blank(*one))?;
                }
                one if is_visible(one) || is_blank(one) => {}
                _ => return None,
            }
        }
        self.0 = inside.as_str();
        Some(())
    }

    fn comments(&mut self) -> Option<()> {
        self.blanks();
        while self.0.starts_with('(') {
            self.comment()?;
            self.blanks();
        }
        Some(())
    }

    fn comment(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        let mut inside = self.0.chars();
        while let Some(one) = inside.next() {
            match one {
                '\\' => drop(inside.next()),
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.0 = inside.as_str();
                return Some(());
            }
        }
        None
    }
}
