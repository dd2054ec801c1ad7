//! Native modules about files and the operating system.

pub mod io;
pub mod posix;

use runtime::module::ModuleDef;

/// The modules of this folder.
pub static MODULES: &[&ModuleDef] = &[&io::io_module::MODULE, &posix::posix_module::MODULE];
