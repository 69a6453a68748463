//! References between schemas: URLs as Go's net/url reads, resolves and writes them.

use super::super::percent::{Part, escape, unescape};
use super::super::{Failure, uri};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reference {
    scheme: String,
    /// The text after the scheme of a URL without a path, such as `urn:a:b`.
    opaque: Option<String>,
    authority: Option<String>,
    path: String,
    query: Option<String>,
    fragment: Vec<u8>,
}

impl Reference {
    pub(super) fn read(text: &str) -> Result<Self, Failure> {
        // This reports all errors of the URL.
        let scheme = uri::parse(text)?.scheme;
        let (before, fragment) = text.split_once('#').unwrap_or((text, ""));
        let rest = match scheme.as_str() {
            "" => before,
            _ => before.split_once(':').map_or(before, |(_, rest)| rest),
        };
        let (rest, query) = match rest.split_once('?') {
            Some((rest, query)) => (rest, Some(query.to_owned())),
            None => (rest, None),
        };
        let fragment = unescape(fragment, Part::Fragment)?;
        let mut reference = Self {
            scheme,
            query,
            fragment,
            ..Self::default()
        };
        if !reference.scheme.is_empty() && !rest.starts_with('/') {
            reference.opaque = Some(rest.to_owned());
            return Ok(reference);
        }
        let path = match rest.strip_prefix("//") {
            Some(after) if !reference.scheme.is_empty() || !after.starts_with('/') => {
                let (authority, path) = after.split_at(after.find('/').unwrap_or(after.len()));
                reference.authority = Some(authority.to_owned());
                path
            }
            _ => rest,
        };
        reference.path = written_path(path)?;
        Ok(reference)
    }

    /// Resolves `child` against this reference.
    pub(super) fn join(&self, child: &Self) -> Self {
        let mut joined = child.clone();
        if child.scheme.is_empty() {
            joined.scheme.clone_from(&self.scheme);
        }
        let has_host = child
            .authority
            .as_ref()
            .is_some_and(|host| !host.is_empty());
        if !child.scheme.is_empty() || has_host {
            joined.path = without_dots("", &child.path);
            return joined;
        }
        if child.path.is_empty() && child.query.is_none() {
            joined.query.clone_from(&self.query);
        }
        if child.path.is_empty() && self.opaque.is_some() {
            joined.opaque.clone_from(&self.opaque);
            return joined;
        }
        joined.authority.clone_from(&self.authority);
        joined.path = without_dots(&self.path, &child.path);
        joined
    }

    /// The reference without its fragment.
    pub(super) fn without_fragment(&self) -> Self {
        Self {
            fragment: Vec::new(),
            ..self.clone()
        }
    }

    /// Whether a schema could be fetched from it.
    pub(super) fn is_canonical(&self) -> bool {
        match self.scheme.as_str() {
            "" => false,
            "file" => self.path.starts_with('/'),
            _ => self.authority.as_ref().is_some_and(|host| !host.is_empty()),
        }
    }

    pub(super) fn fragment(&self) -> &[u8] {
        &self.fragment
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        if !self.scheme.is_empty() {
            text.push_str(&self.scheme);
            text.push(':');
        }
        if let Some(opaque) = &self.opaque {
            text.push_str(opaque);
        } else {
            if let Some(authority) = &self.authority {
                text.push_str("//");
                text.push_str(authority);
                if !authority.is_empty() && !self.path.is_empty() && !self.path.starts_with('/') {
                    text.push('/');
                }
            }
            text.push_str(&self.path);
        }
        if let Some(query) = &self.query {
            text.push('?');
            text.push_str(query);
        }
        if !self.fragment.is_empty() {
            text.push('#');
            text.push_str(&escape(&self.fragment, Part::Fragment));
        }
        text
    }
}

// The path as written if that is valid, else encoded.
fn written_path(path: &str) -> Result<String, Failure> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,/;=:@[]%".contains(&byte);
    let decoded = unescape(path, Part::Path)?;
    Ok(if path.bytes().all(fits) {
        path.to_owned()
    } else {
        escape(&decoded, Part::Path)
    })
}

// Resolves a path against another one, and removes the steps `.` and `..`.
fn without_dots(base: &str, path: &str) -> String {
    let full = if path.starts_with('/') {
        path.to_owned()
    } else if path.is_empty() {
        base.to_owned()
    } else {
        let directory = base.rfind('/').and_then(|end| base.get(..=end));
        [directory.unwrap_or_default(), path].concat()
    };
    if full.is_empty() {
        return full;
    }
    let mut kept: Vec<&str> = Vec::new();
    for step in full.split('/') {
        match step {
            "." => {}
            ".." => drop(kept.pop()),
            step => kept.push(step),
        }
    }
    if matches!(full.rsplit('/').next(), Some("." | "..")) {
        kept.push("");
    }
    let joined = kept.join("/");
    if joined.starts_with('/') {
        joined
    } else {
        format!("/{joined}")
    }
}
