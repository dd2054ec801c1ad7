//! Native modules about containers, iteration and calling: what `collections`, `functools`, `itertools` and their like rest on.

pub mod collections;
pub mod deque;
pub mod functools;
pub mod itertools;
pub mod lru_cache;
pub mod operator;

use runtime::module::ModuleDef;

/// The modules of this folder.
pub static MODULES: &[&ModuleDef] = &[
    &collections::collections_module::MODULE,
    &functools::functools_module::MODULE,
    &itertools::itertools_module::MODULE,
    &operator::operator_module::MODULE,
];
