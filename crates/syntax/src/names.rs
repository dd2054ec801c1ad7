//! Identifiers that are not ASCII.

use crate::arena::Arena;
use unicode_normalization::UnicodeNormalization;

/// The NFKC form of a name.
pub(crate) fn normalise<'a>(arena: &'a Arena, name: &'a str) -> &'a str {
    if unicode_normalization::is_nfkc(name) {
        return name;
    }
    arena.str(&name.nfkc().collect::<String>())
}

/// Normalised to the name of a constant, which no identifier may be.
pub(crate) fn is_constant(name: &str) -> bool {
    matches!(name, "None" | "True" | "False")
}

pub(crate) fn constant_error(name: &str) -> String {
    format!("identifier field can't represent '{name}' constant")
}
