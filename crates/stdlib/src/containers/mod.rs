//! Native modules about containers, iteration and calling: what `collections`, `functools`, `itertools` and their like rest on.

pub mod array;
pub mod bisect;
pub mod collections;
pub mod deque;
pub mod functools;
pub mod heapq;
pub mod itertools;
pub mod lru_cache;
pub mod operator;
pub mod queue;

use runtime::module::ModuleDef;

/// The modules of this folder.
pub static MODULES: &[&ModuleDef] = &[
    &array::array_module::MODULE,
    &bisect::bisect_module::MODULE,
    &collections::collections_module::MODULE,
    &functools::functools_module::MODULE,
    &heapq::heapq_module::MODULE,
    &itertools::itertools_module::MODULE,
    &operator::operator_module::MODULE,
    &queue::queue_module::MODULE,
];
