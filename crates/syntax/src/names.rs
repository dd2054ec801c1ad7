//! Identifiers that are not ASCII.

use crate::arena::Arena;
use algo::unicode::normalize::{Form, normalize, quick_check};
use algo::unicode::properties::Version;

/// The NFKC form of a name.
pub(crate) fn normalise<'a>(arena: &'a Arena, name: &'a str) -> &'a str {
    let points = || name.chars().map(u32::from);
    if quick_check(points(), Form::Nfkc) {
        return name;
    }
    let normal = normalize(points(), Form::Nfkc, Version::Current);
    arena.str(&normal.into_iter().filter_map(char::from_u32).collect::<String>())
}

/// Normalised to the name of a constant, which no identifier may be.
pub(crate) fn is_constant(name: &str) -> bool {
    matches!(name, "None" | "True" | "False")
}

pub(crate) fn constant_error(name: &str) -> String {
    format!("identifier field can't represent '{name}' constant")
}
