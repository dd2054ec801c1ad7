//! Native modules about the operating system: errors, time, users, processes, sockets.

pub mod errno;
pub mod locale;
pub mod numbers;
pub mod stat;
pub mod time;

use runtime::module::ModuleDef;

/// The modules of this folder.
pub static MODULES: &[&ModuleDef] = &[
    &errno::errno_module::MODULE,
    &locale::locale_module::MODULE,
    &stat::stat_module::MODULE,
    &time::time_module::MODULE,
];
