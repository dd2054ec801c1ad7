//! The marshal format, version 5: how code objects and the values in them are written to `.pyc` files.
//!
//! The format is written once for two uses: the compiler's [`crate::code::Const`] and the machine's values. So the reader
//! builds through a [`Builder`] and the writer looks through a [`Source`]; both are loops with a stack of their own, so
//! depth costs no native stack.

mod consts;
mod pyc;
mod reader;
mod writer;

use std::borrow::Cow;

pub use consts::{ConstBuilder, ConstSource, dump, dump_with_bodies_apart, load};
pub use pyc::{Check, Header, HeaderError, MAGIC, MAGIC_NUMBER};
pub use reader::{Builder, Input, Reader};
pub use writer::{Node, Source, Writer};

/// The version that is written unless another is asked for.
pub const VERSION: i32 = 5;
/// Values nested deeper than this are refused, both ways.
pub const MAX_DEPTH: usize = 2000;

/// The byte that says what follows; bit 7 ([`FLAG_REF`]) gives the value the next reference number.
mod tag {
    pub const NULL: u8 = b'0';
    pub const NONE: u8 = b'N';
    pub const FALSE: u8 = b'F';
    pub const TRUE: u8 = b'T';
    pub const STOP_ITERATION: u8 = b'S';
    pub const ELLIPSIS: u8 = b'.';
    pub const INT: u8 = b'i';
    pub const INT64: u8 = b'I';
    pub const LONG: u8 = b'l';
    pub const TEXT_FLOAT: u8 = b'f';
    pub const FLOAT: u8 = b'g';
    pub const TEXT_COMPLEX: u8 = b'x';
    pub const COMPLEX: u8 = b'y';
    pub const BYTES: u8 = b's';
    pub const UNICODE: u8 = b'u';
    pub const INTERNED: u8 = b't';
    pub const ASCII: u8 = b'a';
    pub const ASCII_INTERNED: u8 = b'A';
    pub const SHORT_ASCII: u8 = b'z';
    pub const SHORT_ASCII_INTERNED: u8 = b'Z';
    pub const REF: u8 = b'r';
    pub const TUPLE: u8 = b'(';
    pub const SMALL_TUPLE: u8 = b')';
    pub const LIST: u8 = b'[';
    pub const DICT: u8 = b'{';
    pub const SET: u8 = b'<';
    pub const FROZENSET: u8 = b'>';
    pub const SLICE: u8 = b':';
    pub const CODE: u8 = b'c';
    /// Ours, in embedded files only: a code object with its body apart.
    pub const OUTLINE: u8 = b'L';
}

const FLAG_REF: u8 = 0x80;

/// A code object whose objects are of type `T`, in the order of the format.
#[derive(Clone, Debug)]
pub struct CodeParts<T> {
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub stacksize: i32,
    pub flags: i32,
    pub code: T,
    pub consts: T,
    pub names: T,
    pub localsplusnames: T,
    pub localspluskinds: T,
    pub filename: T,
    pub name: T,
    pub qualname: T,
    pub firstlineno: i32,
    pub linetable: T,
    pub exceptiontable: T,
}

/// Which exception a failure is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    Eof,
    Value,
    Type,
}

/// Why data could not be read or a value not be written, in CPython's words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MarshalError {
    pub kind: ErrorKind,
    pub message: Cow<'static, str>,
}

impl MarshalError {
    const fn new(kind: ErrorKind, message: &'static str) -> MarshalError {
        MarshalError { kind, message: Cow::Borrowed(message) }
    }

    const fn eof(message: &'static str) -> MarshalError {
        MarshalError::new(ErrorKind::Eof, message)
    }

    const fn value(message: &'static str) -> MarshalError {
        MarshalError::new(ErrorKind::Value, message)
    }

    const fn null(message: &'static str) -> MarshalError {
        MarshalError::new(ErrorKind::Type, message)
    }
}

/// What of a code object is known before its body is read. Behind the objects stand the body's length and the body: code,
/// constants, names, names and kinds of locals, line table, exception table, as values that may refer to one another.
#[derive(Clone, Debug)]
pub struct Outline<T> {
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub stacksize: i32,
    pub flags: i32,
    pub firstlineno: i32,
    pub nlocalsplus: i32,
    pub free_count: i32,
    pub handles_exceptions: bool,
    pub filename: T,
    pub name: T,
    pub qualname: T,
}

impl<T> Outline<T> {
    /// From numbers and objects in the order of the fields.
    fn new(numbers: [i32; 9], objects: [T; 3]) -> Outline<T> {
        let mut numbers = numbers.into_iter();
        let mut next = || numbers.next().unwrap_or(0);
        let [filename, name, qualname] = objects;
        Outline {
            argcount: next(),
            posonlyargcount: next(),
            kwonlyargcount: next(),
            stacksize: next(),
            flags: next(),
            firstlineno: next(),
            nlocalsplus: next(),
            free_count: next(),
            handles_exceptions: next() != 0,
            filename,
            name,
            qualname,
        }
    }
}
