//! Environment variables.
#![expect(unsafe_code, reason = "the C library's environment is shared by all threads")]

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// All variables, names and values as bytes.
pub fn all() -> Vec<(Vec<u8>, Vec<u8>)> {
    std::env::vars_os().map(|(name, value)| (OsString::into_vec(name), OsString::into_vec(value))).collect()
}

/// Whether the system accepts the name of a variable.
pub fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && !name.iter().any(|&byte| byte == b'=' || byte == 0)
}

/// Sets a variable. The name must be one ([`is_name`]) and the value without zeros.
pub fn set(name: &[u8], value: &[u8]) {
    if is_name(name) && !value.contains(&0) {
        // SAFETY: all of this program's Rust code reads variables under the standard library's lock.
        unsafe { std::env::set_var(OsStr::from_bytes(name), OsStr::from_bytes(value)) }
    }
}

pub fn remove(name: &[u8]) {
    if is_name(name) {
        // SAFETY: as for `set`.
        unsafe { std::env::remove_var(OsStr::from_bytes(name)) }
    }
}
