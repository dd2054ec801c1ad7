//! The machine: values, heap, types, frames, evaluation loop.
//!
//! Start with `value.rs` (one word for every value), `object.rs` (what a heap object is, and the borrow rule), `types/`
//! (slots, lookup) and `thread.rs` (what `th` gives access to). `protocol/` is what can be done with any value;
//! `objects/` holds the builtin types; `frame/` runs code.

extern crate self as runtime;

pub mod args;
pub mod blocking;
pub mod buffer;
pub mod codecs;
pub mod compile;
pub mod config;
pub mod convert;
pub mod error;
mod fork;
pub mod frame;
pub mod frame_api;
pub mod function;
pub mod gc;
pub mod gil;
pub mod hashing;
pub mod heap;
pub mod import;
pub mod instance;
pub mod intern;
pub mod module;
pub mod modules;
pub mod names;
pub mod object;
pub mod objects;
pub mod protocol;
mod shadowing;
pub mod shape;
pub mod signals;
pub mod start;
mod teardown;
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

#[cfg(test)]
mod storage_tests;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_live_and_die() {
        let (th, _entered) = ThreadState::for_test();
        let list = th.list(vec![Value::index(1), th.str("two"), th.tuple(&[Value::NONE])]);
        let dict = th.dict(objects::dict::Dict::new());
        let payload = objects::dict::Dict::of(&dict);
        payload.set_str(&th.intern("items"), list.clone());
        assert_eq!(list.header().map(|header| header.refcount()), Some(2));
        assert!(payload.get_str(&th.str("items")).is_some_and(|found| found.is(&list)));
        let count = if cfg!(miri) { 100 } else { 1000 };
        for number in 0..count {
            payload.set(th, &Value::index(number), th.str(&number.to_string())).expect("ints are hashable");
        }
        drop(payload.remove_str(&th.str("items")));
        assert_eq!(list.header().map(|header| header.refcount()), Some(1));
        assert_eq!(payload.len(), count);
    }

    #[test]
    fn a_long_chain_dies_in_constant_stack() {
        let (th, _entered) = ThreadState::for_test();
        let mut chain = th.list(vec![]);
        for _ in 0..if cfg!(miri) { 200 } else { 1_000_000 } {
            chain = th.list(vec![chain]);
        }
        drop(chain);
    }
}
