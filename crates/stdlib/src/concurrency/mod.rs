//! Native modules about things that happen at the same time: contexts, asyncio.

pub mod asyncio;
pub mod contextvars;
pub mod multiprocessing;

use runtime::module::ModuleDef;

/// The modules of this folder.
pub static MODULES: &[&ModuleDef] = &[
    &asyncio::asyncio_module::MODULE,
    &contextvars::contextvars_module::MODULE,
    &multiprocessing::multiprocessing_module::MODULE,
    &multiprocessing::shared_memory_module::MODULE,
];
