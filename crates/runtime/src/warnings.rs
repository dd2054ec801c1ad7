//! Issuing warnings from native code: through the `warnings` module's machinery.

use crate::error::Res;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// `warnings.warn(message, category)`, with the innermost Python frame as its place.
pub fn warn(th: &ThreadState, category: &Type, message: &str) -> Res<()> {
    warn_at(th, category, message, 1)
}

/// `warnings.warn(message, category, stacklevel)`.
pub fn warn_at(th: &ThreadState, category: &Type, message: &str, stacklevel: i64) -> Res<()> {
    let warn = crate::import::import_attribute(th, "warnings", "warn")?;
    th.call(&warn, &[th.str(message), category.as_value(), th.int(stacklevel)])?;
    Ok(())
}

/// `warnings.warn_explicit`: for a place that is not a frame.
pub fn warn_explicit(th: &ThreadState, category: &Type, message: &str, filename: &Value, lineno: i32) -> Res<()> {
    let warn = crate::import::import_attribute(th, "warnings", "warn_explicit")?;
    let lineno = th.int(i64::from(lineno));
    th.call(&warn, &[th.str(message), category.as_value(), filename.clone(), lineno])?;
    Ok(())
}
