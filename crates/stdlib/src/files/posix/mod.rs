//! `posix`: the operating system's calls. The functions stand in files by subject; this one joins them.

pub mod arguments;
mod children;
mod descriptors;
mod identity;
mod machine;
mod names;
mod scandir;
mod status;
mod terminal;

pub use children::{forked, refuse_at_end};

use macros::pymodule;
use runtime::module::ModuleDef;

/// The parts that the module is made of.
static PARTS: &[&ModuleDef] = &[
    &status::functions::MODULE,
    &names::functions::MODULE,
    &scandir::functions::MODULE,
    &descriptors::functions::MODULE,
    &identity::functions::MODULE,
    &children::functions::MODULE,
    &machine::functions::MODULE,
    &terminal::functions::MODULE,
];

/// The C functions whose presence `os` asks for: `supports_dir_fd` and its kin are made of them.
static HAVE_FUNCTIONS: &[&str] = &[
    "HAVE_EVENTFD",
    "HAVE_TIMERFD_CREATE",
    "HAVE_FACCESSAT",
    "HAVE_FCHDIR",
    "HAVE_FCHMOD",
    "HAVE_FCHMODAT",
    "HAVE_FCHOWN",
    "HAVE_FCHOWNAT",
    "HAVE_FEXECVE",
    "HAVE_FDOPENDIR",
    "HAVE_FPATHCONF",
    "HAVE_FSTATAT",
    "HAVE_FSTATVFS",
    "HAVE_FTRUNCATE",
    "HAVE_FUTIMENS",
    "HAVE_FUTIMES",
    "HAVE_FUTIMESAT",
    "HAVE_LINKAT",
    "HAVE_LCHOWN",
    "HAVE_LSTAT",
    "HAVE_LUTIMES",
    "HAVE_MEMFD_CREATE",
    "HAVE_MKDIRAT",
    "HAVE_MKFIFOAT",
    "HAVE_MKNODAT",
    "HAVE_OPENAT",
    "HAVE_READLINKAT",
    "HAVE_RENAMEAT",
    "HAVE_SYMLINKAT",
    "HAVE_UNLINKAT",
    "HAVE_UTIMENSAT",
    "HAVE_PTSNAME_R",
];

/// The module `posix`.
#[pymodule(name = "posix")]
pub mod posix_module {
    //! This module provides access to operating system functionality that is
    //! standardized by the C Standard and the POSIX standard (a thinly
    //! disguised Unix interface).  Refer to the library manual and
    //! corresponding Unix manual entries for more information on calls.

    use runtime::{Res, ThreadState, Value};

    use crate::system::numbers::{add, add_constants};

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        for part in super::PARTS {
            th.extend_native_module(module, part)?;
            if let Some(init) = part.init {
                init(th, module)?;
            }
        }
        super::status::init(th, module)?;
        let functions = super::HAVE_FUNCTIONS.iter().map(|name| th.str(name)).collect();
        add(th, module, "_have_functions", th.list(functions))?;
        add_constants(th, module, host::constants::posix::CONSTANTS)
    }
}
