//! Texts that the builtins of a namespace take, at the edges of what they do.

mod documents;
mod security;
mod strings;
mod values;

/// The first part of the names of builtins, and texts that these builtins take.
type Texts = (&'static str, &'static [&'static str]);

/// What a builtin of this name may take for a text.
pub(crate) fn special(builtin: &str) -> Option<&'static [&'static str]> {
    // The first match counts: `graphql.` of the documents comes before `graph` of the values.
    let lists: [&[Texts]; 4] = [
        &documents::TEXTS,
        &security::TEXTS,
        &strings::TEXTS,
        &values::TEXTS,
    ];
    let found = lists
        .into_iter()
        .flatten()
        .find(|(prefix, _)| builtin.starts_with(prefix));
    found.map(|(_, texts)| *texts)
}
