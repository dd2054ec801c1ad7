//! The process's standard streams, for messages when no Python stream can be had.
#![expect(unsafe_code, reason = "asks the C library about file descriptors")]

use std::io::Write;

/// Writes to the error stream; failures are ignored, there is nobody to tell.
pub fn write_error(bytes: &[u8]) {
    let _ = std::io::stderr().write_all(bytes);
}

/// Whether a file descriptor is open.
pub fn is_open(fd: i32) -> bool {
    // SAFETY: asks about a number; touches no memory.
    unsafe { libc::fcntl(fd, libc::F_GETFD) >= 0 }
}

/// Whether a file descriptor is a terminal.
pub fn is_terminal(fd: i32) -> bool {
    // SAFETY: asks about a number; touches no memory.
    unsafe { libc::isatty(fd) == 1 }
}

/// All of standard input.
pub fn read_input() -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    std::io::Read::read_to_end(&mut std::io::stdin(), &mut text)?;
    Ok(text)
}
