//! Native modules of the standard library, in folders by subject.

pub mod concurrency;
pub mod containers;
pub mod data;
pub mod files;
pub mod foreign;
pub mod language;
pub mod numbers;
pub mod support;
pub mod system;
pub mod text;

use runtime::module::ModuleDef;

/// All native modules of this crate, folder by folder: one line each.
#[rustfmt::skip]
pub static MODULES: &[&[&ModuleDef]] = &[
    concurrency::MODULES,
    containers::MODULES,
    data::MODULES,
    data::compression::MODULES,
    data::hashes::MODULES,
    files::MODULES,
    foreign::MODULES,
    language::MODULES,
    numbers::MODULES,
    system::MODULES,
    text::MODULES,
    text::cjk::MODULES,
];
