//! Numbers of the operating system by their C names, as the native modules show them.

pub mod errno;
pub mod fcntl;
pub mod posix;
pub mod socket;

/// A table of C constants: `(name, value)`. `NAME = value` stands for what the C library's binding does not have.
macro_rules! table {
    ($(#[$doc:meta])* $vis:vis $table:ident: $($name:ident $(= $value:expr)?),* $(,)?) => {
        $(#[$doc])*
        $vis static $table: &[(&str, i64)] = &[$((stringify!($name), $crate::constants::table!(@ $name $($value)?))),*];
    };
    (@ $name:ident) => { libc::$name as i64 };
    (@ $name:ident $value:expr) => { $value as i64 };
}
pub(crate) use table;
