//! Builtins of texts: strings, formats, patterns and versions.

mod glob;
pub(super) mod regex;
mod render;
mod semver;
mod sprintf;
pub(super) mod strings;

use super::{Answer, Builtin, Context, Failure, Text, builtin, cache, operands};

pub(super) const FAMILIES: [&[&[Builtin]]; 3] = [
    &[glob::ALL, render::ALL, semver::ALL, sprintf::ALL],
    &regex::FAMILIES,
    &strings::FAMILIES,
];
