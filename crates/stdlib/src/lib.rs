//! Native modules of the standard library, in folders by subject.

pub mod support;
pub mod text;

use runtime::module::ModuleDef;

/// All native modules of this crate: one row each.
pub static MODULES: &[&ModuleDef] = &[];
