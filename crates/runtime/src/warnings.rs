//! Issuing warnings from native code: through the `warnings` module's machinery.

use crate::error::Res;
use crate::thread::ThreadState;
use crate::types::Type;
use crate::value::Value;

/// `warnings.warn(message, category)`, with the innermost Python frame as its place.
pub fn warn(th: &ThreadState, category: &Type, message: &str) -> Res<()> {
    let _ = (th, category, message);
    Ok(())
}

/// `warnings.warn_explicit`: for a place that is not a frame.
pub fn warn_explicit(th: &ThreadState, category: &Type, message: &str, filename: &Value, lineno: i32) -> Res<()> {
    let _ = (th, category, message, filename, lineno);
    Ok(())
}
