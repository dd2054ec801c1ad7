//! Code objects as plain data: what the compiler makes, what a `.pyc` file holds, what the machine loads.
//!
//! The fields are those of CPython 3.14's code object, to the byte. The machine turns a [`Code`] into an object of its own.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use dashu_int::IBig;
use syntax::text::Text;

/// `co_flags`.
pub mod flags {
    pub const OPTIMIZED: u32 = 0x0001;
    pub const NEWLOCALS: u32 = 0x0002;
    pub const VARARGS: u32 = 0x0004;
    pub const VARKEYWORDS: u32 = 0x0008;
    pub const NESTED: u32 = 0x0010;
    pub const GENERATOR: u32 = 0x0020;
    pub const COROUTINE: u32 = 0x0080;
    pub const ITERABLE_COROUTINE: u32 = 0x0100;
    pub const ASYNC_GENERATOR: u32 = 0x0200;
    pub const FUTURE_DIVISION: u32 = 0x2_0000;
    pub const FUTURE_ABSOLUTE_IMPORT: u32 = 0x4_0000;
    pub const FUTURE_WITH_STATEMENT: u32 = 0x8_0000;
    pub const FUTURE_PRINT_FUNCTION: u32 = 0x10_0000;
    pub const FUTURE_UNICODE_LITERALS: u32 = 0x20_0000;
    pub const FUTURE_BARRY_AS_BDFL: u32 = 0x40_0000;
    pub const FUTURE_GENERATOR_STOP: u32 = 0x80_0000;
    pub const FUTURE_ANNOTATIONS: u32 = 0x100_0000;
    /// A docstring is the first constant.
    pub const HAS_DOCSTRING: u32 = 0x400_0000;
    /// A function in a class body.
    pub const METHOD: u32 = 0x800_0000;
    pub const NO_MONITORING_EVENTS: u32 = 0x200_0000;
}

/// `co_localspluskinds`: what each slot of the frame is.
pub mod local {
    pub const ARG_POS: u8 = 0x02;
    pub const ARG_KW: u8 = 0x04;
    pub const ARG_VAR: u8 = 0x08;
    pub const HIDDEN: u8 = 0x10;
    pub const LOCAL: u8 = 0x20;
    pub const CELL: u8 = 0x40;
    pub const FREE: u8 = 0x80;
}

/// A constant of a code object.
#[derive(Clone, Debug)]
pub enum Const {
    None,
    True,
    False,
    Ellipsis,
    Int(i64),
    /// An integer that does not fit `Int`.
    BigInt(Rc<IBig>),
    Float(f64),
    Complex(f64, f64),
    Str(Text),
    Bytes(Rc<[u8]>),
    Tuple(Rc<[Const]>),
    FrozenSet(Rc<[Const]>),
    /// start, stop, step
    Slice(Rc<[Const; 3]>),
    Code(Rc<Code>),
}

impl From<bool> for Const {
    fn from(value: bool) -> Const {
        if value { Const::True } else { Const::False }
    }
}

impl From<IBig> for Const {
    fn from(value: IBig) -> Const {
        match i64::try_from(&value) {
            Ok(small) => Const::Int(small),
            Err(_) => Const::BigInt(Rc::new(value)),
        }
    }
}

impl From<&str> for Const {
    fn from(value: &str) -> Const {
        Const::Str(Text::from(value))
    }
}

/// Equality by which the compiler merges constants: equal type and value, floats by their bits' sign and value,
/// containers element by element, code objects field by field.
impl PartialEq for Const {
    fn eq(&self, other: &Const) -> bool {
        match (self, other) {
            (Const::None, Const::None)
            | (Const::True, Const::True)
            | (Const::False, Const::False)
            | (Const::Ellipsis, Const::Ellipsis) => true,
            (Const::Int(a), Const::Int(b)) => a == b,
            (Const::BigInt(a), Const::BigInt(b)) => a == b,
            (Const::Float(a), Const::Float(b)) => same_float(*a, *b),
            (Const::Complex(a, b), Const::Complex(c, d)) => same_float(*a, *c) && same_float(*b, *d),
            (Const::Str(a), Const::Str(b)) => a == b,
            (Const::Bytes(a), Const::Bytes(b)) => a == b,
            (Const::Tuple(a), Const::Tuple(b)) => Rc::ptr_eq(a, b) || a == b,
            (Const::FrozenSet(a), Const::FrozenSet(b)) => {
                a.len() == b.len() && (a == b || a.iter().all(|item| b.contains(item)))
            }
            (Const::Slice(a), Const::Slice(b)) => a == b,
            (Const::Code(a), Const::Code(b)) => Rc::ptr_eq(a, b) || a == b,
            _ => false,
        }
    }
}

/// NaNs are never merged: the reference compares them by value inside their keys.
fn same_float(a: f64, b: f64) -> bool {
    a == b && a.is_sign_negative() == b.is_sign_negative()
}

impl Eq for Const {}

impl Hash for Const {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Const::None | Const::True | Const::False | Const::Ellipsis => {}
            Const::Int(value) => value.hash(state),
            Const::BigInt(value) => value.hash(state),
            Const::Float(value) => value.to_bits().hash(state),
            Const::Complex(real, imaginary) => (real.to_bits(), imaginary.to_bits()).hash(state),
            Const::Str(text) => text.hash(state),
            Const::Bytes(bytes) => bytes.hash(state),
            Const::Tuple(items) => items.hash(state),
            // Equal sets may list their items in different orders.
            Const::FrozenSet(items) => items.len().hash(state),
            Const::Slice(parts) => parts.hash(state),
            Const::Code(code) => (code.firstlineno, code.code.len(), &code.name).hash(state),
        }
    }
}

/// A code object.
#[derive(Clone, Debug)]
pub struct Code {
    /// Positional parameters, positional-only ones included.
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub stacksize: u32,
    /// See [`flags`].
    pub flags: u32,
    /// Code units of two bytes, inline caches (zeroed) included.
    pub code: Box<[u8]>,
    pub consts: Box<[Const]>,
    pub names: Box<[Text]>,
    /// Locals (parameters first), then cells that are not locals, then free variables.
    pub localsplusnames: Box<[Text]>,
    /// See [`local`].
    pub localspluskinds: Box<[u8]>,
    pub filename: Text,
    pub name: Text,
    pub qualname: Text,
    pub firstlineno: i32,
    pub linetable: Box<[u8]>,
    pub exceptiontable: Box<[u8]>,
}

/// Equality of code objects as Python sees it: file name and qualified name do not count.
impl PartialEq for Code {
    fn eq(&self, other: &Code) -> bool {
        self.name == other.name
            && self.argcount == other.argcount
            && self.posonlyargcount == other.posonlyargcount
            && self.kwonlyargcount == other.kwonlyargcount
            && self.flags == other.flags
            && self.firstlineno == other.firstlineno
            && self.code == other.code
            && self.consts == other.consts
            && self.names == other.names
            && self.localsplusnames == other.localsplusnames
            && self.linetable == other.linetable
            && self.exceptiontable == other.exceptiontable
    }
}

impl Eq for Code {}

impl Code {
    /// The number of fast locals (parameters and variables, cells among them included).
    pub fn nlocals(&self) -> usize {
        self.localspluskinds.iter().filter(|&&kind| kind & local::LOCAL != 0).count()
    }

    /// The names of slots whose kind has one of the given bits, in order.
    pub fn names_of_kind(&self, bits: u8) -> impl Iterator<Item = &Text> {
        self.localsplusnames
            .iter()
            .zip(&self.localspluskinds)
            .filter(move |(_, kind)| **kind & bits != 0)
            .map(|(name, _)| name)
    }
}
