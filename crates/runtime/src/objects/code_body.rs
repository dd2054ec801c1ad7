//! The part of a code object that runs: instructions, constants, names, tables.
//!
//! A body of the embedded library is read when it is first needed: most functions of a module are never called. Until
//! then a call of the code runs one unit, `LOAD_BODY`, which reads the body and goes on with it.
#![expect(unsafe_code, reason = "the body is put in place behind a shared reference")]

use std::cell::{Cell, UnsafeCell};

use bytecode::exception_table;
use bytecode::marshal::Outline;

use crate::gc::{Traverse, Visitor};
use crate::value::Value;

#[derive(Default)]
pub(crate) struct Body {
    /// Units with inline caches, quickened in place.
    pub units: Box<[Cell<u16>]>,
    /// Tuple.
    pub consts: Value,
    /// Tuple of interned strings.
    pub names: Value,
    /// Tuple of interned strings.
    pub localsplusnames: Value,
    pub localspluskinds: Box<[u8]>,
    pub code: Box<[u8]>,
    pub linetable: Box<[u8]>,
    pub exceptiontable: Box<[u8]>,
    /// Handlers decoded from `exceptiontable`, sorted by start.
    pub handlers: Box<[exception_table::Entry]>,
}

/// A body, or the bytes to read it from.
pub(crate) struct LazyBody {
    body: UnsafeCell<Body>,
    unread: Cell<Option<&'static [u8]>>,
}

impl LazyBody {
    pub fn new(body: Body) -> LazyBody {
        LazyBody { body: UnsafeCell::new(body), unread: Cell::new(None) }
    }

    pub fn unread(bytes: &'static [u8]) -> LazyBody {
        LazyBody { body: UnsafeCell::default(), unread: Cell::new(Some(bytes)) }
    }

    pub fn is_read(&self) -> bool {
        self.unread.get().is_none()
    }

    pub fn bytes(&self) -> Option<&'static [u8]> {
        self.unread.get()
    }

    /// The body; an empty one before it was read.
    #[inline(always)]
    pub fn get(&self) -> &Body {
        // SAFETY: `fill` is the only writer, before anybody looked at what the body holds.
        unsafe { &*self.body.get() }
    }

    /// Puts the body in place, unless it is there already.
    pub fn fill(&self, body: Body) {
        if self.unread.take().is_some() {
            // SAFETY: references that `get` gave out before have ended: the code has not run, and who looks at the parts of
            // a code object reads the body first.
            unsafe { *self.body.get() = body };
        }
    }
}

impl Traverse for LazyBody {
    fn traverse(&self, visit: &mut Visitor<'_>) {
        let body = self.get();
        for value in [&body.consts, &body.names, &body.localsplusnames] {
            visit.value(value);
        }
    }
}

/// What [`super::code::Code`] is made of before its body is read.
pub(crate) type CodeOutline = Outline<Value>;
