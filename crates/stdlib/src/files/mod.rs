//! Native modules about files and the operating system.

pub mod io;

use runtime::module::ModuleDef;

/// The modules of this folder.
pub static MODULES: &[&ModuleDef] = &[&io::io_module::MODULE];
