//! Native modules of the standard library, in folders by subject.

pub mod data;
pub mod files;
pub mod support;
pub mod system;
pub mod text;

use runtime::module::ModuleDef;

/// All native modules of this crate, folder by folder.
pub static MODULES: &[&[&ModuleDef]] =
    &[data::MODULES, files::MODULES, data::hashes::MODULES, system::MODULES, text::MODULES];
