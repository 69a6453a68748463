//! The text of a URI as Go writes it, with all necessary escapes.

use super::super::percent::{Part, escape, is_escaped};
use super::Uri;

impl Uri<'_> {
    pub(in crate::rego::builtins) fn text(&self) -> String {
        let mut text = String::new();
        if !self.scheme.is_empty() {
            text.push_str(&self.scheme);
            text.push(':');
        }
        if self.opaque.is_empty() {
            self.write_authority(&mut text);
            self.write_path(&mut text);
        } else {
            text.push_str(self.opaque);
        }
        if self.has_empty_query || !self.query.is_empty() {
            text.push('?');
            text.push_str(self.query);
        }
        if !self.fragment.is_empty() {
            text.push('#');
            text.push_str(&match is_escaped(self.raw_fragment, Part::Fragment) {
                true => self.raw_fragment.to_owned(),
                false => escape(&self.fragment, Part::Fragment),
            });
        }
        text
    }

    fn write_authority(&self, text: &mut String) {
        let has_authority = !self.host.is_empty() || self.user.is_some();
        let can_have_slashes = !self.scheme.is_empty() && !self.omits_host && !self.path.is_empty();
        if !has_authority && !can_have_slashes {
            return;
        }
        text.push_str("//");
        if let Some((name, password)) = &self.user {
            text.push_str(&escape(name, Part::User));
            if let Some(password) = password {
                text.push(':');
                text.push_str(&escape(password, Part::User));
            }
            text.push('@');
        }
        text.push_str(&escape(&self.host, Part::Host));
    }

    fn write_path(&self, text: &mut String) {
        let path = self.escaped_path();
        if !path.is_empty() && !path.starts_with('/') && !self.host.is_empty() {
            text.push('/');
        }
        // Otherwise the first part would be a scheme.
        let has_colon = path
            .split('/')
            .next()
            .is_some_and(|part| part.contains(':'));
        if text.is_empty() && has_colon {
            text.push_str("./");
        }
        text.push_str(&path);
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    #[test]
    fn a_text_is_escaped_as_go_escapes_it() {
        for (text, written) in [
            ("https://a.b/c?d=e f#g", "https://a.b/c?d=e f#g"),
            ("HTTP://Ex.AMPLE/a b", "http://Ex.AMPLE/a%20b"),
            ("http://a/b(c)/%28/é", "http://a/b%28c%29/%28/%C3%A9"),
            ("http://a/b(c)", "http://a/b(c)"),
            ("http://ü@x", ""),
            ("http://u:p%40@h:80", "http://u:p%40@h:80"),
            ("http://u:@h", "http://u:@h"),
            ("http://é.b", "http://%C3%A9.b"),
            ("mailto:a@b c?", "mailto:a@b c?"),
            ("file:/a", "file:/a"),
            ("file:///a", "file:///a"),
            ("file://", "file:"),
            ("a/b:c", "a/b:c"),
            ("a%3Ab", "a%3Ab"),
            ("#", ""),
            ("x?", "x?"),
            ("x??", "x??"),
            ("x#a b", "x#a%20b"),
            ("x#a(b)|", "x#a(b)%7C"),
            ("*", "*"),
            ("//h", "//h"),
            ("///p", "///p"),
        ] {
            let found = parse(text).map(|uri| uri.text()).unwrap_or_default();
            assert_eq!(found, written, "{text}");
        }
    }
}
