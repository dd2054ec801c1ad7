//! What all system calls share: -1 is an error, whose number the C library keeps.

use std::io::{Error, Result};

/// Results of C functions of which a negative one says "see errno".
pub(crate) trait Outcome: Copy {
    fn failed(self) -> bool;
}

impl Outcome for i32 {
    fn failed(self) -> bool {
        self < 0
    }
}

impl Outcome for i64 {
    fn failed(self) -> bool {
        self < 0
    }
}

impl Outcome for isize {
    fn failed(self) -> bool {
        self < 0
    }
}

/// The result, or the error that `errno` tells of.
pub(crate) fn check<T: Outcome>(result: T) -> Result<T> {
    if result.failed() { Err(Error::last_os_error()) } else { Ok(result) }
}

/// As [`check`], for functions that return the error number itself.
pub(crate) fn check_number(number: i32) -> Result<()> {
    if number == 0 { Ok(()) } else { Err(Error::from_raw_os_error(number)) }
}

/// Thin safe wrappers of C functions that take numbers and zero-terminated strings, and return -1 on failure:
/// `pub fn dup(fd: i32) -> i32 = fcntl(fd, libc::F_DUPFD_CLOEXEC, 0);`
macro_rules! system_calls {
    ($($(#[$doc:meta])* pub fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $result:ty)? = $function:ident($($value:expr),* $(,)?);)*) => {$(
        $(#[$doc])*
        pub fn $name($($arg: $type),*) -> std::io::Result<system_calls!(@ $($result)?)> {
            // SAFETY: numbers, and strings that end with a zero, are all that is passed.
            let result = $crate::call::check(unsafe { libc::$function($($value),*) });
            system_calls!(@done result $($result)?)
        }
    )*};
    (@) => { () };
    (@ $result:ty) => { $result };
    (@done $value:ident) => { $value.map(|_| ()) };
    (@done $value:ident $result:ty) => { $value.map(|result| result as $result) };
}
pub(crate) use system_calls;

/// Calls a C function that fills a text buffer: grows the buffer while `fill` says ERANGE.
pub(crate) fn with_buffer<T>(mut fill: impl FnMut(&mut Vec<u8>) -> Result<T>) -> Result<T> {
    let mut buffer = vec![0u8; 1024];
    loop {
        match fill(&mut buffer) {
            Err(error) if error.raw_os_error() == Some(libc::ERANGE) && buffer.len() < 1 << 24 => {
                let length = buffer.len() * 2;
                buffer.resize(length, 0);
            }
            result => return result,
        }
    }
}

/// The bytes before the first zero.
pub(crate) fn until_zero(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    &bytes[..end]
}

/// The bytes of a C string, none for a null pointer.
///
/// # Safety
/// `text` is null or points to a zero-terminated string.
#[expect(unsafe_code, reason = "reads a C string")]
pub(crate) unsafe fn c_bytes(text: *const libc::c_char) -> Vec<u8> {
    if text.is_null() {
        return Vec::new();
    }
    // SAFETY: the caller's promise.
    unsafe { std::ffi::CStr::from_ptr(text) }.to_bytes().to_vec()
}
