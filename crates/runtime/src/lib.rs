//! The machine: values, heap, types, frames, evaluation loop.
//!
//! Start with `value.rs` (one word for every value), `object.rs` (what a heap object is, and the borrow rule), `types/`
//! (slots, lookup) and `thread.rs` (what `th` gives access to). `protocol/` is what can be done with any value;
//! `objects/` holds the builtin types; `frame/` runs code.

extern crate self as runtime;

pub mod args;
pub mod buffer;
pub mod config;
pub mod error;
pub mod frame;
pub mod function;
pub mod gc;
pub mod hashing;
pub mod heap;
pub mod instance;
pub mod intern;
pub mod module;
pub mod names;
pub mod object;
pub mod objects;
pub mod protocol;
pub mod shape;
pub mod thread;
pub mod types;
pub mod value;
pub mod warnings;
pub mod weakref;

pub use error::{Raised, Res};
pub use gc::ValueCell;
pub use object::{Payload, Ref};
pub use thread::ThreadState;
pub use types::{CompareOp, Type};
pub use value::Value;
