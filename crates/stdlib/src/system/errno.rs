//! `errno`: names of the system's error numbers.

use macros::pymodule;

/// The module `errno`.
#[pymodule(name = "errno")]
pub mod errno_module {
    //! This module makes available standard errno system symbols.
    //!
    //! The value of each symbol is the corresponding integer value,
    //! e.g., on most systems, errno.ENOENT equals the integer 2.
    //!
    //! The dictionary errno.errorcode maps numeric codes to symbol names,
    //! e.g., errno.errorcode[2] could be the string 'ENOENT'.
    //!
    //! Symbols that are not relevant to the underlying system are not defined.
    //!
    //! To map error codes to error messages, use the function os.strerror(),
    //! e.g. os.strerror(2) could return 'No such file or directory'.

    use host::constants::errno::{ALIASES, ERRORS};
    use runtime::objects::dict::Dict;
    use runtime::{Res, ThreadState, Value};

    use crate::system::numbers::{add, add_constants};

    #[pyinit]
    fn init(th: &ThreadState, module: &Value) -> Res<()> {
        add_constants(th, module, ERRORS)?;
        add_constants(th, module, ALIASES)?;
        let names = Dict::new();
        for (name, number) in ERRORS {
            names.set(th, &th.int(*number), th.intern(name))?;
        }
        add(th, module, "errorcode", th.dict(names))
    }
}
