//! The process's standard streams, for messages when no Python stream can be had.

use std::io::Write;

/// Writes to the error stream; failures are ignored, there is nobody to tell.
pub fn write_error(bytes: &[u8]) {
    let _ = std::io::stderr().write_all(bytes);
}
