//! The process's standard streams, for messages when no Python stream can be had.
#![expect(unsafe_code, reason = "asks the C library about file descriptors")]

use std::io::Write;
use std::sync::atomic::{AtomicU8, Ordering};

/// Writes to the error stream; failures are ignored, there is nobody to tell.
pub fn write_error(bytes: &[u8]) {
    let _ = std::io::stderr().write_all(bytes);
}

/// Which of the standard streams were closed when the process started: bit n for file descriptor n. The Rust runtime puts
/// `/dev/null` in their places before `main`, so this is noted before that.
static CLOSED_AT_START: AtomicU8 = AtomicU8::new(0);

#[used]
#[unsafe(link_section = ".init_array")]
static NOTE_CLOSED: extern "C" fn() = note_closed;

extern "C" fn note_closed() {
    let closed = (0..3).filter(|&fd| !is_open(fd)).fold(0, |bits, fd| bits | 1 << fd);
    CLOSED_AT_START.store(closed, Ordering::Relaxed);
}

/// Closes again what was closed when the process started.
pub fn restore_closed() {
    let closed = CLOSED_AT_START.load(Ordering::Relaxed);
    for fd in (0..3).filter(|fd| closed & 1 << fd != 0) {
        // SAFETY: works on a number; nobody uses the standard streams yet.
        unsafe { libc::close(fd) };
    }
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
