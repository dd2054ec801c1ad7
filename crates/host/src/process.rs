//! The process itself.
#![expect(unsafe_code, reason = "signals are raised through the C library")]

/// Ends the process by SIGINT with its default action.
pub fn die_of_interrupt() {
    // SAFETY: restores a default action and signals this process; no memory is involved.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_DFL);
        libc::raise(libc::SIGINT);
    }
}
