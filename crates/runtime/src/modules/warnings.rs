//! `_warnings`: what the importer needs before the library's own `warnings` can be loaded.

use macros::pymodule;

/// The module `_warnings`. The library's pure-Python machinery does the work: this only gets there.
#[pymodule(name = "_warnings")]
pub mod warnings {
    //! Basic warning filtering support.

    use crate::{Res, ThreadState, Value};

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[pyfunction("(message, category=None, stacklevel=1, source=None)")]
    fn warn(th: &ThreadState, message: &Value, category: Value, stacklevel: i64, source: Value) -> Res {
        let warn = crate::import::import_attribute(th, "warnings", "warn")?;
        // One frame more lies between: none, for this function is native.
        th.call(&warn, &[message.clone(), category, th.int(stacklevel), source])
    }
}
