//! Edge cases of the texts that the builtins of a namespace accept.

mod documents;
mod security;
mod strings;
mod values;

/// A prefix of names of builtins, and texts for these builtins.
type Texts = (&'static str, &'static [&'static str]);

/// Texts for a builtin; `None` if it has no special ones.
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
