//! The buffer protocol: objects that show their bytes to others.

use crate::value::Value;

/// What a consumer asks for; bits of CPython's `PyBUF_*`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Flags(pub u32);

impl Flags {
    pub const SIMPLE: Flags = Flags(0);
    pub const WRITABLE: Flags = Flags(1);
    pub const FORMAT: Flags = Flags(4);
    pub const ND: Flags = Flags(8);
    pub const STRIDES: Flags = Flags(0x18);
    pub const FULL_RO: Flags = Flags(0x11C);
    pub const FULL: Flags = Flags(0x11D);

    pub fn contains(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }
}

/// A view of an object's bytes. The exporter keeps them in place until `release_buffer` (a `bytearray` refuses to be
/// resized meanwhile). Always released by dropping the `buffer::Buffer` that owns it.
pub struct BufferInfo {
    /// First byte of the exporter's memory block (item 0 for positive strides).
    pub start: *mut u8,
    /// Bytes of all items together.
    pub length: usize,
    pub readonly: bool,
    pub itemsize: usize,
    /// `struct` syntax; "B" for plain bytes.
    pub format: std::rc::Rc<str>,
    pub shape: Box<[isize]>,
    pub strides: Box<[isize]>,
    pub suboffsets: Option<Box<[isize]>>,
    /// Who is told with `release_buffer`.
    pub exporter: Value,
}
