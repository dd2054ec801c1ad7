//! Native functions: definitions made by the macros, and how they are called.

use crate::args::Signature;
use crate::error::Res;
use crate::thread::ThreadState;
use crate::value::Value;

/// A native function. `args` holds the positional values (for a method, `self` first), then one value for each name in
/// `kwnames`. Arguments are borrowed from the caller, which drops them afterwards.
pub type NativeFn = fn(th: &ThreadState, args: &[Value], kwnames: &[Value]) -> Res;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NativeKind {
    Function,
    Method,
    ClassMethod,
    StaticMethod,
}

/// One native function or method, with everything that `help()` and `inspect.signature` show.
pub struct NativeDef {
    pub signature: &'static Signature,
    pub call: NativeFn,
    pub kind: NativeKind,
}

/// A computed attribute of a native class.
pub struct GetSetDef {
    pub name: &'static str,
    pub doc: Option<&'static str>,
    /// Shown as a `member_descriptor` (a plain field in CPython) instead of a `getset_descriptor`.
    pub member: bool,
    pub get: Option<fn(&ThreadState, &Value) -> Res>,
    /// `None` deletes.
    pub set: Option<fn(&ThreadState, &Value, Option<&Value>) -> Res<()>>,
}

/// A value made when a class or module is.
pub struct AttrDef {
    pub name: &'static str,
    pub get: fn(&ThreadState) -> Res,
}
