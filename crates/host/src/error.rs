//! Numbers and words of the operating system's errors.
#![expect(unsafe_code, reason = "asks the C library for its message")]

/// The system's words for an error number: "No such file or directory".
pub fn message(number: i32) -> String {
    let mut buffer = [0u8; 256];
    // SAFETY: the buffer is as long as said and zero-terminated afterwards.
    let failed = unsafe { libc::strerror_r(number, buffer.as_mut_ptr().cast(), buffer.len()) } != 0;
    if failed {
        return format!("Unknown error {number}");
    }
    let end = buffer.iter().position(|&byte| byte == 0).unwrap_or(buffer.len());
    String::from_utf8_lossy(&buffer[..end]).into_owned()
}

pub use libc::{
    EACCES, EAGAIN, EBADF, EEXIST, EINPROGRESS, EINTR, EINVAL, EISCONN, EISDIR, EMSGSIZE, ENODEV, ENOENT, ENOEXEC,
    ENOMEM, ENOSYS, ENOTDIR, ENOTSUP, EPERM, ERANGE, ESRCH,
};

/// Leaves a number where C functions leave the cause of an error: what asks next must not take it for its own.
pub fn set_errno(number: i32) {
    // SAFETY: `errno` of this thread.
    unsafe { *libc::__errno_location() = number };
}
